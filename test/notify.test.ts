import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNotifier, type Notifier, type NotifierOptions } from '../source/notify.ts';

let folder: string;
let troubles: string[];
let notifiers: Notifier[];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'etcdtop-notify-'));
	troubles = [];
	notifiers = [];
});

afterEach(() => {
	for (const notifier of notifiers) notifier.end();
	rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const until = (condition: () => boolean) =>
	vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 10 });
const linesOf = (name: string) =>
	existsSync(path(name))
		? readFileSync(path(name), 'utf8')
				.split('\n')
				.filter(line => line !== '')
		: [];

/** A notifier that runs this program text with these arguments behind it. */
function notifierOf(program: string, args: readonly string[] = [], options: Partial<NotifierOptions> = {}): Notifier {
	writeFileSync(path('program.mjs'), program);
	const notifier = createNotifier({
		command: [process.execPath, path('program.mjs'), ...args],
		environment: process.env,
		onTrouble: text => troubles.push(text),
		apartMs: 0,
		...options,
	});
	notifiers.push(notifier);
	return notifier;
}

const head = `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const [log, ...rest] = process.argv.slice(2);
`;
/** Writes down what it is told. */
const listening = `${head}appendFileSync(log, readFileSync(0, 'utf8'));`;
/** Goes on when the file of that name is there. */
const waiting = `${head}const text = readFileSync(0, 'utf8');
appendFileSync(log, 'begins ' + text);
while (!existsSync(rest[0])) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
appendFileSync(log, 'ends ' + text);`;

describe('a program that is told of findings', { timeout: 60_000 }, () => {
	it('gets the text on its standard input and its arguments as they are, without a shell', async () => {
		const notifier = notifierOf(`${head}appendFileSync(log, readFileSync(0, 'utf8') + JSON.stringify(rest) + '\\n');`, [
			path('log'),
			'$HOME; echo *',
		]);
		notifier.notify('a', '{"title": "full"}\n');
		await until(() => linesOf('log').length === 2);
		expect(linesOf('log')).toEqual(['{"title": "full"}', '["$HOME; echo *"]']);
		expect(troubles).toEqual([]);
	});

	it('is run one at a time; what waits is replaced by what is newer of the same, and keeps its turn', async () => {
		const notifier = notifierOf(waiting, [path('log'), path('go')]);
		notifier.notify('a', 'a1\n');
		await until(() => linesOf('log').length === 1);
		for (const text of ['b1', 'c1', 'b2', 'a2']) notifier.notify(text.slice(0, 1), `${text}\n`);
		expect(linesOf('log')).toEqual(['begins a1']);
		writeFileSync(path('go'), '');
		await until(() => linesOf('log').length === 8);
		expect(linesOf('log').filter(line => line.startsWith('begins'))).toEqual(
			['a1', 'b2', 'c1', 'a2'].map(text => `begins ${text}`),
		);
		expect(linesOf('log').every((line, index) => line.startsWith(index % 2 === 0 ? 'begins' : 'ends'))).toBe(true);
	});

	it('leaves out the oldest where too much waits', async () => {
		const notifier = notifierOf(waiting, [path('log'), path('go')]);
		notifier.notify('first', 'first\n');
		await until(() => linesOf('log').length === 1);
		for (let index = 0; index < 40; index++) notifier.notify(String(index), `${index}\n`);
		writeFileSync(path('go'), '');
		await until(() => linesOf('log').includes('ends 39'));
		const told = linesOf('log').filter(line => line.startsWith('ends'));
		expect(told).toHaveLength(33);
		expect(told[1]).toBe('ends 8');
	});

	it('is not run again for the same finding before its time, then with the newest', async () => {
		const notifier = notifierOf(listening, [path('log')], { apartMs: 300 });
		const startMs = performance.now();
		for (const text of ['a1', 'a2', 'a3']) notifier.notify('a', `${text}\n`);
		notifier.notify('b', 'b1\n');
		await until(() => linesOf('log').length === 3);
		expect(linesOf('log')).toEqual(['a1', 'b1', 'a3']);
		expect(performance.now() - startMs).toBeGreaterThanOrEqual(300);
	});

	it('is ended with all that it started when it takes too long, and says so', async () => {
		const child = `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync(process.argv[2], String(child.pid));
setInterval(() => {}, 1000);`;
		const notifier = notifierOf(child, [path('pid')], { limitMs: 3000 });
		notifier.notify('a', 'x');
		await until(() => troubles.length === 1);
		expect(troubles[0]).toMatch(/^--notify .*node: took longer than 3 s and was ended$/);
		const pid = Number(readFileSync(path('pid'), 'utf8'));
		await until(() => {
			try {
				return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
			} catch {
				return true;
			}
		});
	});

	it('says in one line how it failed, and goes on with the next', async () => {
		const notifier = notifierOf(
			`${head}const text = readFileSync(0, 'utf8');
if (text === 'bad') process.exit(3);
console.log('never on the screen');
appendFileSync(log, text + '\\n');`,
			[path('log')],
		);
		notifier.notify('a', 'bad');
		notifier.notify('b', 'good');
		await until(() => linesOf('log').length === 1);
		expect(troubles).toEqual([expect.stringMatching(/failed with exit code 3$/)]);
	});

	it('says that it cannot be started', async () => {
		const notifier = createNotifier({
			command: [path('nothing')],
			environment: {},
			onTrouble: text => troubles.push(text),
		});
		notifier.notify('a', 'x');
		await until(() => troubles.length === 1);
		expect(troubles[0]).toContain('there is no such program');
		notifier.end();
	});

	it('need not read what it is told', async () => {
		const notifier = notifierOf(
			`${head}process.stdin.destroy();
appendFileSync(log, 'ran\\n');`,
			[path('log')],
		);
		notifier.notify('a', 'x'.repeat(1_000_000));
		notifier.notify('b', 'x');
		await until(() => linesOf('log').length === 2);
		expect(troubles).toEqual([]);
	});

	it('does not hear the password of etcd', async () => {
		const environment = { ...process.env, ETCDCTL_PASSWORD: 'secret', ETCDCTL_USER: 'root:secret', PAGER_ID: '7' };
		const notifier = notifierOf(`${head}appendFileSync(log, JSON.stringify(process.env) + '\\n');`, [path('log')], {
			environment,
		});
		notifier.notify('a', 'x');
		await until(() => linesOf('log').length === 1);
		expect(linesOf('log')[0]).not.toContain('secret');
		expect(linesOf('log')[0]).toContain('"PAGER_ID":"7"');
	});

	it('is not begun after the end, and nobody waits for the one that runs', async () => {
		const notifier = notifierOf(waiting, [path('log'), path('go')]);
		notifier.notify('a', 'a\n');
		await until(() => linesOf('log').length === 1);
		notifier.notify('b', 'b\n');
		notifier.end();
		notifier.notify('c', 'c\n');
		writeFileSync(path('go'), '');
		await until(() => linesOf('log').length === 2);
		expect(linesOf('log')).toEqual(['begins a', 'ends a']);
	});
});
