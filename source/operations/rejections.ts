import type { Failure, FailureKind } from '../cluster/failure.ts';

/**
 * What etcd says when it refuses, recognised here and nowhere else. The texts are those of etcd's `rpctypes/error.go`; they
 * are the same from 3.4 to 3.7.
 */
type Recognise = (failure: Failure | null) => boolean;

const says =
	(text: RegExp): Recognise =>
	failure =>
		failure !== null && failure.kind === 'rejected' && text.test(failure.detail);

/** The history before this revision is gone already. Whoever wanted to drop it has what was wanted. */
export const isAlreadyCompacted = says(/required revision has been compacted/);
/** No member has come this far, or the one that was asked has not. */
export const isFutureRevision = says(/required revision is a future revision/);
/** NOSPACE is raised: nothing that needs space is written. */
export const isOutOfSpace = says(/database space exceeded/);
/** Voters have not been connected for 5 s, or too few are: refused before anything changes. */
export const isUnhealthyCluster = says(/unhealthy cluster/);
/** With the change there would be no majority of started voters: refused before anything changes. */
export const isNotEnoughStarted = says(/not enough started members/);
/** To be asked of the leader. */
export const isNotLeader = says(/etcdserver: not leader/);
/** Nobody leads. */
export const isWithoutLeader = says(/etcdserver: no leader/);
/** A learner, an unknown member, or one that cannot take over. */
export const isBadTransferee = says(/bad leader transferee/);
/** A learner answers Status, serializable reads and snapshots, and nothing else. */
export const isLearnerRefusal = says(/rpc not supported for learner/);
/** Its log is behind 90 % of the leader's. */
export const isLearnerNotReady = says(/learner member which is in sync with leader/);
export const isTooManyLearners = says(/too many learner members/);
export const isUnknownMember = says(/member not found/);
/** Ids are made from the URLs and the second: the same URLs twice within a second collide as ids do. */
export const isPeerUrlTaken = says(/peer URLs already exists|member ID already exist/i);
export const isBadPeerUrl = says(/given member URLs are invalid/);

/** The request had gone out, and what became of it was not told. */
const isCutShort = says(/request timed out|leader changed|server stopped|no leader|context (?:deadline|canceled)/);
const silentAfterSending: ReadonlySet<FailureKind> = new Set(['timeout', 'unreachable', 'malformed']);

/**
 * Whether a call that failed may have done its work all the same: only a look at the cluster tells. What etcd refuses, and
 * a connection that was never made, has done nothing.
 */
export const mayHaveHappened: Recognise = failure =>
	failure !== null && (silentAfterSending.has(failure.kind) || isCutShort(failure));
