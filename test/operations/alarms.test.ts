import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeAlarms } from '../../source/operations/alarms.ts';
import { prepareDisarm } from '../../source/operations/disarm-alarm.ts';
import { riskOf, standingOf } from '../../source/operations/plan.ts';
import { prepareSpaceRecovery } from '../../source/operations/recover-space.ts';
import { Refused } from '../../source/operations/refused.ts';
import type { RequestOf } from '../../source/operations/request.ts';
import { releaseLines } from '../demo/real-etcd.ts';
import { sharedCluster } from '../end-to-end/shared-cluster.ts';
import { play, realWorld } from '../support/world.ts';
import { etcdctl, gateway } from './writing.ts';

describe.each(releaseLines)('alarms of etcd %s', line => {
	const cluster = sharedCluster(line, { quotaBytes: 64 * 1024 * 1024 });
	let real: ReturnType<typeof realWorld>;
	const ids = new Map<string, string>();
	const url = () => cluster().endpoints[0]!;
	/** As a member does it; the gateway takes decimal ids only. */
	const change = (action: 'ACTIVATE' | 'DEACTIVATE', name: string, alarm: string) =>
		gateway(url(), 'maintenance/alarm', { action, memberID: BigInt(`0x${ids.get(name)}`).toString(), alarm });
	const raise = async (name: string, alarm: 'NOSPACE' | 'CORRUPT') => {
		expect(await change('ACTIVATE', name, alarm)).toMatchObject({ status: 200 });
	};
	const listed = async () => (await etcdctl(cluster(), ['alarm', 'list'])).split('\n').filter(row => row !== '');
	const prepare = (member: string, type: RequestOf<'disarm-alarm'>['type']) =>
		prepareDisarm({ operation: 'disarm-alarm', member, type }, real.world);

	beforeAll(async () => {
		real = realWorld(cluster().endpoints);
		for (const { id, name } of (await real.world.look()).snapshot.list) ids.set(name, id);
	});
	afterEach(async () => {
		for (const name of ids.keys()) for (const alarm of ['NOSPACE', 'CORRUPT']) await change('DEACTIVATE', name, alarm);
	});
	afterAll(() => real.close());

	it('clears one type on one member and nothing else', async () => {
		await raise('m1', 'NOSPACE');
		await raise('m2', 'NOSPACE');
		const prepared = await prepare('m2', 'NOSPACE');
		expect(prepared.plan).toMatchObject({ risk: 'careful', phrase: 'm2', nothingToDo: null });
		expect(standingOf(prepared.plan)).toBe('clear');
		const { outcome } = await play(prepared, real.world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'done',
			text: expect.stringContaining('NOSPACE of m2 is cleared'),
		});
		expect(await listed()).toEqual([`memberID:${BigInt(`0x${ids.get('m1')}`)} alarm:NOSPACE `.trim()]);
	});

	it('tells who has raised what, why, and what is missing', async () => {
		await raise('m3', 'NOSPACE');
		expect(describeAlarms(await real.world.look())).toEqual([
			{
				type: 'NOSPACE',
				memberId: ids.get('m3'),
				member: 'm3',
				sinceMs: null,
				why: expect.stringMatching(/^its file had reached its quota; now .* of 67 MB \(<1%\)/),
				missing: null,
			},
		]);
	});

	it('has nothing to do where nothing is raised, and says what is', async () => {
		await raise('m1', 'NOSPACE');
		const other = await prepare('m2', 'NOSPACE');
		expect(other.plan.nothingToDo).toBe('NOSPACE is not raised by m2; raised: NOSPACE by m1');
		expect((await play(other, real.world)).outcome.kind).toBe('done');
		expect(await listed()).toHaveLength(1);
		await expect(prepare('m9', 'NOSPACE')).rejects.toThrow(Refused);
	});

	it('wants the name of the member typed for CORRUPT, and warns', async () => {
		await raise('m2', 'CORRUPT');
		const prepared = await prepare('m2', 'CORRUPT');
		expect(riskOf(prepared.plan)).toBe('dangerous');
		expect(prepared.plan.phrase).toBe('m2');
		expect(prepared.plan.checks.at(-1)).toMatchObject({
			verdict: 'warn',
			detail: expect.stringContaining('never disarm CORRUPT blindly'),
		});
		expect((await play(prepared, real.world)).outcome.kind).toBe('done');
		expect(await listed()).toEqual([]);
	});

	it('sees that it comes back, and by whom', async () => {
		await raise('m1', 'NOSPACE');
		const prepared = await prepare('m1', 'NOSPACE');
		const patience = { ...real.world.patience, rearmSeconds: 60 };
		const { outcome } = await play(
			prepared,
			{ ...real.world, patience },
			{
				async onProgress({ kind, step }) {
					if (kind === 'step-started' && step === 1) await raise('m3', 'NOSPACE');
				},
			},
		);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'failed',
			text: expect.stringContaining('NOSPACE is raised again, by m3'),
			advice: expect.stringContaining('something keeps writing'),
		});
	});

	it('can be left while it watches, and what was done stays done', async () => {
		await raise('m1', 'NOSPACE');
		const prepared = await prepare('m1', 'NOSPACE');
		const leave = new AbortController();
		const patience = { ...real.world.patience, rearmSeconds: 600 };
		const { outcome } = await play(
			prepared,
			{ ...real.world, patience },
			{
				signal: leave.signal,
				onProgress({ kind, step }) {
					if (kind === 'step-progress' && step === 1) leave.abort();
				},
			},
		);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('the alarm is cleared'),
		});
		expect(await listed()).toEqual([]);
	});

	it('only disarms where there is space already', async () => {
		await raise('m1', 'NOSPACE');
		const prepared = await prepareSpaceRecovery({ operation: 'recover-space' }, real.world);
		expect(prepared.plan.steps.map(({ title }) => title)).toEqual([
			'disarm NOSPACE of m1',
			'see that a write works on every voter',
			'see that NOSPACE stays away',
		]);
		expect((await play(prepared, real.world)).outcome.kind).toBe('done');
		expect(await listed()).toEqual([]);
	});

	it('has nothing to recover from where NOSPACE is not raised', async () => {
		const { plan } = await prepareSpaceRecovery({ operation: 'recover-space' }, real.world);
		expect(plan.nothingToDo).toBe('NOSPACE is not raised; every file is under 90% of its quota');
	});
});
