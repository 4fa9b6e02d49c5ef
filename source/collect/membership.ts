import type { Failure } from '../cluster/failure.ts';
import type { Member, MemberId, MemberKey } from '../cluster/member.ts';
import type { MembersReading } from '../cluster/reading.ts';
import type { MemberListAnswer } from '../etcd/calls.ts';
import { stampNow } from './clock.ts';
import { compareNames } from './names.ts';
import { strayEndpoints, type Target, targetsOf } from './targets.ts';

/** Who is in the cluster and where each one answers, as far as it is known by now; starts and ends rows as that changes. */
export type Membership = {
	/** The row that a Status answered at this endpoint belongs to. */
	identify(endpoint: string, id: MemberId, ofCluster: string): MemberKey | null;
	/** Whether who answers there belongs to another cluster than the list: nothing but its row may come of it. */
	isForeign(endpoint: string): boolean;
	listed(endpoint: string, answer: MemberListAnswer): void;
	notListed(failure: Failure): void;
	candidates(key: MemberKey): readonly string[];
	member(key: MemberKey): Member | null;
	/** Every row that is read now. */
	keys(): readonly MemberKey[];
	/** Starts the rows for what was given. */
	begin(): void;
};

/** What is being read. Its key changes from the endpoint to the member's id when that becomes known. */
export type Row = { readonly key: MemberKey };

export type MembershipHooks = {
	readonly endpoints: readonly string[];
	readonly discovery: boolean;
	readonly signal: AbortSignal;
	/** Reads a row until the signal aborts. */
	startRow(row: Row, signal: AbortSignal): void;
	/** A row has ended, or goes on under another key. */
	forgetKey(key: MemberKey): void;
	/** Asks who is at an endpoint that no row covers, until the signal aborts. */
	startStray(endpoint: string, signal: AbortSignal): void;
	announce(reading: MembersReading): void;
};

/** etcd lists by id, which means nothing to people; a member that has not started has no name yet and comes last. */
const byName = (one: Member, other: Member) =>
	Number(one.name === '') - Number(other.name === '') || compareNames(one.name, other.name);

type Running = { readonly end: AbortController };

/** The keys of what was ended. */
function endUnwanted(running: Map<string, Running>, wanted: readonly string[]): readonly string[] {
	const unwanted = [...running].filter(([key]) => !wanted.includes(key));
	for (const [key, { end }] of unwanted) {
		running.delete(key);
		end.abort();
	}
	return unwanted.map(([key]) => key);
}

export function createMembership(hooks: MembershipHooks): Membership {
	const answeredBy = new Map<string, MemberId | null>();
	const clusterAt = new Map<string, string>();
	const rows = new Map<MemberKey, Running & { key: MemberKey }>();
	const strays = new Map<string, Running>();
	let targets: readonly Target[] = [];
	let members: readonly Member[] = [];
	let clusterId: string | null = null;
	let failure: Failure | null = null;
	let announced = '';

	/**
	 * A row that went by its endpoint goes on under the id of the member that answers there. To end it and start another
	 * would ask a second time for what is on its way: half of all that a short run asks for.
	 */
	const adopt = () => {
		const wanted = new Set(targets.map(({ key }) => key));
		for (const { key, candidates } of targets) {
			const before = candidates.find(endpoint => rows.has(endpoint) && !wanted.has(endpoint));
			if (rows.has(key) || before === undefined) continue;
			const row = rows.get(before)!;
			rows.delete(before);
			hooks.forgetKey(before);
			row.key = key;
			rows.set(key, row);
		}
	};

	const arrangeRows = () => {
		adopt();
		const wanted = targets.map(({ key }) => key);
		for (const key of endUnwanted(rows, wanted)) hooks.forgetKey(key);
		for (const key of wanted) {
			if (rows.has(key)) continue;
			const row = { key, end: new AbortController() };
			rows.set(key, row);
			hooks.startRow(row, AbortSignal.any([hooks.signal, row.end.signal]));
		}
	};

	const arrangeStrays = (wanted: readonly string[]) => {
		endUnwanted(strays, wanted);
		for (const endpoint of wanted) {
			if (strays.has(endpoint)) continue;
			const end = new AbortController();
			strays.set(endpoint, { end });
			hooks.startStray(endpoint, AbortSignal.any([hooks.signal, end.signal]));
		}
	};

	const announce = () => {
		const content = {
			clusterId,
			members,
			failure,
			targets: targets.map(({ key, candidates }) => ({ key, endpoint: candidates[0] ?? key })),
		};
		const text = JSON.stringify(content);
		if (text === announced) return;
		announced = text;
		hooks.announce({ ...stampNow(), kind: 'members', ...content });
	};

	const arrange = () => {
		if (hooks.signal.aborted) return;
		const { endpoints, discovery } = hooks;
		const foreign = new Set(endpoints.filter(isForeign));
		const identities = { endpoints, discovery, answeredBy, members, foreign };
		targets = targetsOf(identities);
		announce();
		arrangeRows();
		arrangeStrays(strayEndpoints(identities, targets));
	};

	/** A cluster that was made anew at the address of the old one is no stranger: there the list is to be read again. */
	const isForeign = (endpoint: string) => {
		const ofCluster = clusterAt.get(endpoint);
		return (
			clusterId !== null && ofCluster !== undefined && ofCluster !== clusterId && answeredBy.get(endpoint) !== null
		);
	};

	/** An address at which two members have answered stands for neither. */
	const note = (endpoint: string, id: MemberId) => {
		const before = answeredBy.get(endpoint);
		if (before === id || before === null) return false;
		answeredBy.set(endpoint, before === undefined ? id : null);
		return true;
	};

	/**
	 * Who was seen where holds while its member is in the list: the next one that answers at an address of one that has
	 * left is its successor, and no second member behind the same address.
	 */
	const forgetLeavers = (ids: ReadonlySet<MemberId>) => {
		if (members.every(({ id }) => ids.has(id))) return;
		for (const [endpoint, id] of answeredBy) if (id === null || !ids.has(id)) answeredBy.delete(endpoint);
	};

	return {
		isForeign,
		identify(endpoint, id, ofCluster) {
			const isMoved = clusterAt.get(endpoint) !== ofCluster;
			clusterAt.set(endpoint, ofCluster);
			if (note(endpoint, id) || isMoved) arrange();
			return targets.find(({ key }) => key === id)?.key ?? targets.find(({ key }) => key === endpoint)?.key ?? null;
		},
		listed(endpoint, answer) {
			forgetLeavers(new Set(answer.members.map(({ id }) => id)));
			note(endpoint, answer.answeredBy);
			clusterAt.set(endpoint, answer.clusterId);
			clusterId = answer.clusterId;
			members = answer.members.toSorted(byName);
			failure = null;
			arrange();
		},
		notListed(reason) {
			failure = reason;
			arrange();
		},
		candidates: key => targets.find(target => target.key === key)?.candidates ?? [],
		member: key => members.find(({ id }) => id === key) ?? null,
		keys: () => targets.map(({ key }) => key),
		begin: arrange,
	};
}
