import { followsLeader } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { counterRate } from '../../cluster/rate.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatRate } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { commitLevels, hasSlowDisk, latencyOver } from './latency-levels.ts';
import { steadyRise } from './steady-rise.ts';

const compareMs = 2 * 60_000;
/** Some every minute are worth knowing; from one a second on somebody waits all the time. */
const leastInPart = 4;
const warningPerSecond = 1;

/**
 * Requests that take more than 100 ms to carry out, reads among them: etcd counts each as a slow apply. With a slow disk
 * they are an effect.
 */
export const slowApplies: Rule = {
	name: 'slow-applies',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			if (!followsLeader(member) || hasSlowDisk(subject, member)) return [];
			const perSecond = steadyRise(subject, member, 'etcd_server_slow_apply_total', leastInPart);
			if (perSecond === null) return [];
			const name = nameOf(member);
			return [
				{
					severity: perSecond >= warningPerSecond ? ('warning' as const) : ('info' as const),
					member: idOf(member),
					title: `${name} carries requests out slowly`,
					evidence: [
						`${formatRate(perSecond)} took more than 0.1 s, for two minutes`,
						...requests(subject, member),
					].join('; '),
					advice: 'find who lists much or writes large transactions; look at memory and processor of that machine',
					reasoning: whatItIs(subject, member),
				},
			];
		}),
};

function requests({ history, atMs }: Case, { key }: MemberView): readonly string[] {
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined) return [];
	const rate = (sample: string) => counterRate(metrics, history.options.metricsIntervalMs, sample, atMs, compareMs);
	const ranges = rate('etcd_mvcc_range_total');
	const writes = rate('etcd_mvcc_put_total');
	return ranges === null || writes === null ? [] : [`${formatRate(ranges)} reads and ${formatRate(writes)} puts`];
}

function whatItIs(subject: Case, member: MemberView): readonly string[] {
	const commit = latencyOver(subject, member, 'commit', compareMs);
	if (commit === null) return [];
	const words = `Backend commits take ${commit.words}`;
	return commit.seconds >= commitLevels.info
		? [`${words}: the disk has its part in it.`]
		: [`${words}, which is fine: it is the requests or the machine, not the disk.`];
}
