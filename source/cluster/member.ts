/** A member's 64-bit id as etcdctl prints it: lower-case hex, no leading zeros. */
export type MemberId = string;

/**
 * What a row of the screen stands for: a member's id once the member list is known, before that (or where no list can
 * be read) the endpoint that was given.
 */
export type MemberKey = string;

/** A member as the cluster's own member list tells it. */
export type Member = {
	readonly id: MemberId;
	/** Empty until a newly added member has started for the first time. */
	readonly name: string;
	readonly peerUrls: readonly string[];
	readonly clientUrls: readonly string[];
	readonly isLearner: boolean;
};

/**
 * The Maintenance.Status answer of one member, as that member sees the cluster. Serializable: it is local knowledge and
 * comes without quorum. Fields that came with 3.6 are null on older servers.
 */
export type MemberStatus = {
	readonly clusterId: string;
	readonly memberId: MemberId;
	/** For example `3.5.30`. */
	readonly version: string;
	/** The revision of this member's store, from the response header. */
	readonly revision: bigint;
	readonly dbSizeBytes: number;
	/** Bytes of pages that are in use; uncompacted history counts as in use, only free pages do not. */
	readonly dbInUseBytes: number;
	/** Null while the member knows of no leader. */
	readonly leaderId: MemberId | null;
	readonly raftTerm: bigint;
	readonly raftIndex: bigint;
	readonly raftAppliedIndex: bigint;
	/** For example `etcdserver: no leader` or a text that holds NOSPACE or CORRUPT; wording differs by version. */
	readonly errors: readonly string[];
	readonly isLearner: boolean;
	/** 3.6+: for example `3.6.0`. */
	readonly storageVersion: string | null;
	/** 3.6+: as answered. 0 means the default (a fault of 3.6.0-3.6.5), negative means no quota. */
	readonly dbSizeQuotaBytes: number | null;
	/** 3.6+: the version that a downgrade in progress aims at. */
	readonly downgradeTarget: string | null;
};
