import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Member, MemberId, MemberStatus } from '../cluster/member.ts';
import type { Alarm, HashKvAnswer, KeyValue, MemberListAnswer, SnapshotChunk } from './calls.ts';
import { Fault } from './fault.ts';
import { decoding, type Fields, readFields, readId, readInt64, readNested, readSize, readUint64 } from './protobuf.ts';

/**
 * The few messages of etcd that a monitor needs, by their field numbers in etcd's `rpc.proto` (3.4 to 3.7). Fields that
 * a server does not know stay at the values of `…Draft`, fields that are not named here are skipped.
 */

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const headerDraft = () => ({ clusterId: '0', memberId: '0', revision: 0n });
type HeaderDraft = ReturnType<typeof headerDraft>;

export const headerFields: Fields<HeaderDraft> = {
	1: (reader, header) => {
		header.clusterId = readId(reader);
	},
	2: (reader, header) => {
		header.memberId = readId(reader);
	},
	3: (reader, header) => {
		header.revision = readInt64(reader);
	},
};

const noId = '0';

function decodeMessage<Draft>(bytes: Uint8Array, fields: Fields<Draft>, draft: Draft): Draft {
	return decoding(() => readFields(new BinaryReader(bytes), bytes.length, fields, draft));
}

const emptyStatus = (): Writable<MemberStatus> & { errors: string[] } => ({
	clusterId: noId,
	memberId: noId,
	version: '',
	revision: 0n,
	dbSizeBytes: 0,
	dbInUseBytes: 0,
	leaderId: null,
	raftTerm: 0n,
	raftIndex: 0n,
	raftAppliedIndex: 0n,
	errors: [],
	isLearner: false,
	storageVersion: null,
	dbSizeQuotaBytes: null,
	downgradeTarget: null,
});

const downgradeFields: Fields<{ isEnabled: boolean; target: string }> = {
	1: (reader, downgrade) => {
		downgrade.isEnabled = reader.bool();
	},
	2: (reader, downgrade) => {
		downgrade.target = reader.string();
	},
};

const statusFields: Fields<ReturnType<typeof emptyStatus>> = {
	1: (reader, status) => {
		readNested(reader, headerFields, status);
	},
	2: (reader, status) => {
		status.version = reader.string();
	},
	3: (reader, status) => {
		status.dbSizeBytes = readSize(reader);
	},
	4: (reader, status) => {
		const id = readId(reader);
		status.leaderId = id === noId ? null : id;
	},
	5: (reader, status) => {
		status.raftIndex = readUint64(reader);
	},
	6: (reader, status) => {
		status.raftTerm = readUint64(reader);
	},
	7: (reader, status) => {
		status.raftAppliedIndex = readUint64(reader);
	},
	8: (reader, status) => {
		status.errors.push(reader.string());
	},
	9: (reader, status) => {
		status.dbInUseBytes = readSize(reader);
	},
	10: (reader, status) => {
		status.isLearner = reader.bool();
	},
	11: (reader, status) => {
		status.storageVersion = reader.string();
	},
	12: (reader, status) => {
		status.dbSizeQuotaBytes = readSize(reader);
	},
	13: (reader, status) => {
		const { isEnabled, target } = readNested(reader, downgradeFields, { isEnabled: false, target: '' });
		status.downgradeTarget = isEnabled ? target : null;
	},
};

/** From a StatusResponse. Throws a `Fault` of kind `malformed`, as all decoders here do. */
export function decodeStatus(bytes: Uint8Array): MemberStatus {
	const status = decodeMessage(bytes, statusFields, emptyStatus());
	if (status.memberId === noId) throw new Fault('malformed', 'a status without a member id');
	return status;
}

const emptyMember = (): Writable<Member> & { peerUrls: string[]; clientUrls: string[] } => ({
	id: noId,
	name: '',
	peerUrls: [],
	clientUrls: [],
	isLearner: false,
});

