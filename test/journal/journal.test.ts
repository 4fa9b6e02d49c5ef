import { appendFileSync, mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mostReadBytes } from '../../source/journal/lines.ts';
import { JournalError } from '../../source/journal/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { alice, check, ended, figures, journalIn, started, stepEnded, stepStarted } from './writing.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

const linesOf = (path: string) =>
	readFileSync(path, 'utf8')
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line));

/** Writes a whole operation down and gives its id. */
async function writeRun(journal = journalIn(temporaryFolder()), records = [started, ended]): Promise<string> {
	const run = await journal.begin('Defragment all');
	for (const record of records) await run.record(record as never);
	await run.close();
	return run.id;
}

describe('what is written', () => {
	it('is one line for each record, with who, where and when, in a file for this user alone', async () => {
		const folder = join(temporaryFolder(), 'state', 'etcdtop');
		const journal = journalIn(folder);
		const id = await writeRun(journal);
		expect(journal.path).toBe(join(folder, 'journal.jsonl'));
		const who = { version: 1, type: 'operation', run: id, ...alice };
		expect(linesOf(journal.path)).toEqual([
			{ ...who, time: '2026-01-01T00:00:01.000Z', ...started },
			{ ...who, time: '2026-01-01T00:00:02.000Z', ...ended },
		]);
		expect([modeOf(folder), modeOf(join(folder, '..')), modeOf(journal.path)]).toEqual(['700', '700', '600']);
	});

	it('is touched by nobody before an operation begins', async () => {
		const folder = join(temporaryFolder(), 'etcdtop');
		const journal = journalIn(folder);
		expect(await journal.runs()).toEqual([]);
		expect(() => statSync(folder)).toThrow('ENOENT');
	});

	it('begins on a new line after a torn one, which nobody reads', async () => {
		const journal = journalIn(temporaryFolder());
		const first = await writeRun(journal);
		const second = await journal.begin('Defragment all');
		await second.record(started);
		await second.record(stepStarted(0));
		// The disk was full, or the power gone, in the middle of a line.
		truncateSync(journal.path, statSync(journal.path).size - 20);
		await second.record(ended);
		await second.close();
		expect(await journal.runs()).toMatchObject([
			{ id: second.id, state: 'done', steps: [{ end: 'waiting' }, { end: 'waiting' }] },
			{ id: first, state: 'done' },
		]);
	});

	it('is found behind a torn line of somebody else without a break, too', async () => {
		const journal = journalIn(temporaryFolder());
		await writeRun(journal, [started]);
		const text = readFileSync(journal.path, 'utf8');
		const whole = text.trimEnd().replace(/"run":"[^"]+"/, '"run":"other"');
		writeFileSync(journal.path, `${text}${whole.slice(0, 300)}${whole}\n`);
		expect((await journal.runs()).map(({ id }) => id)).toContain('other');
	});

	it('of several operations at once does not mix', async () => {
		const folder = temporaryFolder();
		const journals = [0, 1, 2].map(() => journalIn(folder));
		const run = await journals[0]!.begin('x');
		await run.record(started);
		await run.close();
		const [past] = await journals[0]!.runs();
		const texts = Array.from({ length: 60 }, (_, at) => `${at} ${'x'.repeat(3000)}`);
		await Promise.all(texts.map((text, at) => journals[at % 3]!.explain(past!, text)));
		const written = linesOf(journals[0]!.path).slice(1);
		expect(written.map(({ text }) => text).sort()).toEqual([...texts].sort());
	});
});

