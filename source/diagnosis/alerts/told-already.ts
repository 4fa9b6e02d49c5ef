import { followsLeader, isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { Snapshot } from '../../cluster/snapshot.ts';
import type { Finding } from '../finding.ts';
import { idOf } from '../rule.ts';
import { fileUses } from '../rules/space-words.ts';

type Told = {
	/** Rules of ours that tell the same, and why. */
	readonly rules: readonly string[];
	/** Rules of ours that know better how grave it is. */
	readonly better?: readonly string[];
	/** Rules of ours of which it follows on every member, whichever they name. */
	readonly everywhere?: readonly string[];
	/** The range of the alert's expression: for so long it goes on when what caused it is over. */
	readonly rangeMinutes?: number;
};

/** By the alert's name. */
const tellers: Readonly<Record<string, Told>> = {
	etcdMembersDown: { rules: ['quorum-lost', 'member-down', 'member-frozen', 'member-unreadable'] },
	etcdInsufficientMembers: { rules: ['quorum-lost'] },
	etcdNoLeader: {
		rules: ['no-leader', 'quorum-lost'],
		// The cluster serves and knows a leader: what the alert calls critical is one voter that is away.
		better: ['member-cut-off', 'one-way-partition', 'member-without-leader'],
	},
	etcdHighNumberOfLeaderChanges: { rules: ['leader-changes'], rangeMinutes: 15 },
	// While etcd is out of space it refuses nearly every write.
	etcdHighNumberOfFailedGRPCRequests: {
		rules: ['quorum-lost', 'no-leader'],
		everywhere: ['nospace'],
		rangeMinutes: 5,
	},
	etcdMemberCommunicationSlow: { rules: ['peer-slow'], rangeMinutes: 5 },
	etcdHighNumberOfFailedProposals: { rules: ['proposals-failing', 'quorum-lost', 'no-leader'], rangeMinutes: 15 },
	etcdHighFsyncDurations: { rules: ['fsync-slow'], rangeMinutes: 5 },
	etcdHighCommitDurations: { rules: ['commit-slow'], rangeMinutes: 5 },
	etcdDatabaseQuotaLowSpace: { rules: ['quota-use'], everywhere: ['nospace'] },
	etcdDatabaseHighFragmentationRatio: { rules: ['fragmentation'] },
};

/**
 * Whether findings of ours tell what an alert's finding would: of the same member or of the cluster, and as grave. A
 * cause that is told twice looks like two. The alert itself goes on and keeps its row.
 */
export function isToldAlready(finding: Finding, ours: readonly Finding[]): boolean {
	const { rules = [], better = [], everywhere = [] } = tellers[finding.rule] ?? {};
	const isAsGrave = ({ severity }: Finding) => severity === finding.severity || severity === 'critical';
	const isOf = ({ member }: Finding) => member === finding.member || member === null || finding.member === null;
	return ours.some(
		each =>
			(isOf(each) && (better.includes(each.rule) || (rules.includes(each.rule) && isAsGrave(each)))) ||
			(everywhere.includes(each.rule) && isAsGrave(each)),
	);
}

/**
 * For how long an alert may go on when a finding of ours that told it is over: what is told by then is no news. It looks
 * back over its range, and Prometheus evaluates it each 30 s.
 */
export const lagsByMs = ({ rule }: Pick<Finding, 'rule'>): number => ((tellers[rule]?.rangeMinutes ?? 0) + 1) * 60_000;

/** By the alert's name: what each Status says now, against what the alert says of up to half a minute ago. */
const refutations: Readonly<Record<string, (snapshot: Snapshot, member: string | null) => boolean>> = {
	etcdMembersDown: snapshot => ownMembers(snapshot).every(isAnswering),
	etcdInsufficientMembers: ({ reachableVoters, quorum }) => reachableVoters >= quorum,
	etcdNoLeader: ({ members }, member) =>
		members.some(each => idOf(each) === member && each.state.kind === 'serving' && followsLeader(each)),
	etcdDatabaseQuotaLowSpace: (snapshot, member) =>
		fileUses(snapshot).some(use => idOf(use.member) === member && use.share <= 0.95),
	etcdDatabaseHighFragmentationRatio: ({ members }, member) =>
		members.some(
			each =>
				idOf(each) === member &&
				isAnswering(each) &&
				each.numbers !== null &&
				each.numbers.dbInUseBytes >= 0.5 * each.numbers.dbSizeBytes,
		),
};

/**
 * Whether what a finding of an alert says is over. Prometheus evaluates each 30 s, so an alert may be the first to be
 * told critical just when all is well again.
 */
export const isOver = ({ rule, member }: Finding, snapshot: Snapshot): boolean =>
	refutations[rule]?.(snapshot, member) ?? false;
