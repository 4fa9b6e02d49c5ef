import { isAnswering } from '../../cluster/member-state.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { type Case, nameOf, type Rule } from '../rule.ts';
import { fsyncLevels, type Latency, latencyOver, tellsMetricsOnly } from './latency-levels.ts';
import { memberFaults } from './member-fault.ts';

const windowMs = 60_000;

/**
 * The member takes no call: stopped, hung on its disk, or cut off by something that drops packets. Measured on 3.5.30 with
 * each sync delayed by 1.5 s: its metrics page answers all the time, and Status comes and goes with the disk.
 */
export const memberFrozen: Rule = {
	name: 'member-frozen',
	judge: subject =>
		memberFaults(subject, ['timeout'], name => `${name} does not answer`).map(verdict => {
			const member = subject.snapshot.members.find(({ id, key }) => (id ?? key) === verdict.member);
			const disk = member === undefined ? null : hangsOn(subject, member);
			if (member === undefined || disk === null) return verdict;
			return {
				...verdict,
				title: `${nameOf(member)} hangs on its disk`,
				advice: 'look at that disk and at what else writes to it; give etcd a disk of its own',
				reasoning: [
					...(verdict.reasoning ?? []),
					`Its disk syncs take ${disk.words}: who asks for its Status waits behind them.`,
				],
				chart: { kind: 'latency' as const, latency: 'fsync' as const, member: verdict.member },
			};
		}),
};

function hangsOn(subject: Case, member: MemberView): Latency | null {
	if (isAnswering(member) || !tellsMetricsOnly(member)) return null;
	const fsync = latencyOver(subject, member, 'fsync', windowMs);
	return fsync !== null && fsync.seconds >= fsyncLevels.critical ? fsync : null;
}
