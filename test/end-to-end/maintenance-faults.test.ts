import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fragment, statusOf } from '../operations/fragmented.ts';
import { etcdctl, fill, put, statuses, write } from '../operations/writing.ts';
import { slowed } from '../support/slowed-member.ts';
import { type Run, type RunOptions, runInTerminal } from '../support/terminal.ts';
import { roles, sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 240_000 });

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'etcdtop-maintenance-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = { readonly kind: string; readonly run: string } & Readonly<Record<string, unknown>>;

const journal = (): readonly Line[] =>
	readFileSync(join(folder, 'etcdtop/journal.jsonl'), 'utf8')
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
/** What it says of its last operation. */
const lastRun = () => {
	const lines = journal();
	return lines.filter(({ run }) => run === lines.at(-1)?.run);
};
/** Nothing of a run is left, however it was ended. */
const gone = (run: Run) => vi.waitFor(() => expect(run.processes()).toEqual([]), { timeout: 30_000, interval: 20 });

const openAt = (endpoints: readonly string[], options: RunOptions = {}): Run =>
	runInTerminal([`--endpoints=${endpoints.join()}`], { environment: { XDG_STATE_HOME: folder }, ...options });

describe('when the operator goes between two steps', () => {
	const cluster = sharedCluster('3.5', { quotaBytes: 22 * 1024 * 1024 });
	/** A rolling defragmentation that waits between two members: worth it, since most of the quota is used. */
	const settling = async () => {
		const [url = ''] = cluster().endpoints;
		expect(await write(url, { count: 200, keys: 4 })).toBe(true);
		await fragment(cluster());
		const run = openAt(cluster().endpoints);
		await run.see('of its quota', /★ +leader/);
		run.press('D');
		await run.see('y to start');
		run.press('y');
		await run.see(/✓ +1 +defragment m\d/, /▸ +2 /);
		return run;
	};

	it('a closed terminal leaves it between steps, and the journal says what was done and what not', async () => {
		const run = await settling();
		run.hangUp();
		await gone(run);
		const lines = lastRun();
		expect(lines.at(-1)).toMatchObject({ kind: 'ended', outcome: 'stopped' });
		expect(lines.at(-1)?.text).toMatch(/left by the operator .*; steps done: 1 of 8$/);
		expect(lines.filter(({ kind, end }) => kind === 'step-ended' && end === 'done')).toHaveLength(1);
	});

	it('Escape leaves it between steps, and the panes can be looked at meanwhile', async () => {
		const run = await settling();
		run.press('c');
		await run.see('one operation at a time');
		run.press('?');
		await run.see('Help');
		run.press('?');
		await run.seeGone('Help');
		run.press('escape');
		await run.see('stopped: left by the operator');
		run.press('escape');
		await run.seeGone('stopped: ');
		expect(lastRun().at(-1)).toMatchObject({ kind: 'ended', outcome: 'stopped' });
	});

	it('q asks again, and then leaves at once', async () => {
		const run = await settling();
		run.press('q');
		await run.see('again within 5 s quits, the server goes on');
		expect(run.processes()).not.toEqual([]);
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(lastRun().at(-1)).toMatchObject({ kind: 'ended', outcome: 'stopped' });
	});
});

describe('when the operator goes within a step that cannot be stopped', () => {
	const cluster = sharedCluster('3.5');
	const open = async () => {
		const run = openAt(cluster().endpoints);
		await run.see('all 3 members serve');
		return run;
	};

	it('the next start finds it, and says what is known now', async () => {
		// Enough to copy for a while.
		await write(cluster().endpoints[0]!, { count: 4000 });
		const { follower } = await roles(cluster());
		const run = await open();
		run.press(...Array<string>(Number(follower.name.slice(1))).fill('down'));
		await run.see(new RegExp(`Disk latency ─+ ${follower.name} `));
		run.press('d');
		await run.see(`Defragment ${follower.name}`, 'y to start');
		await slowed(follower, async () => {
			run.press('y');
			await run.see(/▸ +1 +defragment m\d/);
		});
		await follower.freeze();
		run.hangUp();
		await gone(run);
		const kinds = () => lastRun().map(({ kind }) => kind);
		expect(kinds()).toEqual(['started', 'step-started']);
		await follower.thaw();
		await cluster().waitHealthy();
		const next = await open();
		await next.see('an operation was interrupted; J shows what is known of it now');
		expect(kinds().at(-1)).toBe('explained');
		next.press('J');
		await next.see('Journal', `Defragment ${follower.name}`, 'interrupted');
		next.press('enter');
		await next.see('interrupted', /defragment m\d/);
		expect((await statusOf(cluster(), follower)).errors).toEqual([]);
	});
});

describe('a single member', () => {
	const cluster = sharedCluster('3.5', { members: 1 });

	it('is defragmented only by its name typed out', async () => {
		await fragment(cluster());
		const [before] = await statuses(cluster());
		const run = openAt(cluster().endpoints);
		await run.see('HEALTHY');
		run.press('down', 'd');
		await run.see('dangerous', 'type m1 and press Enter', 'a single voter');
		run.press('y', 'enter');
		await run.see('nothing was started');
		run.press('backspace', ...'m1', 'enter');
		await run.see('✓ done: ');
		expect((await statuses(cluster()))[0]!.dbSizeBytes).toBeLessThan(before!.dbSizeBytes - 2_000_000);
		expect(lastRun()[0]).toMatchObject({ kind: 'started', isForced: true });
	});

	it('starts nothing while the screen is too small to show it', async () => {
		const run = openAt(cluster().endpoints);
		await run.see('HEALTHY');
		const lines = journal().length;
		run.press('s');
		await run.see('Save a snapshot where?');
		run.press('enter');
		await run.see('Enter to start');
		run.resize(50, 12);
		await run.see('etcdtop needs 60x15');
		run.press('enter');
		run.resize(120, 40);
		await run.see('Enter to start');
		expect(journal()).toHaveLength(lines);
	});
});

describe('NOSPACE', () => {
	const quotaBytes = 24 * 1024 * 1024;
	const cluster = sharedCluster('3.5', { quotaBytes });

	it('is recovered from by keys, from end to end', async () => {
		const [url = ''] = cluster().endpoints;
		await fill(url);
		const run = openAt(cluster().endpoints);
		await run.see('NOSPACE');
		run.press('a');
		await run.see('Alarms', 'recover from NOSPACE', /disarm NOSPACE on m\d/);
		run.press('enter');
		await run.see('Recover from NOSPACE', 'y to start');
		run.press('y');
		await run.see(/▸ +\d+ /);
		await vi.waitFor(() => expect(run.screen()).toMatch(/✓ done: |✗ failed: |stopped: |not known: /), {
			timeout: 200_000,
			interval: 100,
		});
		expect(run.screen()).toContain('✓ done: ');
		expect(await etcdctl(cluster(), ['alarm', 'list'])).toBe('');
		expect(await put(url, 'after', 'x')).toBe(true);
		for (const { dbSizeBytes } of await statuses(cluster())) expect(dbSizeBytes).toBeLessThan(quotaBytes / 2);
		await run.see('no alarms');
	});
});
