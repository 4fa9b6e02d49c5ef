import { followsLeader, isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { lookBackSeconds, type PeerMatrix, peerMatrix, quietAfterMs } from '../../cluster/peer-matrix.ts';
import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';
import { formatDuration } from '../../format/duration.ts';
import type { Case } from '../rule.ts';

/** A member that answers us, but that the leader does not reach or that does not reach the leader. */
export type Isolation = {
	readonly member: MemberView;
	readonly leader: MemberView;
	/** `deaf`: it does not hear the leader; `mute`: the leader does not hear it; `cut-off`: both. */
	readonly kind: 'deaf' | 'mute' | 'cut-off';
	/** For how long at least. */
	readonly seconds: number;
	/** Other followers that hear it all the same. */
	readonly heardBy: readonly MemberView[];
};

/** What a search of `peerMatrix` may fall short of its minute by: scrapes come every few seconds. */
const lookBackSlackSeconds = 5;

const matrices = new WeakMap<Snapshot, PeerMatrix>();

/** Who hears whom; several rules ask for the same one. */
export function matrixOf({ history, snapshot }: Case): PeerMatrix {
	const matrix = matrices.get(snapshot) ?? peerMatrix(history, snapshot);
	matrices.set(snapshot, matrix);
	return matrix;
}

/** `quietSeconds`: at least; `heardMs`: when that was told, where it was. */
type Ear = { readonly isHeard: boolean; readonly quietSeconds: number; readonly heardMs: number | null } | null;

/**
 * Whether `by` hears `of`, as its own metrics tell; null where they do not. Only for a leader and another member, and only
 * from when it began to lead: two followers have nothing to say to each other.
 */
export function earOf(subject: Case, by: MemberView, of: MemberView): Ear {
	const ledSinceMs = subject.snapshot.leader?.sinceMs ?? null;
	const hearing = matrixOf(subject).link(by.id ?? '', of.id ?? '')?.hearing ?? null;
	if (hearing === null || ledSinceMs === null) return null;
	if (hearing.kind === 'heard') return { isHeard: true, quietSeconds: 0, heardMs: hearing.lastMs };
	const quietMs = hearing.toMs - Math.max(hearing.fromMs, ledSinceMs);
	return quietMs < quietAfterMs ? null : { isHeard: false, quietSeconds: quietMs / 1000, heardMs: null };
}

/** The member that leads, where it answers. */
export const leaderOf = ({ snapshot }: Case): MemberView | null =>
	ownMembers(snapshot).find(member => member.id !== null && member.id === snapshot.leader?.id && isAnswering(member)) ??
	null;

/** Members that answer but do not take part. A leader has a majority: where more seem to be away, things are moving. */
export function isolations(subject: Case): readonly Isolation[] {
	const leader = leaderOf(subject);
	if (leader === null) return [];
	const others = ownMembers(subject.snapshot).filter(member => member.key !== leader.key && isAnswering(member));
	const found = others.flatMap(member => isolationOf(subject, member, leader, others));
	const { voters, quorum } = subject.snapshot;
	return found.filter(({ member }) => !member.isLearner).length > voters - quorum ? [] : found;
}

function isolationOf(
	subject: Case,
	member: MemberView,
	leader: MemberView,
	others: readonly MemberView[],
): readonly Isolation[] {
	const itHears = earOf(subject, member, leader) ?? earByState(subject, member);
	const itIsHeard = earOf(subject, leader, member);
	if (itHears === null || itIsHeard === null || (itHears.isHeard && itIsHeard.isHeard)) return [];
	const kind = itHears.isHeard ? 'mute' : itIsHeard.isHeard ? 'deaf' : 'cut-off';
	const seconds = Math.max(
		itHears.quietSeconds,
		itIsHeard.quietSeconds,
		kind === 'mute' ? 0 : aloneSeconds(subject, member),
	);
	const matrix = matrixOf(subject);
	const heardBy = others.filter(
		other => other.key !== member.key && matrix.link(other.id ?? '', member.id ?? '')?.hearing?.kind === 'heard',
	);
	return [{ member, leader, kind, seconds, heardBy }];
}

/** The metrics are searched for a minute only: who has known no leader for longer has heard none for as long. */
function aloneSeconds({ atMs, snapshot }: Case, { state }: MemberView): number {
	if (state.kind !== 'no-leader') return 0;
	return Math.max(0, atMs - Math.max(state.sinceMs, snapshot.leader?.sinceMs ?? atMs)) / 1000;
}

/** `for 12s`; a silence that began before the search did is longer than what was found. */
export const forSeconds = ({ seconds }: Pick<Isolation, 'seconds'>): string =>
	`for ${Math.abs(seconds - lookBackSeconds) <= lookBackSlackSeconds ? 'at least ' : ''}${formatDuration(seconds)}`;

/** A follower that hears nothing gives its leader up when an election is due; so its Status tells where metrics fail. */
function earByState({ atMs }: Case, member: MemberView): Ear {
	if (followsLeader(member)) return { isHeard: true, quietSeconds: 0, heardMs: null };
	const quietMs = atMs - member.state.sinceMs;
	return member.state.kind === 'no-leader' && quietMs >= quietAfterMs
		? { isHeard: false, quietSeconds: quietMs / 1000, heardMs: null }
		: null;
}
