import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainInterrupted } from '../source/explain-interrupted.ts';
import { openJournal } from '../source/journal/open.ts';
import { type Journal, JournalError } from '../source/journal/types.ts';
import type { Look } from '../source/operations/world.ts';
import { alice, ended, started, stepStarted } from './journal/writing.ts';
import { lookOf } from './operations/engine-play.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journalIn = (folder: string) => openJournal({ folder, author: alice, now: () => Date.UTC(2026, 0, 1) });

/** An operation whose process is gone. */
async function interrupt(journal: Journal, records: readonly unknown[] = [started, stepStarted(0)]): Promise<void> {
	const run = await journal.begin('Defragment all');
	for (const record of records) await run.record(record as never);
	await run.close();
}

/** Counts how often the cluster is looked at. */
function worldOf(look: () => Look = lookOf) {
	const world = {
		looks: 0,
		async look() {
			world.looks++;
			return look();
		},
	};
	return world;
}

describe('interrupted operations', () => {
	it('are explained once, after one look, oldest first', async () => {
		const journal = journalIn(temporaryFolder());
		await interrupt(journal);
		await interrupt(journal, [{ ...started, title: 'Check', operation: 'check-hash' }, stepStarted(0)]);
		const world = worldOf();
		const lines = await explainInterrupted({ journal, world });
		expect(lines).toEqual([
			expect.stringMatching(
				/^“Defragment all” by alice on control-1, begun \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, was interrupted: “defragment m2” was under way, not begun: defragment m3; m2 serves now, its file went from 1.9 GB to 20 MB; m1 leads now$/,
			),
			expect.stringContaining('“Check” by alice on control-1'),
		]);
		expect(await journal.runs()).toMatchObject([
			{ state: 'interrupted', text: expect.stringContaining('nothing was changed') },
			{ state: 'interrupted', text: expect.stringContaining('m2 serves now') },
		]);
		expect(await explainInterrupted({ journal, world })).toEqual([]);
		expect(world.looks).toBe(1);
	});

	it('cost the cluster no look where there is none, or it runs elsewhere', async () => {
		const journal = journalIn(temporaryFolder());
		const world = worldOf();
		expect(await explainInterrupted({ journal, world })).toEqual([]);
		await interrupt(journal, [started, ended]);
		const run = await journal.begin('Defragment all');
		await run.record(started);
		expect(await explainInterrupted({ journal, world })).toEqual([]);
		await run.close();
		expect(world.looks).toBe(0);
	});

	it('of another cluster, or while no cluster can be read, wait for theirs', async () => {
		const journal = journalIn(temporaryFolder());
		await interrupt(journal, [{ ...started, clusterId: 'c2' }, stepStarted(0)]);
		await interrupt(journal, [{ ...started, clusterId: null }]);
		expect(await explainInterrupted({ journal, world: worldOf() })).toEqual([]);
		const look = lookOf();
		const world = worldOf(() => ({ ...look, snapshot: { ...look.snapshot, clusterId: null } }));
		expect(await explainInterrupted({ journal, world })).toEqual([]);
		expect((await journal.runs()).map(({ text }) => text)).toEqual(['', '']);
	});

	it('are told where the journal cannot be written, every time', async () => {
		const journal = journalIn(temporaryFolder());
		await interrupt(journal);
		const unwritable = { ...journal, explain: () => Promise.reject(new JournalError('full', 'make room')) };
		for (let start = 0; start < 2; start++)
			expect(await explainInterrupted({ journal: unwritable, world: worldOf() })).toHaveLength(1);
	});

	it('keep nobody from starting where the journal cannot be read', async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, 'journal.jsonl'));
		expect(await explainInterrupted({ journal: journalIn(folder), world: worldOf() })).toEqual([]);
		writeFileSync(join(folder, 'file'), '');
		chmodSync(join(folder, 'file'), 0o000);
		expect(await explainInterrupted({ journal: journalIn(join(folder, 'file')), world: worldOf() })).toEqual([]);
	});

	it('do not hide a bug', async () => {
		const journal = { ...journalIn(temporaryFolder()), runs: () => Promise.reject(new TypeError('a bug')) };
		await expect(explainInterrupted({ journal, world: worldOf() })).rejects.toThrow('a bug');
	});
});
