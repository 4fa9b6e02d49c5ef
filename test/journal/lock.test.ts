import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Holder, holderText } from '../../source/journal/holder.ts';
import { lockPath, takeLock } from '../../source/journal/lock.ts';
import { fateOf, ownMark, type ProcessMark } from '../../source/journal/process-mark.ts';
import { JournalError } from '../../source/journal/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const mark = ownMark('control-1');
const isLinux = process.platform === 'linux';

const holderOf = (token: string, patch: Partial<ProcessMark> = {}): Holder => ({
	token,
	title: 'Defragment m2',
	timeMs: Date.UTC(2026, 0, 1),
	user: 'alice',
	process: { ...mark, ...patch },
});

const leave = (folder: string, holder: Holder, path = lockPath(folder)) => writeFileSync(path, holderText(holder));

const takenBy = (folder: string): string => JSON.parse(readFileSync(lockPath(folder), 'utf8')).token;

/** A process that does nothing. */
function idle(command: string, ...args: string[]): ChildProcess {
	const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	onTestFinished(() => void child.kill('SIGKILL'));
	return child;
}

const ended = (child: ChildProcess) => new Promise(resolve => child.once('close', resolve));

async function goneProcess(): Promise<number> {
	const child = idle('true');
	await ended(child);
	return child.pid!;
}

