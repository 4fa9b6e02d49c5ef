import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { realEtcd, releaseLines } from '../demo/real-etcd.ts';
import { type Run, runInTerminal } from '../support/terminal.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Chooses in the menu by its title. */
async function choose(run: Run, title: string): Promise<void> {
	run.press('b');
	const menu = await run.see('Break or repair', title);
	const titles = menu.slice(menu.indexOf('Break or repair')).split('\n').slice(1);
	const index = titles.findIndex(text => text.includes(title));
	for (let step = 0; step < index; step++) run.press('down');
	run.press('enter');
	await run.seeGone('Break or repair');
}

const nothingLeft = (run: Run) =>
	vi.waitFor(
		() => {
			expect(run.processes()).toEqual([]);
			expect(run.temporaryFiles()).toEqual([]);
		},
		{ timeout: 30_000, interval: 50 },
	);

describe.each(releaseLines)('the demonstration on etcd %s', line => {
	const start = async () => {
		const { etcd } = await realEtcd(line);
		const run = runInTerminal(['demo'], { environment: { ETCDTOP_ETCD: dirname(etcd) } });
		await run.see('HEALTHY', 'all 3 members serve', /m3 .* serving/, /(?:create|update) (?:pods|leases|events) /);
		return run;
	};

	it('breaks and repairs its cluster, and leaves nothing behind when it is quit', async () => {
		const run = await start();
		expect(run.processes().length).toBeGreaterThanOrEqual(5);
		await choose(run, 'Freeze a follower');
		await run.see(/m\d is frozen \(SIGSTOP\)/, /m\d .* no answer (?:for )?\d+s/, 'WARNING');
		await choose(run, 'Kill the leader');
		await run.see(/m\d was the leader and is killed/, /refused (?:for )?\d+s/, 'quorum lost');
		await choose(run, 'Restore everything');
		await run.see('everything is as it was at the start', 'HEALTHY', 'all 3 members serve');
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(run.modes()).toEqual({ isAlternate: false, isCursorVisible: true, wraps: true });
		await nothingLeft(run);
	});

	it('leaves nothing behind when its terminal is closed', async () => {
		const run = await start();
		run.hangUp();
		await nothingLeft(run);
	});
});
