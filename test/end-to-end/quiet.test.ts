import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { startLoad } from '../../source/demo/load.ts';
import { examiners } from '../../source/examiners.ts';
import { releaseLines } from '../demo/real-etcd.ts';
import { observe } from '../support/observer.ts';
import { sharedCluster } from './shared-cluster.ts';

/** `QUIET_MINUTES=10 npx vitest run test/end-to-end/quiet.test.ts` looks as long as a person on call would. */
const minutes = Number(process.env.QUIET_MINUTES ?? 0.25);

vi.setConfig({ testTimeout: 120_000 + minutes * 60_000 });

describe.each(releaseLines)('a healthy cluster of etcd %s under load', line => {
	const cluster = sharedCluster(line, { fast: false });

	it('gives no warning, no alert, and nothing critical', async () => {
		const { endpoints } = cluster();
		const load = await startLoad({ endpoints, writesPerSecond: 50 });
		const observer = observe(endpoints, {
			statusIntervalSeconds: 1,
			metricsIntervalSeconds: 2,
			examiners: examiners(),
		});
		await observer.see(({ health }) => health.level === 'healthy');
		await wait(minutes * 60_000);
		const { health, alerts } = observer.now();
		await observer.stop();
		await load.stop();
		expect(observer.seen.filter(({ severity }) => severity !== 'info')).toEqual([]);
		expect(health.level).toBe('healthy');
		// A straight line through the first seconds of a cluster may well reach the quota: pending is no alarm yet.
		expect(alerts.filter(({ firingAtMs }) => firingAtMs !== null)).toEqual([]);
		expect(load.stats).toMatchObject({ failed: 0 });
	});
});
