import type { Failure } from './failure.ts';
import type { Member, MemberStatus } from './member.ts';
import type { KeyChange, MembersReading, WatchState } from './reading.ts';

/**
 * What others wrote is kept only up to these lengths, so that the number of things kept bounds the memory they take.
 */
const longestId = 64;
const longestName = 256;
const longestText = 512;
const mostUrls = 16;
const mostErrors = 16;
/** etcd advises seven members at most; more rows than this are not one cluster. */
export const mostMembers = 64;

/** A copy, where it is cut: a slice alone would keep the whole text alive. */
export const cutText = (text: string, length = longestText): string =>
	text.length <= length ? text : Array.from(text.slice(0, length)).join('');

export const cutName = (text: string): string => cutText(text, longestName);
export const cutId = (text: string): string => cutText(text, longestId);

const cutUrls = (urls: readonly string[]) => urls.slice(0, mostUrls).map(cutName);

export const cutFailure = (failure: Failure): Failure => ({
	...failure,
	where: cutText(failure.where),
	call: cutName(failure.call),
	detail: cutText(failure.detail),
});

const cutMember = (member: Member): Member => ({
	id: cutId(member.id),
	name: cutName(member.name),
	peerUrls: cutUrls(member.peerUrls),
	clientUrls: cutUrls(member.clientUrls),
	isLearner: member.isLearner,
});

/** The part of a members reading that holds until the next one. */
export type Membership = Pick<MembersReading, 'clusterId' | 'members' | 'targets'>;

export const cutMembership = (reading: MembersReading): Membership => ({
	clusterId: reading.clusterId === null ? null : cutId(reading.clusterId),
	members: reading.members.slice(0, mostMembers).map(cutMember),
	targets: reading.targets
		.slice(0, mostMembers)
		.map(({ key, endpoint }) => ({ key: cutName(key), endpoint: cutName(endpoint) })),
});

/** The part of a Status that rarely changes. */
export type StatusFacts = Pick<
	MemberStatus,
	| 'clusterId'
	| 'memberId'
	| 'version'
	| 'storageVersion'
	| 'leaderId'
	| 'errors'
	| 'isLearner'
	| 'dbSizeQuotaBytes'
	| 'downgradeTarget'
>;

/** Errors in one order: etcd keeps its alarms in a map, and names them in another order each time. */
export const cutFacts = (status: MemberStatus): StatusFacts => ({
	clusterId: cutId(status.clusterId),
	memberId: cutId(status.memberId),
	version: cutId(status.version),
	storageVersion: status.storageVersion === null ? null : cutId(status.storageVersion),
	leaderId: status.leaderId === null ? null : cutId(status.leaderId),
	errors: status.errors
		.toSorted()
		.slice(0, mostErrors)
		.map(text => cutText(text)),
	isLearner: status.isLearner,
	dbSizeQuotaBytes: status.dbSizeQuotaBytes,
	downgradeTarget: status.downgradeTarget === null ? null : cutId(status.downgradeTarget),
});

const largestBigint = 2n ** 63n - 1n;

/** Into what a signed 64-bit column holds; nothing that etcd counts is negative or nearly as large. */
export const cutBigint = (value: bigint): bigint => (value < 0n ? 0n : value > largestBigint ? largestBigint : value);

export const cutChange = (change: KeyChange): KeyChange =>
	change.name.length <= longestName && change.resource.length <= longestName && change.revision <= largestBigint
		? change
		: {
				...change,
				name: cutName(change.name),
				resource: cutName(change.resource),
				revision: cutBigint(change.revision),
			};

export function cutWatchState(state: WatchState): WatchState {
	switch (state.kind) {
		case 'off':
			return { kind: 'off', reason: cutText(state.reason) };
		case 'live':
			return { ...state, endpoint: cutName(state.endpoint), fromRevision: cutBigint(state.fromRevision) };
		case 'interrupted':
			return { kind: 'interrupted', failure: cutFailure(state.failure) };
		case 'gap':
			return {
				...state,
				fromRevision: cutBigint(state.fromRevision),
				toRevision: cutBigint(state.toRevision),
			};
		case 'connecting':
			return state;
	}
}
