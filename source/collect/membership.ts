import type { Failure } from '../cluster/failure.ts';
import type { Member, MemberId, MemberKey } from '../cluster/member.ts';
import type { MembersReading } from '../cluster/reading.ts';
import type { MemberListAnswer } from '../etcd/calls.ts';
import { stampNow } from './clock.ts';
import { strayEndpoints, type Target, targetsOf } from './targets.ts';

/** Who is in the cluster and where each one answers, as far as it is known by now; starts and ends rows as that changes. */
export type Membership = {
	/** The row that a Status answered at this endpoint belongs to. */
	identify(endpoint: string, id: MemberId): MemberKey | null;
	listed(endpoint: string, answer: MemberListAnswer): void;
	notListed(failure: Failure): void;
	candidates(key: MemberKey): readonly string[];
	member(key: MemberKey): Member | null;
	/** Starts the rows for what was given. */
	begin(): void;
};

export type MembershipHooks = {
	readonly endpoints: readonly string[];
	readonly discovery: boolean;
	readonly signal: AbortSignal;
	/** Reads a row until the signal aborts. */
	startRow(key: MemberKey, signal: AbortSignal): void;
	/** Asks who is at an endpoint that no row covers, until the signal aborts. */
	startStray(endpoint: string, signal: AbortSignal): void;
	announce(reading: MembersReading): void;
};

/** etcd lists by id, which means nothing to people; a member that has not started has no name yet and comes last. */
const names = new Intl.Collator('en', { numeric: true });
const byName = (one: Member, other: Member) =>
	Number(one.name === '') - Number(other.name === '') || names.compare(one.name, other.name);

export function createMembership(hooks: MembershipHooks): Membership {
	const answeredBy = new Map<string, MemberId | null>();
	const rows = new Map<string, AbortController>();
	const strays = new Map<string, AbortController>();
	let targets: readonly Target[] = [];
	let members: readonly Member[] = [];
	let clusterId: string | null = null;
	let failure: Failure | null = null;
	let announced = '';

	/** Ends what is no longer wanted and starts what is new. */
	const match = (
		running: Map<string, AbortController>,
		wanted: readonly string[],
		start: (key: string, signal: AbortSignal) => void,
	) => {
		for (const [key, end] of running) {
			if (wanted.includes(key)) continue;
			running.delete(key);
			end.abort();
		}
		for (const key of wanted) {
			if (running.has(key)) continue;
			const end = new AbortController();
			running.set(key, end);
			start(key, AbortSignal.any([hooks.signal, end.signal]));
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
		const identities = { endpoints: hooks.endpoints, discovery: hooks.discovery, answeredBy, members };
		targets = targetsOf(identities);
		announce();
		match(
			rows,
			targets.map(({ key }) => key),
			hooks.startRow,
		);
		match(strays, strayEndpoints(identities, targets), hooks.startStray);
	};

	/** An address at which two members have answered stands for neither. */
	const note = (endpoint: string, id: MemberId) => {
		const before = answeredBy.get(endpoint);
		if (before === id || before === null) return false;
		answeredBy.set(endpoint, before === undefined ? id : null);
		return true;
	};

	return {
		identify(endpoint, id) {
			if (note(endpoint, id)) arrange();
			return targets.find(({ key }) => key === id)?.key ?? targets.find(({ key }) => key === endpoint)?.key ?? null;
		},
		listed(endpoint, answer) {
			note(endpoint, answer.answeredBy);
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
		begin: arrange,
	};
}
