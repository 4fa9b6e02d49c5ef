import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { releaseLines } from '../demo/real-etcd.ts';
import { fragment, leaderByEtcdctl, statusOf } from '../operations/fragmented.ts';
import { etcdctl, statuses } from '../operations/writing.ts';
import { type Run, runInTerminal } from '../support/terminal.ts';
import { roles, sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What these keys send. */
const eraseAll = '\x15';
const end = '\x1b[F';

/** However it ended. */
const isOver = /✓ done: |○ stopped: |✗ failed: |\? not known: /;

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'etcdtop-maintenance-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that the journal of these tests holds. */
const journal = () =>
	readFileSync(join(folder, 'etcdtop/journal.jsonl'), 'utf8')
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as { readonly kind: string; readonly run: string } & Record<string, unknown>);
/** What it says of its last operation. */
const lastRun = () => {
	const lines = journal();
	return lines.filter(({ run }) => run === lines.at(-1)?.run);
};

describe.each(releaseLines)('maintenance of etcd %s by keys', line => {
	const cluster = sharedCluster(line);
	const open = async (...args: readonly string[]): Promise<Run> => {
		const run = runInTerminal([`--endpoints=${cluster().endpoints.join()}`, ...args], {
			environment: { XDG_STATE_HOME: folder },
		});
		await run.see('HEALTHY', 'all 3 members serve');
		return run;
	};
	/** The row of a member, selected with the arrows. */
	const select = async (run: Run, name: string) => {
		run.press(...Array<string>(Number(name.slice(1))).fill('down'));
		await run.see(new RegExp(`Disk latency ─+ ${name} `));
	};

	it('compacts to the chosen revision', async () => {
		const { revision } = (await fragment(cluster()))[0]!;
		for (let round = 0; round < 9; round++) await etcdctl(cluster(), ['put', 'seen', String(round)]);
		const run = await open();
		run.press('c');
		await run.see('Compact: what stays?', 'keep the last 5 minutes');
		run.press('down', 'down', 'enter');
		await run.see('Compact: keep all from which revision?');
		run.press(...'no', 'enter');
		await run.see('“no” is no revision');
		run.press(eraseAll, ...String(revision + 5), 'enter');
		await run.see('y to start', 'Esc leaves');
		run.press('y');
		await run.see('✓ done: ');
		await expect(etcdctl(cluster(), ['get', 'seen', `--rev=${revision + 4}`])).rejects.toThrow('has been compacted');
		await etcdctl(cluster(), ['get', 'seen', `--rev=${revision + 6}`]);
		run.press('escape');
		await run.seeGone('✓ done: ');
		run.press('J');
		await run.see('Journal', /Compact/);
		run.press('escape');
		// What follows Escape at once is Alt with that key.
		await run.seeGone('Journal');
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(lastRun().map(({ kind }) => kind)).toEqual(
			expect.arrayContaining(['started', 'step-started', 'step-ended', 'ended']),
		);
	});

	it('defragments the selected member and no other', async () => {
		await fragment(cluster());
		const { follower, others } = await roles(cluster());
		const [before, other] = await Promise.all([follower, others[0]!].map(member => statusOf(cluster(), member)));
		const run = await open();
		await select(run, follower.name);
		run.press('d');
		await run.see(`Defragment ${follower.name}`, 'y to start');
		run.press('y');
		await run.see(isOver);
		expect(run.screen()).toContain('✓ done: ');
		expect((await statusOf(cluster(), follower)).dbSizeBytes).toBeLessThan(before!.dbSizeBytes - 2_000_000);
		expect((await statusOf(cluster(), others[0]!)).dbSizeBytes).toBe(other!.dbSizeBytes);
	});

	it('saves a snapshot that etcdctl takes', async () => {
		const file = join(folder, `${line}.db`);
		const run = await open();
		run.press('s');
		await run.see('Save a snapshot where?');
		run.press('down', 'enter');
		await run.see('Save the snapshot where?');
		run.press(...file, 'enter');
		await run.see('Enter to start');
		await run.confirmWith('enter');
		await run.see('✓ done: ');
		expect(statSync(file).mode & 0o777).toBe(0o600);
		const told = JSON.parse(await etcdctl(cluster(), ['snapshot', 'status', file, '-w', 'json'])) as {
			revision: number;
		};
		expect(told.revision).toBe((await statuses(cluster()))[0]!.revision);
		await run.see(/snapshot \d+s ago/);
		run.press('escape');
		await run.seeGone('✓ done: ');
		run.press('s', 'down', 'enter');
		await run.see('Save the snapshot where?');
		run.press(...file, 'enter');
		await run.see('exists');
		expect(run.screen()).not.toContain('to start');
	});

	it('moves the leader to the selected voter', async () => {
		const { follower } = await roles(cluster());
		const run = await open();
		await select(run, follower.name);
		run.press('m');
		await run.see('y to start');
		run.press('y');
		await run.see('✓ done: ');
		expect(await leaderByEtcdctl(cluster())).toBe(follower.name);
	});

	it('adds a learner by a form, and removes it by its name typed out', async () => {
		const run = await open();
		const members = async () =>
			(JSON.parse(await etcdctl(cluster(), ['member', 'list', '-w', 'json'])) as { members: { isLearner?: boolean }[] })
				.members;
		run.press('M');
		await run.see('Change the members', 'add a learner…');
		run.press('enter');
		await run.see('Add a learner');
		run.press(...'m9 http://127.0.0.1:1', 'enter');
		await run.see('y to start');
		run.press('y');
		await run.see('✓ done: ');
		expect((await members()).filter(({ isLearner }) => isLearner)).toHaveLength(1);
		run.press('escape');
		await run.seeGone('✓ done: ');
		await run.see('learner?');
		run.press('M');
		await run.see(/remove [0-9a-f]+ \(not started yet\)/);
		run.press(end, 'enter');
		await run.see('dangerous', /type \S+ and press Enter/);
		const phrase = /type (\S+) and press Enter/.exec(run.screen())![1]!;
		run.press(...'wrong', 'enter');
		await run.see('nothing was started');
		expect(await members()).toHaveLength(4);
		run.press(eraseAll, ...phrase, 'enter');
		await run.see('✓ done: ');
		expect(await members()).toHaveLength(3);
	});

	it('shows nothing of it in read-only mode', async () => {
		const run = await open('--read-only');
		const lines = journal().length;
		run.press(...'cdDsamMhx');
		run.press('?');
		await run.see('Help', 'next pane');
		run.press(end);
		await run.see('SIGKILL');
		expect(run.screen()).not.toMatch(/[Dd]efragment [a-z]+ member|[Cc]ompact the history|operations/);
		run.press('escape');
		await run.seeGone('Help');
		const screen = run.screen().trimEnd();
		expect(screen).not.toMatch(/to start|press /);
		expect(screen.split('\n').at(-1)).not.toMatch(/compact|defrag|snapshot|operations/);
		expect(journal()).toHaveLength(lines);
	});
});
