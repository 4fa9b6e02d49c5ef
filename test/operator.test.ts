import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CallError } from '../source/etcd/calls.ts';
import { lockPath } from '../source/journal/lock.ts';
import { openJournal } from '../source/journal/open.ts';
import { JournalError } from '../source/journal/types.ts';
import type { Outcome, Progress } from '../source/operations/plan.ts';
import { Refused } from '../source/operations/refused.ts';
import { FileFault } from '../source/operations/snapshot-files.ts';
import type { StepReport, StepResult } from '../source/operations/step.ts';
import { createOperator, troubleOf } from '../source/operator.ts';
import { failureOf } from './cluster/story.ts';
import { alice } from './journal/writing.ts';
import { fakeWorld, type Log, preparedOf, stepOf } from './operations/engine-play.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journalIn = (folder: string) => openJournal({ folder, author: alice, now: () => Date.now() });

const operatorIn = (folder: string, log: Log) => createOperator({ world: fakeWorld(log), journal: journalIn(folder) });

async function toTheEnd(run: AsyncGenerator<Progress, Outcome>): Promise<Outcome> {
	while (true) {
		const { done, value } = await run.next();
		if (done) return value;
	}
}

const willing = () => ({ isForced: false, signal: new AbortController().signal });

const kindsIn = (folder: string): string[] =>
	readFileSync(join(folder, 'journal.jsonl'), 'utf8')
		.trim()
		.split('\n')
		.map(line => JSON.parse(line))
		.map(({ kind, step }) => (step === undefined ? kind : `${kind} ${step}`));

const called = (log: Log) => log.filter(line => line.startsWith('call'));

/** A step's body that says a word and then fails. */
const failsWith = (error: unknown) =>
	async function* (): AsyncGenerator<StepReport, StepResult> {
		yield { text: 'at it', fraction: null };
		throw error;
	};

const failing = (folder: string, log: Log, error: unknown) =>
	toTheEnd(operatorIn(folder, log).run(preparedOf([stepOf(log, 'a', { body: failsWith(error) })]), willing()));

const nothing: Outcome = { kind: 'stopped', text: '', advice: null, facts: {} };

describe('an operator', () => {
	it('writes the whole operation down under one lock, and gives it back', async () => {
		const [folder, log] = [temporaryFolder(), [] as Log];
		const run = operatorIn(folder, log).run(preparedOf([stepOf(log, 'a'), stepOf(log, 'b')]), willing());
		await run.next();
		expect(existsSync(lockPath(folder))).toBe(true);
		expect(kindsIn(folder)).toEqual(['started', 'step-started 0']);
		expect(await toTheEnd(run)).toMatchObject({ kind: 'done' });
		expect(existsSync(lockPath(folder))).toBe(false);
		expect(kindsIn(folder)).toEqual([
			'started',
			'step-started 0',
			'step-ended 0',
			'step-started 1',
			'step-ended 1',
			'ended',
		]);
	});

	it('does nothing while another one is at work, and names it', async () => {
		const [folder, log] = [temporaryFolder(), [] as Log];
		const first = operatorIn(folder, log).run(preparedOf([stepOf(log, 'a')], { title: 'Defragment m2' }), willing());
		await first.next();
		const second = operatorIn(folder, log).run(preparedOf([stepOf(log, 'b')]), willing());
		expect(await toTheEnd(second)).toEqual({
			kind: 'stopped',
			text: expect.stringMatching(
				`^another operation is under way: “Defragment m2” by alice on control-1, process ${process.pid}, since .*; nothing was done$`,
			),
			advice: expect.stringContaining('wait for its end'),
			facts: {},
		});
		await toTheEnd(first);
		expect(called(log)).toEqual(['call a']);
		expect(kindsIn(folder).filter(kind => kind === 'started')).toHaveLength(1);
		const third = operatorIn(folder, log).run(preparedOf([stepOf(log, 'c')]), willing());
		expect(await toTheEnd(third)).toMatchObject({ kind: 'done' });
	});

	const ways: readonly [string, (folder: string, log: Log) => Promise<unknown>][] = [
		['a step that fails', (folder, log) => failing(folder, log, new CallError(failureOf('refused')))],
		['a bug', (folder, log) => expect(failing(folder, log, new TypeError('a bug'))).rejects.toThrow('a bug')],
		[
			'nobody asking for more',
			async (folder, log) => {
				const run = operatorIn(folder, log).run(preparedOf([stepOf(log, 'a')]), willing());
				await run.next();
				await run.return(nothing);
			},
		],
		[
			'the operator leaving',
			async (folder, log) => {
				const leaving = new AbortController();
				const options = { isForced: false, signal: leaving.signal };
				const run = operatorIn(folder, log).run(preparedOf([stepOf(log, 'a')]), options);
				await run.next();
				leaving.abort();
				await toTheEnd(run);
			},
		],
	];

	it.each(ways)('gives the lock back and ends the journal after %s', async (_name, play) => {
		const folder = temporaryFolder();
		await play(folder, []);
		expect(existsSync(lockPath(folder))).toBe(false);
		expect(kindsIn(folder)).toEqual(['started', 'step-started 0', 'step-ended 0', 'ended']);
	});

	it('does not begin where the journal cannot be written', async () => {
		const log: Log = [];
		const folder = temporaryFolder();
		symlinkSync('/dev/full', join(folder, 'journal.jsonl'));
		const file = join(folder, 'file');
		writeFileSync(file, '');
		for (const place of [folder, file]) {
			const run = operatorIn(place, log).run(preparedOf([stepOf(log, 'a')]), willing());
			expect(await toTheEnd(run)).toMatchObject({
				kind: 'stopped',
				text: expect.stringMatching(
					/(no space is left on the disk|a file is in the place of a folder); nothing was done$/,
				),
				advice: expect.stringContaining('set XDG_STATE_HOME'),
			});
		}
		expect(log).toEqual([]);
		expect(existsSync(lockPath(folder))).toBe(false);
	});
});

