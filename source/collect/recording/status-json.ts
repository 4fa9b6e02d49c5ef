import type { MemberStatus } from '../../cluster/member.ts';
import { bigintOf, bytesOf, type Fields, fieldsOf, find, idOf, textOf, textsOf } from './fields.ts';

/** A Status as etcd's own JSON names its fields, ids in hex and 64-bit numbers as text. */
export const statusJson = (status: MemberStatus): Fields => ({
	header: {
		cluster_id: status.clusterId,
		member_id: status.memberId,
		revision: String(status.revision),
		raft_term: String(status.raftTerm),
	},
	version: status.version,
	dbSize: String(status.dbSizeBytes),
	dbSizeInUse: String(status.dbInUseBytes),
	leader: status.leaderId ?? '0',
	raftIndex: String(status.raftIndex),
	raftTerm: String(status.raftTerm),
	raftAppliedIndex: String(status.raftAppliedIndex),
	errors: status.errors,
	isLearner: status.isLearner,
	...(status.storageVersion === null ? {} : { storageVersion: status.storageVersion }),
	...(status.dbSizeQuotaBytes === null ? {} : { dbSizeQuota: String(status.dbSizeQuotaBytes) }),
	...(status.downgradeTarget === null
		? {}
		: { downgradeInfo: { enabled: true, targetVersion: status.downgradeTarget } }),
});

/** What the rest of a recording tells where a Status does not say it itself. */
export type StatusDefaults = { readonly clusterId: string; readonly memberId: string };

/**
 * The Status in a line; null where a field is not of its type. Fields that are missing have the value that they have in
 * protobuf: 0, false, empty.
 */
export function statusFrom(value: unknown, defaults: StatusDefaults): MemberStatus | null {
	const fields = fieldsOf(value);
	if (fields === null) return null;
	let isWhole = true;
	const take = <Value>(field: unknown, read: (value: unknown) => Value | null, missing: Value): Value => {
		const found = find(field, read);
		if (found === 'wrong') isWhole = false;
		return typeof found === 'string' ? missing : found.value;
	};
	const flag = (field: unknown) => (typeof field === 'boolean' ? field : null);
	const header = take(fields.header, fieldsOf, {});
	const downgrade = take(fields.downgradeInfo, fieldsOf, {});
	const leader = take(fields.leader, idOf, '0');
	const term = take(header.raft_term ?? header.raftTerm, bigintOf, 0n);
	const status: MemberStatus = {
		clusterId: take(header.cluster_id ?? header.clusterId, idOf, defaults.clusterId),
		memberId: take(header.member_id ?? header.memberId, idOf, defaults.memberId),
		version: take(fields.version, textOf, ''),
		revision: take(header.revision, bigintOf, 0n),
		dbSizeBytes: take(fields.dbSize, bytesOf, 0),
		dbInUseBytes: take(fields.dbSizeInUse, bytesOf, 0),
		leaderId: leader === '0' ? null : leader,
		raftTerm: take(fields.raftTerm, bigintOf, term),
		raftIndex: take(fields.raftIndex, bigintOf, 0n),
		raftAppliedIndex: take(fields.raftAppliedIndex, bigintOf, 0n),
		errors: take(fields.errors, textsOf, []),
		isLearner: take(fields.isLearner, flag, false),
		storageVersion: take<string | null>(fields.storageVersion, textOf, null) || null,
		dbSizeQuotaBytes: take<number | null>(fields.dbSizeQuota, bytesOf, null),
		downgradeTarget: downgrade.enabled === true ? take<string | null>(downgrade.targetVersion, textOf, null) : null,
	};
	return isWhole ? status : null;
}
