import type { Rule } from './rule.ts';
import { apiServerCertificates } from './rules/apiserver-certificates.ts';
import { apiServerCompaction } from './rules/apiserver-compaction.ts';
import { apiServerEncryption } from './rules/apiserver-encryption.ts';
import { apiServerEtcdServers } from './rules/apiserver-etcd-servers.ts';
import { applyLag } from './rules/apply-lag.ts';
import { authenticationOff } from './rules/authentication-off.ts';
import { certificateAuthority } from './rules/certificate-authority.ts';
import { certificateClient } from './rules/certificate-client.ts';
import { certificateNames } from './rules/certificate-names.ts';
import { certificatePeer } from './rules/certificate-peer.ts';
import { certificateServer } from './rules/certificate-server.ts';
import { clockSkew } from './rules/clock-skew.ts';
import { clusterUnreachable } from './rules/cluster-unreachable.ts';
import { commitSlow } from './rules/commit-slow.ts';
import { compactionStuck } from './rules/compaction-stuck.ts';
import { controlPlaneUnreadable } from './rules/control-plane-unreadable.ts';
import { corrupt } from './rules/corrupt.ts';
import { defragmenting } from './rules/defragmenting.ts';
import { downgrade } from './rules/downgrade.ts';
import { encryptionKeys } from './rules/encryption-keys.ts';
import { encryptionMixed } from './rules/encryption-mixed.ts';
import { encryptionUnknown } from './rules/encryption-unknown.ts';
import { etcdAutoCompaction } from './rules/etcd-auto-compaction.ts';
import { etcdCertificates } from './rules/etcd-certificates.ts';
import { etcdDataDisk } from './rules/etcd-data-disk.ts';
import { etcdElection } from './rules/etcd-election.ts';
import { etcdFsyncOff } from './rules/etcd-fsync-off.ts';
import { etcdMetrics } from './rules/etcd-metrics.ts';
import { etcdQuota } from './rules/etcd-quota.ts';
import { fileDescriptors } from './rules/file-descriptors.ts';
import { foreignMember } from './rules/foreign-member.ts';
import { fragmentation } from './rules/fragmentation.ts';
import { fsyncSlow } from './rules/fsync-slow.ts';
import { knownFaults } from './rules/known-faults.ts';
import { leaderChanges } from './rules/leader-changes.ts';
import { leadersDisagree } from './rules/leaders-disagree.ts';
import { learnerReady } from './rules/learner-ready.ts';
import { learnerStuck } from './rules/learner-stuck.ts';
import { memberCutOff } from './rules/member-cut-off.ts';
import { memberDown } from './rules/member-down.ts';
import { memberFrozen } from './rules/member-frozen.ts';
import { memberListUnreadable } from './rules/member-list-unreadable.ts';
import { memberListsDisagree } from './rules/member-lists-disagree.ts';
import { memberNeverStarted } from './rules/member-never-started.ts';
import { memberUnreadable } from './rules/member-unreadable.ts';
import { memberWithoutLeader } from './rules/member-without-leader.ts';
import { noLeader } from './rules/no-leader.ts';
import { noSpareVoter } from './rules/no-spare-voter.ts';
import { noSpace } from './rules/nospace.ts';
import { oneWayPartition } from './rules/one-way-partition.ts';
import { peerDisconnected } from './rules/peer-disconnected.ts';
import { peerSlow } from './rules/peer-slow.ts';
import { plainHttp } from './rules/plain-http.ts';
import { proposalsFailing } from './rules/proposals-failing.ts';
import { proposalsPending } from './rules/proposals-pending.ts';
import { quorumAtRisk } from './rules/quorum-at-risk.ts';
import { quorumLost } from './rules/quorum-lost.ts';
import { quotaUse } from './rules/quota-use.ts';
import { revisionsDiverge } from './rules/revisions-diverge.ts';
import { secretsEncrypted } from './rules/secrets-encrypted.ts';
import { secretsPlain } from './rules/secrets-plain.ts';
import { sizeSpread } from './rules/size-spread.ts';
import { slowApplies } from './rules/slow-applies.ts';
import { slowReads } from './rules/slow-reads.ts';
import { statusDenied } from './rules/status-denied.ts';
import { storageVersion } from './rules/storage-version.ts';
import { versionSkew } from './rules/version-skew.ts';
import { voterCount } from './rules/voter-count.ts';
import { watchStreamsLeak } from './rules/watch-streams-leak.ts';
import { watchersSlow } from './rules/watchers-slow.ts';

/*
 * To add a rule: write `rules/NAME.ts` that exports a `Rule` (its `name` is the file's, and part of the JSON contract),
 * put it into the list where it belongs, and test three cases in `test/diagnosis/`: it fires, it does not fire, and what
 * it needs is missing. A rule reads the snapshot for the present and the selectors of `cluster/` for what led to it. It is
 * silent where it cannot know, gives its numbers in `evidence`, and lets nothing that others wrote into its texts but
 * through `safeText`. Where it has one verdict for all members it says so (`isOne`): else it is told anew, and rings again,
 * whenever it names another. In both lists the gravest come first: among findings of one severity this order decides.
 */

/** What happens to the cluster, and passes. */
const passing: readonly Rule[] = [
	corrupt,
	revisionsDiverge,
	clusterUnreachable,
	quorumLost,
	noLeader,
	noSpace,
	memberDown,
	memberFrozen,
	memberUnreadable,
	statusDenied,
	memberCutOff,
	oneWayPartition,
	memberWithoutLeader,
	quorumAtRisk,
	memberNeverStarted,
	leadersDisagree,
	memberListsDisagree,
	peerDisconnected,
	foreignMember,
	quotaUse,
	compactionStuck,
	fileDescriptors,
	watchersSlow,
	leaderChanges,
	fsyncSlow,
	commitSlow,
	peerSlow,
	applyLag,
	proposalsPending,
	proposalsFailing,
	slowReads,
	slowApplies,
	learnerStuck,
	memberListUnreadable,
	defragmenting,
	versionSkew,
	downgrade,
	fragmentation,
	sizeSpread,
	watchStreamsLeak,
	clockSkew,
	learnerReady,
];

/** How it is set up: that stays as it is until somebody changes it. */
const standing: readonly Rule[] = [
	certificateServer,
	certificateAuthority,
	certificateClient,
	certificatePeer,
	certificateNames,
	apiServerCertificates,
	etcdCertificates,
	encryptionMixed,
	etcdFsyncOff,
	etcdElection,
	etcdDataDisk,
	apiServerEncryption,
	apiServerEtcdServers,
	apiServerCompaction,
	noSpareVoter,
	voterCount,
	knownFaults,
	storageVersion,
	authenticationOff,
	plainHttp,
	secretsPlain,
	encryptionKeys,
	encryptionUnknown,
	controlPlaneUnreadable,
	etcdQuota,
	etcdAutoCompaction,
	etcdMetrics,
	secretsEncrypted,
];

/** Every rule. What happens now comes before what was so yesterday. */
export const rules: readonly Rule[] = [...passing, ...standing];

const standingNames: ReadonlySet<string> = new Set(standing.map(({ name }) => name));

const onlyNames: ReadonlySet<string> = new Set(rules.filter(({ isOne }) => isOne).map(({ name }) => name));

/** Whether a rule finds one thing at most, of which the member that it names is no part. */
export const findsOne = (rule: string): boolean => onlyNames.has(rule);

/** Whether a rule judges how the cluster is set up, so that its findings are no news. */
export const isStanding = (rule: string): boolean => standingNames.has(rule);