/** A small disk of its own; null where this user may not make one. */
function smallDisk(kilobytes: number): string | null {
	const folder = temporaryFolder();
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=700`, 'tmpfs', folder], { stdio: 'ignore' });
	} catch {
		return null;
	}
	onTestFinished(() => void execFileSync('umount', [folder]));
	return folder;
}

describe('an operator on a disk of its own', () => {
	it('stops before the next step when the disk fills in the middle', async context => {
		const folder = smallDisk(48) ?? context.skip();
		const log: Log = [];
		const steps = Array.from({ length: 60 }, (_, at) => stepOf(log, `step ${at}`));
		const outcome = await toTheEnd(operatorIn(folder, log).run(preparedOf(steps), willing()));
		expect(outcome, outcome.text).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('no space is left on the disk'),
			advice: expect.stringContaining('make room'),
		});
		const begun = readFileSync(join(folder, 'journal.jsonl'), 'utf8').match(/"kind":"step-started".*\n/g)!;
		expect(called(log).length).toBeGreaterThan(0);
		expect(called(log)).toHaveLength(begun.length);
		expect(existsSync(lockPath(folder))).toBe(false);
		const [run] = await journalIn(folder).runs();
		expect(run).toMatchObject({ state: 'interrupted', text: '' });
	});

	it('does not begin on a file system that is read-only, and reads its journal there', async context => {
		const folder = smallDisk(256) ?? context.skip();
		const log: Log = [];
		await toTheEnd(operatorIn(folder, log).run(preparedOf([stepOf(log, 'a')]), willing()));
		execFileSync('mount', ['-o', 'remount,ro', folder]);
		const outcome = await toTheEnd(operatorIn(folder, log).run(preparedOf([stepOf(log, 'b')]), willing()));
		expect(outcome, outcome.text).toMatchObject({
			kind: 'stopped',
			text: `the lock of the journal cannot be taken: ${lockPath(folder)}: the file system is read-only; nothing was done`,
			advice: 'set XDG_STATE_HOME to a folder that can be written',
		});
		expect(called(log)).toEqual(['call a']);
		expect(await journalIn(folder).runs()).toMatchObject([{ state: 'done' }]);
	});
});

describe('a trouble', () => {
	it.each([
		['a request that does not fit', new Refused('there is no member m9'), 'there is no member m9', null],
		[
			'a call that failed',
			new CallError(failureOf('refused')),
			'connection refused at http://127.0.0.1:2379',
			expect.stringContaining('is etcd running'),
		],
		['a disk', new FileFault('/x: full', 'make room'), '/x: full', 'make room'],
		['a journal', new JournalError('/j: full', 'make room'), '/j: full', 'make room'],
		['hostile words', new Refused('\x1b[2J'), '\\x1b[2J', null],
	])('is told of %s', (_name, error, text, advice) => {
		expect(troubleOf(error)).toEqual({ text, advice });
	});

	it.each([new TypeError('x'), new Error('x'), 'x', null, undefined])('is no bug of ours: %s', error => {
		expect(troubleOf(error)).toBeNull();
	});
});