describe('what is read', () => {
	it('is a run with its steps, newest first', async () => {
		const journal = journalIn(temporaryFolder());
		const first = await writeRun(journal, [started, stepStarted(0), stepEnded(0), stepStarted(1), ended] as never);
		const second = await writeRun(journal);
		const runs = await journal.runs();
		expect(runs.map(({ id }) => id)).toEqual([second, first]);
		expect(runs[1]).toEqual({
			id: first,
			operation: 'defragment-cluster',
			title: 'Defragment all',
			clusterId: 'c1',
			member: null,
			...alice,
			startedMs: Date.UTC(2026, 0, 1, 0, 0, 1),
			endedMs: Date.UTC(2026, 0, 1, 0, 0, 5),
			isForced: false,
			plan: 'defragment m2, then m3',
			checks: [check],
			steps: [
				{
					title: 'defragment m2',
					member: 'm2',
					before: [figures],
					end: 'done',
					text: 'went from 1.9 GB to 420 MB',
					seconds: 12.5,
				},
				{ title: 'defragment m3', member: 'm3', before: [figures], end: 'running', text: '', seconds: null },
			],
			state: 'done',
			text: 'all are defragmented',
			advice: null,
			facts: { file: '/x', whole: true, bytes: 3, none: null },
			before: [figures],
			after: [figures],
		});
	});

	it('passes over other types, newer versions and what is no entry', async () => {
		const journal = journalIn(temporaryFolder());
		const id = await writeRun(journal);
		const [line] = readFileSync(journal.path, 'utf8').split('\n');
		const strange = [
			{ type: 'reading' },
			{ version: 2 },
			{ run: 7 },
			{ time: 'yesterday' },
			{ kind: 'rehearsed', run: id },
			{ operation: 7, run: 'x' },
		];
		for (const patch of strange)
			appendFileSync(journal.path, `${JSON.stringify({ ...JSON.parse(line!), ...patch })}\n`);
		appendFileSync(journal.path, 'null\n"x"\n{\n\n\x1b[2J\n');
		expect((await journal.runs()).map(run => run.id)).toEqual([id]);
	});

	it('is safe to show whatever somebody has written there', async () => {
		const journal = journalIn(temporaryFolder());
		await writeRun(journal, [
			{ ...started, title: '\x1b[2J', steps: ['\x07', 7], checks: [null, { title: 3 }], before: 'x' },
			{ ...ended, outcome: 'fine', text: '\x1b]0;x', facts: { '\x1b': '\x07', list: [1] }, after: [{ name: '\x1b' }] },
		] as never);
		const [run] = await journal.runs();
		expect(JSON.stringify(run)).not.toMatch(/\\u001b|\\u0007/);
		expect(run).toMatchObject({
			title: '\\x1b[2J',
			state: 'unknown',
			steps: [{ title: '\\x07' }, { title: '' }],
			checks: [{ title: '', verdict: 'stop' }],
			before: [],
			after: [{ name: '\\x1b', dbSizeBytes: null }],
		});
	});

	it('keeps what is to be copied whole, line by line', async () => {
		const commandLine = `etcd --initial-cluster ${Array.from({ length: 40 }, (_, at) => `m${at}=https://10.0.0.${at}:2380`).join()}`;
		const staticPodLines = '- etcd\n- --name=m4\x1b[2J';
		const journal = journalIn(temporaryFolder());
		await writeRun(journal, [started, { ...ended, facts: { commandLine, staticPodLines } }] as never);
		const [run] = await journal.runs();
		expect(run?.facts).toEqual({ commandLine, staticPodLines: '- etcd\n- --name=m4\\x1b[2J' });
	});

	it('is the end of a journal that has grown large, however long it is', async () => {
		const journal = journalIn(temporaryFolder());
		await writeRun(journal);
		const line = JSON.stringify({ ...linesOf(journal.path)[0], run: 'old', padding: 'x'.repeat(100_000) });
		for (let bytes = 0; bytes < 3 * mostReadBytes; bytes += line.length) appendFileSync(journal.path, `${line}\n`);
		const id = await writeRun(journal);
		expect((await journal.runs()).map(run => run.id)).toEqual([id, 'old']);
	});
});

describe('an operation that did not end', () => {
	it('runs while its process lives and has the lock, and is interrupted after that', async () => {
		const folder = temporaryFolder();
		const run = await journalIn(folder).begin('Defragment all');
		await run.record(started);
		expect(await journalIn(folder).runs()).toMatchObject([{ state: 'running', endedMs: null }]);
		await run.close();
		expect(await journalIn(folder).runs()).toMatchObject([{ state: 'interrupted', endedMs: null, text: '' }]);
	});

	it('is told with its explanation once there is one, the first of several', async () => {
		const journal = journalIn(temporaryFolder());
		const id = await writeRun(journal, [started, stepStarted(0)] as never);
		for (const text of ['m2 serves now', 'later']) await journal.explain((await journal.runs())[0]!, text);
		expect(await journal.runs()).toMatchObject([
			{ id, state: 'interrupted', text: 'm2 serves now', steps: [{ end: 'running' }, { end: 'waiting' }] },
		]);
	});
});

describe('a journal that cannot be written or read', () => {
	const failureOf = async (work: Promise<unknown>): Promise<JournalError> => {
		const error = await work.then(
			() => null,
			(thrown: unknown) => thrown,
		);
		expect(error).toBeInstanceOf(JournalError);
		expect((error as Error).message).not.toContain('\n');
		return error as JournalError;
	};

	it('in a place that is a file', async () => {
		const file = join(temporaryFolder(), 'file');
		writeFileSync(file, '');
		for (const folder of [file, join(file, 'etcdtop')]) {
			const { message } = await failureOf(journalIn(folder).begin('x'));
			expect(message).toContain(`${folder}`);
			expect(message).toContain('a file is in the place of a folder; move that file away, or set XDG_STATE_HOME');
		}
	});

	it.runIf(process.platform === 'linux')('where no folder can be made, without trying for ever', async () => {
		const { message } = await failureOf(journalIn('/proc/etcdtop-test/etcdtop').begin('x'));
		expect(message).toContain('/proc/etcdtop-test/etcdtop');
		expect(message).toContain('no such folder; set XDG_STATE_HOME');
	});

	it('that is a folder', async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, 'journal.jsonl'));
		const journal = journalIn(folder);
		const run = await journal.begin('x');
		expect((await failureOf(run.record(started))).message).toContain('journal.jsonl: it is a folder');
		expect((await failureOf(journal.runs())).message).toContain('the journal cannot be read');
	});

	it('on a disk that is full', async () => {
		const folder = temporaryFolder();
		symlinkSync('/dev/full', join(folder, 'journal.jsonl'));
		const run = await journalIn(folder).begin('x');
		const { what, advice } = await failureOf(run.record(started));
		expect(what).toBe(`the journal cannot be written: ${folder}/journal.jsonl: no space is left on the disk`);
		expect(advice).toContain('make room there');
	});
});
