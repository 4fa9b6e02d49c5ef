import { describe, expect, it } from 'vitest';
import { notCorrupt } from '../../source/operations/checks.ts';
import { prepareDisarm } from '../../source/operations/disarm-alarm.ts';
import { standingOf } from '../../source/operations/plan.ts';
import { prepareSpaceRecovery } from '../../source/operations/recover-space.ts';
import { corruptCheck } from '../../source/operations/snapshot-source.ts';
import { memberOf, story } from '../cluster/story.ts';
import { lookAt, scriptedWorld } from './scripted-world.ts';

const atMs = 1000;
const ids = ['1', '2', '3'];

/** Every member serves; Status is denied to this user, or answered. */
function look({ isDenied }: { readonly isDenied: boolean }) {
	const told = story();
	told.list(
		atMs,
		ids.map(id => memberOf(id)),
	);
	for (const id of ids) {
		if (isDenied) told.fail(atMs, id, 'permission-denied');
		else told.answer(atMs, id);
		told.scrape(atMs, id, [
			['etcd_server_has_leader', 1],
			['etcd_server_is_leader', id === '1' ? 1 : 0],
			['etcd_mvcc_db_total_size_in_bytes', 2000],
			['etcd_mvcc_db_total_size_in_use_in_bytes', 1000],
			['etcd_server_quota_backend_bytes', 8000],
		]);
	}
	return lookAt(told, atMs);
}

const [denied, answered] = [look({ isDenied: true }), look({ isDenied: false })];
const untold = 'not known: no member tells which alarms are raised; try to log in as root';

/** m3 is full by a quota that nobody tells, or silent; NOSPACE is raised or not. */
function unsure({ isRaised, isSilent }: { readonly isRaised: boolean; readonly isSilent: boolean }) {
	const told = story();
	told.list(
		atMs,
		ids.map(id => memberOf(id)),
	);
	for (const id of ids) {
		if (id === '3' && isSilent) told.fail(atMs, id, 'timeout');
		else told.answer(atMs, id, { dbSizeBytes: 7900, errors: isRaised ? ['memberID:3 alarm:NOSPACE '] : [] });
		if (id !== '3') told.scrape(atMs, id, [['etcd_server_quota_backend_bytes', 80_000]]);
	}
	if (isRaised) told.alarms(atMs, [{ memberId: '3', type: 'NOSPACE' }]);
	return lookAt(told, atMs);
}

describe('a quota that no member tells', () => {
	it('keeps NOSPACE from being called over, which only force passes', async () => {
		const world = scriptedWorld(unsure({ isRaised: true, isSilent: false }));
		const disarm = await prepareDisarm({ operation: 'disarm-alarm', member: 'm3', type: 'NOSPACE' }, world);
		const recovery = await prepareSpaceRecovery({ operation: 'recover-space' }, world);
		for (const { plan } of [disarm, recovery]) {
			const stops = plan.checks.filter(({ verdict }) => verdict === 'stop');
			expect(stops).toMatchObject([{ title: 'every quota is known', mayBeForced: true }]);
			expect(stops[0]!.detail).toMatch(/^not of m3: .*--quota/);
		}
		expect(disarm.plan.summary).toContain('7.9 kB of an assumed 2.1 GB');
	});

	it('and a member that is silent, are named where there is nothing to recover from', async () => {
		for (const isSilent of [true, false]) {
			const world = scriptedWorld(unsure({ isRaised: false, isSilent }));
			const { plan } = await prepareSpaceRecovery({ operation: 'recover-space' }, world);
			expect(plan.nothingToDo).toBe(
				'NOSPACE is not raised; whether the file of m3 is under 90% of its quota is not known',
			);
		}
	});
});

describe('alarms of which no member tells', () => {
	it('are not called absent', () => {
		for (const check of [notCorrupt, corruptCheck]) {
			expect(check(denied)).toMatchObject({ verdict: 'warn', detail: untold });
			expect(check(answered)).toMatchObject({ verdict: 'pass', detail: 'none' });
		}
	});

	it('are neither disarmed nor recovered from, and that does not count as done', async () => {
		const plansOf = async (seen: typeof denied) => {
			const world = scriptedWorld(seen);
			const disarm = await prepareDisarm({ operation: 'disarm-alarm', member: 'm1', type: 'NOSPACE' }, world);
			const recovery = await prepareSpaceRecovery({ operation: 'recover-space' }, world);
			return [disarm.plan, recovery.plan];
		};
		for (const plan of await plansOf(denied)) {
			expect(plan).toMatchObject({ nothingToDo: null, steps: [] });
			expect(standingOf(plan)).toBe('stopped');
			expect(plan.checks.find(({ verdict }) => verdict === 'stop')?.detail).toBe(untold);
		}
		for (const plan of await plansOf(answered)) expect(plan.nothingToDo).toContain('not raised');
	});
});