const memberFields: Fields<ReturnType<typeof emptyMember>> = {
	1: (reader, member) => {
		member.id = readId(reader);
	},
	2: (reader, member) => {
		member.name = reader.string();
	},
	3: (reader, member) => {
		member.peerUrls.push(reader.string());
	},
	4: (reader, member) => {
		member.clientUrls.push(reader.string());
	},
	5: (reader, member) => {
		member.isLearner = reader.bool();
	},
};

const memberListFields: Fields<{ header: HeaderDraft; members: Member[] }> = {
	1: (reader, list) => {
		readNested(reader, headerFields, list.header);
	},
	2: (reader, list) => {
		list.members.push(readNested(reader, memberFields, emptyMember()));
	},
};

/** From a MemberListResponse. */
export function decodeMemberList(bytes: Uint8Array): MemberListAnswer {
	const { header, members } = decodeMessage(bytes, memberListFields, { header: headerDraft(), members: [] });
	return { clusterId: header.clusterId, answeredBy: header.memberId, members };
}

const alarmTypes: readonly (Alarm['type'] | undefined)[] = [undefined, 'NOSPACE', 'CORRUPT'];

const alarmFields: Fields<{ memberId: string; type: number }> = {
	1: (reader, alarm) => {
		alarm.memberId = readId(reader);
	},
	2: (reader, alarm) => {
		alarm.type = reader.int32();
	},
};

const alarmListFields: Fields<{ memberId: string; type: number }[]> = {
	2: (reader, alarms) => {
		alarms.push(readNested(reader, alarmFields, { memberId: noId, type: 0 }));
	},
};

/** From an AlarmResponse; kinds of alarms that are not known are left out. */
export function decodeAlarms(bytes: Uint8Array): readonly Alarm[] {
	return decodeMessage(bytes, alarmListFields, []).flatMap(({ memberId, type }) => {
		const name = alarmTypes[type];
		return name === undefined ? [] : [{ memberId, type: name }];
	});
}

const hashKvFields: Fields<Writable<HashKvAnswer>> = {
	1: (reader, answer) => {
		answer.revision = readNested(reader, headerFields, headerDraft()).revision;
	},
	2: (reader, answer) => {
		answer.hash = reader.uint32();
	},
	3: (reader, answer) => {
		answer.compactRevision = readInt64(reader);
	},
	4: (reader, answer) => {
		answer.hashRevision = readInt64(reader);
	},
};

/** From a HashKVResponse. */
export function decodeHashKv(bytes: Uint8Array): HashKvAnswer {
	return decodeMessage(bytes, hashKvFields, { hash: 0, compactRevision: 0n, hashRevision: null, revision: 0n });
}

const snapshotFields: Fields<Writable<SnapshotChunk>> = {
	2: (reader, chunk) => {
		chunk.remainingBytes = readUint64(reader);
	},
	3: (reader, chunk) => {
		chunk.blob = reader.bytes();
	},
	4: (reader, chunk) => {
		chunk.storageVersion = reader.string();
	},
};

/** From a SnapshotResponse; `blob` is a view of `bytes`. */
export function decodeSnapshot(bytes: Uint8Array): SnapshotChunk {
	return decodeMessage(bytes, snapshotFields, { blob: new Uint8Array(), remainingBytes: 0n, storageVersion: null });
}

/** The token of an AuthenticateResponse. */
export function decodeToken(bytes: Uint8Array): string {
	const fields: Fields<{ token: string }> = {
		2: (reader, answer) => {
			answer.token = reader.string();
		},
	};
	return decodeMessage(bytes, fields, { token: '' }).token;
}

/** An AuthenticateRequest. */
export const encodeLogin = (user: string, password: string): Uint8Array =>
	new BinaryWriter().tag(1, 2).string(user).tag(2, 2).string(password).finish();

