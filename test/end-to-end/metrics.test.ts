import { afterEach, describe, expect, it, vi } from 'vitest';
import { releaseLines } from '../demo/real-etcd.ts';
import { etcdctl } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';
import { type DoorMode, type MetricsDoor, openMetricsDoor } from './metrics-door.ts';
import { sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

describe.each(releaseLines)('metrics of etcd %s', line => {
	const shared = sharedCluster(line, { members: 1, metricsListener: true });
	const doors: MetricsDoor[] = [];
	afterEach(async () => {
		for (const door of doors.splice(0)) await door.close();
	});
	const doorIn = async (mode: DoorMode) => {
		const door = await openMetricsDoor(Number(new URL(shared().endpoints[0]!).port));
		doors.push(door);
		door.setMode(mode);
		return door;
	};
	const open = (door: MetricsDoor, ...args: readonly string[]) =>
		// The member advertises the way past the door.
		runInTerminal([`--endpoints=${door.url}`, '--no-discovery', '--metrics-interval=500ms', ...args]);
	const write = (name: string) =>
		etcdctl(shared().binaries, shared().endpoints[0]!)('put', `/registry/pods/default/${name}`, 'value');

	it.each([
		['missing', 'HTTP error'],
		['garbage', 'not understood'],
		['dripping', 'no answer'],
	] as const)('%s: the panes say so and what to try, and all else works', async (mode, short) => {
		const door = await doorIn(mode);
		const run = open(door);
		await run.see(
			'HEALTHY',
			'watching from revision',
			`no metrics: ${short}`,
			`${door.url}/metrics`,
			'try --metrics-urls',
			/m1 +★ leader +[\d.]+ kB +[\d.]+ kB .* serving/,
			// The quota is only known from metrics; without them it is etcd's default, and marked so.
			/[\d.]+ kB of 2\.1 GB\*/,
		);
		await write(`while-${mode}`);
		await run.see(`default/while-${mode}`);
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(run.bytes()).not.toContain('pwned');
	});

	it('are read again as soon as they are there', async () => {
		const door = await doorIn('missing');
		const run = open(door);
		await run.see('no metrics: HTTP error');
		door.setMode('open');
		await run.see('WAL fsync', '10 ms', 'HEALTHY');
		await run.seeGone('no metrics');
	});

	it('are found where --metrics-urls says', async () => {
		const door = await doorIn('missing');
		const run = open(door, `--metrics-urls=${shared().member('m1').metricsUrl}`);
		await run.see('HEALTHY', 'WAL fsync', /of 2\.1 GB(?!\*)/);
		await write('measured');
		await run.see(/~[\d.]+ ms/);
		expect(run.screen()).not.toContain('no metrics');
	});
});
