import { expect, it } from 'vitest';
import type { MemberCalls } from '../../source/etcd/calls.ts';
import { prepareSpaceRecovery } from '../../source/operations/recover-space.ts';
import { memberOf, story } from '../cluster/story.ts';
import { lookAt, scriptedWorld } from './scripted-world.ts';

const atMs = 1000;
const shares = { '1': 0.1, '2': 0.6, '3': 1.05 };

it('recovers also on members that may be full by the time of the last step, and spares those that cannot', async () => {
	const told = story();
	told.list(
		atMs,
		Object.keys(shares).map(id => memberOf(id)),
	);
	for (const [id, share] of Object.entries(shares)) {
		const dbSizeBytes = share * 80_000;
		told.answer(atMs, id, { dbSizeBytes, dbInUseBytes: dbSizeBytes, errors: ['memberID:3 alarm:NOSPACE '] });
		told.scrape(atMs, id, [['etcd_server_quota_backend_bytes', 80_000]]);
	}
	told.alarms(atMs, [{ memberId: '3', type: 'NOSPACE' }]);
	const world = scriptedWorld(lookAt(told, atMs));
	// kube-apiserver has left no mark.
	const member = () => ({ get: async () => null }) as unknown as MemberCalls;
	const calls = { ...world.calls, member };
	const { plan } = await prepareSpaceRecovery({ operation: 'recover-space' }, { ...world, calls });
	expect(plan.summary).toContain('defragment m2 and m3; then disarm');
	expect(plan.steps.filter(({ title }) => title.startsWith('defragment')).map(({ memberId }) => memberId)).toEqual([
		'2',
		'3',
	]);
});