/** A HashKVRequest; revision 0 is the latest. */
export const encodeHashKv = (revision: bigint): Uint8Array => new BinaryWriter().tag(1, 0).int64(revision).finish();

const idNumber = (id: MemberId): bigint => BigInt(`0x${id}`);

/** A CompactionRequest. */
export const encodeCompaction = (revision: bigint, isPhysical: boolean): Uint8Array =>
	new BinaryWriter().tag(1, 0).int64(revision).tag(2, 0).bool(isPhysical).finish();

/** A MoveLeaderRequest, MemberRemoveRequest or MemberPromoteRequest: all of them hold an id as their first field. */
export const encodeMemberId = (id: MemberId): Uint8Array => new BinaryWriter().tag(1, 0).uint64(idNumber(id)).finish();

/** An AlarmRequest that clears one alarm. */
export const encodeDisarm = ({ memberId, type }: Alarm): Uint8Array =>
	new BinaryWriter()
		.tag(1, 0)
		.int32(2)
		.tag(2, 0)
		.uint64(idNumber(memberId))
		.tag(3, 0)
		.int32(alarmTypes.indexOf(type))
		.finish();

/** A MemberAddRequest. */
export function encodeMemberAdd(peerUrls: readonly string[], isLearner: boolean): Uint8Array {
	const writer = new BinaryWriter();
	for (const url of peerUrls) writer.tag(1, 2).string(url);
	return writer.tag(2, 0).bool(isLearner).finish();
}

/** A MemberUpdateRequest. */
export function encodeMemberUpdate(id: MemberId, peerUrls: readonly string[]): Uint8Array {
	const writer = new BinaryWriter().tag(1, 0).uint64(idNumber(id));
	for (const url of peerUrls) writer.tag(2, 2).string(url);
	return writer.finish();
}

const memberAddFields: Fields<{ member: Member; members: Member[] }> = {
	2: (reader, answer) => {
		answer.member = readNested(reader, memberFields, emptyMember());
	},
	3: (reader, answer) => {
		answer.members.push(readNested(reader, memberFields, emptyMember()));
	},
};

/** From a MemberAddResponse. */
export function decodeMemberAdd(bytes: Uint8Array): { readonly member: Member; readonly members: readonly Member[] } {
	const answer = decodeMessage(bytes, memberAddFields, { member: emptyMember(), members: [] });
	if (answer.member.id === noId) throw new Fault('malformed', 'an added member without an id');
	return answer;
}

/** A RangeRequest for one key. */
export function encodeGet(key: string, isSerializable: boolean): Uint8Array {
	const request = new BinaryWriter().tag(1, 2).string(key);
	return (isSerializable ? request.tag(7, 0).bool(true) : request).finish();
}

const keyValueFields: Fields<Writable<KeyValue>> = {
	3: (reader, pair) => {
		pair.modRevision = readInt64(reader);
	},
	4: (reader, pair) => {
		pair.version = readInt64(reader);
	},
	5: (reader, pair) => {
		pair.value = reader.bytes();
	},
};

const rangeFields: Fields<Writable<KeyValue>[]> = {
	2: (reader, pairs) => {
		pairs.push(readNested(reader, keyValueFields, { value: new Uint8Array(), modRevision: 0n, version: 0n }));
	},
};

/** The only key of a RangeResponse; null where it is empty. */
export const decodeGet = (bytes: Uint8Array): KeyValue | null => decodeMessage(bytes, rangeFields, [])[0] ?? null;

/**
 * A TxnRequest without a condition, which therefore holds, that would write the key if it did not. Quota and permission
 * are judged by what a transaction might write, before its condition is; a condition would need the right to read.
 */
export function encodeDryWrite(key: string): Uint8Array {
	const put = new BinaryWriter().tag(1, 2).string(key).finish();
	const operation = new BinaryWriter().tag(2, 2).bytes(put).finish();
	return new BinaryWriter().tag(3, 2).bytes(operation).finish();
}