describe('the lock', () => {
	it('leaves no draft behind on a full disk', async () => {
		const folder = temporaryFolder();
		symlinkSync('/dev/full', `${lockPath(folder)}.one.new`);
		await expect(takeLock(folder, holderOf('one'))).rejects.toThrow('no space is left on the disk');
		expect(readdirSync(folder)).toEqual([]);
	});

	it('is had by one, who is named to the others, and is free again afterwards', async () => {
		const folder = temporaryFolder();
		const lock = await takeLock(folder, holderOf('one'));
		const later = { ...holderOf('two'), timeMs: Date.UTC(2026, 0, 1, 0, 4, 10) };
		const error = await takeLock(folder, later).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(JournalError);
		const words = [
			'“Defragment m2” by alice on control-1',
			`process ${process.pid}`,
			'since',
			'(4m 10s)',
			'wait for its end',
		];
		for (const word of words) expect((error as Error).message).toContain(word);
		expect(takenBy(folder)).toBe('one');
		await lock.release();
		expect(readdirSync(folder)).toEqual([]);
		await (await takeLock(folder, later)).release();
	});

	it('is taken over from a process that is gone', async () => {
		const folder = temporaryFolder();
		leave(folder, holderOf('old', { pid: await goneProcess() }));
		const lock = await takeLock(folder, holderOf('new'));
		expect(takenBy(folder)).toBe('new');
		expect(readdirSync(folder)).toEqual(['operation.lock']);
		await lock.release();
	});

	it('is taken over where a taker was killed in the middle of taking over', async () => {
		const folder = temporaryFolder();
		const pid = await goneProcess();
		leave(folder, holderOf('old', { pid }));
		leave(folder, holderOf('killed', { pid }), `${lockPath(folder)}.after-old`);
		leave(folder, holderOf('killed', { pid }), `${lockPath(folder)}.killed.new`);
		await takeLock(folder, holderOf('new'));
		expect(takenBy(folder)).toBe('new');
		expect(readdirSync(folder)).toEqual(['operation.lock']);
	});

	it.runIf(isLinux)('is taken over where the number of its process is another one’s by now', async () => {
		const folder = temporaryFolder();
		leave(folder, holderOf('old', { pid: idle('sleep', '1000').pid!, start: '1' }));
		await takeLock(folder, holderOf('new'));
		expect(takenBy(folder)).toBe('new');
	});

	it.runIf(isLinux)('is taken over after the machine was started anew', async () => {
		const folder = temporaryFolder();
		leave(folder, holderOf('old', { boot: 'another' }));
		await takeLock(folder, holderOf('new'));
		expect(takenBy(folder)).toBe('new');
	});

	it.each([
		['host', { host: 'control-2', pid: 999_999 }],
		['machine of the same name', { machine: 'another', pid: 999_999 }],
		['container', { namespace: 'pid:[1]', pid: 999_999 }],
	])('of another %s is never taken: the file to remove is named', async (_name, patch) => {
		const folder = temporaryFolder();
		leave(folder, holderOf('theirs', patch));
		const error = await takeLock(folder, holderOf('new')).catch((thrown: unknown) => thrown);
		expect((error as JournalError).advice).toContain(`remove ${lockPath(folder)}`);
		expect(takenBy(folder)).toBe('theirs');
	});

	it.each(['', '{', '{"token":"../x","title":"x","timeMs":1,"user":"u","process":{"host":"h","pid":1}}'])(
		'that names nobody (%s) is left alone: the file to remove is named',
		async text => {
			const folder = temporaryFolder();
			writeFileSync(lockPath(folder), text);
			await expect(takeLock(folder, holderOf('new'))).rejects.toThrow(`remove that file`);
			expect(readFileSync(lockPath(folder), 'utf8')).toBe(text);
		},
	);

	it('is not given back by somebody who lost it to a hand that removed it', async () => {
		const folder = temporaryFolder();
		const lock = await takeLock(folder, holderOf('one'));
		leave(folder, holderOf('two'));
		await lock.release();
		expect(takenBy(folder)).toBe('two');
	});

	it('sweeps what killed takers have left, and nothing of those that live', async () => {
		const folder = temporaryFolder();
		const pid = await goneProcess();
		const path = lockPath(folder);
		leave(folder, holderOf('dead', { pid }), `${path}.dead.new`);
		leave(folder, holderOf('alive'), `${path}.alive.new`);
		writeFileSync(`${path}.torn.new`, '');
		writeFileSync(`${path}.fresh.new`, '');
		const longAgo = new Date(Date.UTC(2025, 0, 1));
		utimesSync(`${path}.torn.new`, longAgo, longAgo);
		await takeLock(folder, holderOf('new'));
		expect(readdirSync(folder).sort()).toEqual([
			'operation.lock',
			'operation.lock.alive.new',
			'operation.lock.fresh.new',
		]);
	});

	it('is given back by a process that ends without a word', async () => {
		const folder = temporaryFolder();
		const program = `
			import { takeLock } from '${join(import.meta.dirname, '../../source/journal/lock.ts')}';
			import { ownMark } from '${join(import.meta.dirname, '../../source/journal/process-mark.ts')}';
			await takeLock('${folder}', { token: 't', title: '', timeMs: 0, user: '', process: ownMark('h') });
			process.stdout.write(process.pid + '\\n');
			process.exit(3);
		`;
		const child = idle(process.execPath, '--input-type=module', '-e', program);
		expect(await ended(child)).toBe(3);
		expect(existsSync(lockPath(folder))).toBe(false);
	});

	/** Processes that want it, and what they say. */
	function contend(count: number, ...conduct: string[]) {
		const folder = temporaryFolder();
		const start = () => idle(process.execPath, join(import.meta.dirname, 'contender.ts'), folder, ...conduct);
		const processes = Array.from({ length: count }, start);
		const lines = () => {
			const log = join(folder, 'log');
			return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
		};
		const until = (isSo: (all: readonly string[]) => boolean) =>
			vi.waitUntil(() => isSo(lines()) || lines().some(line => line.includes('fault')), {
				timeout: 50_000,
				interval: 10,
			});
		return { processes, lines, until };
	}

	it('is never had by two, however many take it over at once', async () => {
		const { processes, lines, until } = contend(4, 'dies', String(await goneProcess()));
		await until(all => all.length > 3500);
		for (const each of processes) each.kill('SIGKILL');
		await Promise.all(processes.map(ended));
		const tokens = lines().map(line => line.split(' ')[0]);
		const holdings = tokens.filter((token, index) => token !== tokens[index - 1]);
		expect(lines().filter(line => line.includes('fault'))).toEqual([]);
		expect(holdings.length).toBe(new Set(holdings).size);
	});

	it('is free for the next one as soon as its holder is killed', async () => {
		const { processes, lines, until } = contend(3, 'stays');
		for (let taken = 1; taken <= 3; taken++) {
			await until(all => all.length === taken);
			const pid = Number(lines().at(-1)!.split(' ')[2]);
			const holder = processes.find(each => each.pid === pid)!;
			holder.kill('SIGKILL');
			await ended(holder);
		}
		expect(lines()).toHaveLength(3);
	});
});

describe('a process', () => {
	it('that lives is alive, and this one is', () => {
		expect(fateOf(mark, mark)).toBe('alive');
		expect(fateOf({ ...mark, start: null }, mark)).toBe('alive');
	});

	it.runIf(isLinux)('that has ended and whose parent has not asked for it is gone', async () => {
		// The shell's child ends once the shell has become a program that never waits for it: a shell might.
		const child = 'until grep -q sleep /proc/$PPID/comm; do :; done';
		const parent = idle('sh', '-c', `sh -c '${child}' & echo $!; exec sleep 1000`);
		const [line] = await new Promise<Buffer[]>(resolve => parent.stdout!.once('data', (...all) => resolve(all)));
		const pid = Number(String(line));
		await vi.waitUntil(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '), { timeout: 30_000 });
		expect(fateOf({ ...mark, pid, start: null }, mark)).toBe('gone');
	});
});
