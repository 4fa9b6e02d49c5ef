import type { Finding } from '../finding.ts';

type Told = {
	/** Rules of ours that tell the same, and why. */
	readonly rules: readonly string[];
	/** Rules of ours that know better how grave it is. */
	readonly better?: readonly string[];
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
	etcdHighNumberOfLeaderChanges: { rules: ['leader-changes'] },
	etcdMemberCommunicationSlow: { rules: ['peer-slow'] },
	etcdHighNumberOfFailedProposals: { rules: ['proposals-failing', 'quorum-lost', 'no-leader'] },
	etcdHighFsyncDurations: { rules: ['fsync-slow'] },
	etcdHighCommitDurations: { rules: ['commit-slow'] },
	etcdDatabaseQuotaLowSpace: { rules: ['quota-use', 'nospace'] },
	etcdDatabaseHighFragmentationRatio: { rules: ['fragmentation'] },
};

/**
 * Whether findings of ours tell what an alert's finding would: of the same member or of the cluster, and as grave. A
 * cause that is told twice looks like two. The alert itself goes on and keeps its row.
 */
export function isToldAlready(finding: Finding, ours: readonly Finding[]): boolean {
	const { rules = [], better = [] } = tellers[finding.rule] ?? {};
	const isAsGrave = ({ severity }: Finding) => severity === finding.severity || severity === 'critical';
	const isOf = ({ member }: Finding) => member === finding.member || member === null || finding.member === null;
	return ours.some(
		each => isOf(each) && (better.includes(each.rule) || (rules.includes(each.rule) && isAsGrave(each))),
	);
}
