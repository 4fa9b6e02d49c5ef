import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatLatency } from '../format/duration.ts';
import { formatCounted } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { lagOf, mostLagEntries, notCorrupt, occupationsOf, troubleOf } from './checks.ts';
import { memberNamed } from './members.ts';
import type { Check } from './plan.ts';
import type { MemberName } from './request.ts';
import { isBefore } from './version.ts';
import type { Look } from './world.ts';

/** A member as one that a snapshot may be taken from. */
export type Candidate = {
	readonly member: MemberView;
	/** Entries behind the leader, or where that is silent behind whoever is ahead; null where it does not tell. */
	readonly lagEntries: bigint | null;
	/** Why it cannot be; null where it can. Safe to show. */
	readonly trouble: string | null;
	/** Nothing but its lag is against it. */
	readonly isOnlyBehind: boolean;
};

/** What the snapshot would be taken from, null where nobody is fit, and why. */
export type Choice = { readonly source: Candidate | null; readonly check: Check; readonly mayCatchUp: boolean };

const isCorrupt = ({ snapshot }: Look, { id }: MemberView) =>
	id !== null && snapshot.alarms.some(({ member, type }) => type === 'CORRUPT' && member === id);

/** How far the member is behind whoever has most: a snapshot is what one member has, and nobody else is asked. */
function lagEntriesOf({ snapshot }: Look, member: MemberView): bigint | null {
	const lag = lagOf(member);
	const applied = member.numbers?.raftAppliedIndex ?? null;
	if (lag !== null || applied === null) return lag;
	const indexes = ownMembers(snapshot)
		.filter(isAnswering)
		.map(({ numbers }) => numbers?.raftIndex ?? 0n);
	const most = indexes.reduce((highest, index) => (index > highest ? index : highest), 0n);
	return most > applied ? most - applied : 0n;
}

/** Learners of 3.4 answer `rpc not supported for learner`. */
const isMuteLearner = ({ isLearner, numbers }: MemberView) =>
	isLearner && isBefore(numbers?.version ?? null, '3.5.0') === true;

/** Why a member that answers is none to take a snapshot from, whether it is up to date or not; null where it is one. */
function hindranceOf(look: Look, member: MemberView): string | null {
	const name = safeText(member.name);
	if (isCorrupt(look, member)) return `${name} has raised CORRUPT`;
	if (isMuteLearner(member)) return `${name} is a learner, and learners give snapshots only from etcd 3.5 on`;
	const occupations = occupationsOf(look, member);
	return occupations.length === 0 ? null : `${name} ${occupations.join(' and ')}`;
}

/** Looks at one member. One that knows no leader is fit: where a majority is lost, its snapshot is what is left. */
export function candidateOf(look: Look, member: MemberView, mayLagEntries: bigint = mostLagEntries): Candidate {
	const name = safeText(member.name);
	const lagEntries = lagEntriesOf(look, member);
	const isThere = member.state.kind === 'serving' || member.state.kind === 'no-leader';
	const trouble = isThere ? hindranceOf(look, member) : troubleOf(member);
	const behind =
		lagEntries === null
			? `${name} does not tell how far it is behind`
			: lagEntries > mayLagEntries
				? `${name} is ${formatCounted(lagEntries, 'entry', 'entries')} behind`
				: null;
	return { member, lagEntries, trouble: trouble ?? behind, isOnlyBehind: trouble === null && behind !== null };
}

/** Voters that follow first; the leader has the most to do and comes last. */
const standings = ['follower', 'learner', 'leader'] as const;
const standingOf = ({ role, isLearner }: MemberView) => role ?? (isLearner ? 'learner' : 'follower');

/** By how little a member is asked too much: the time of its commits where all tell it, else that of its answer. */
function costsOf(candidates: readonly Candidate[]): (candidate: Candidate) => number {
	const isMeasured = candidates.every(({ member }) => member.commitP99.kind === 'measured');
	return ({ member: { commitP99, numbers } }) =>
		isMeasured && commitP99.kind === 'measured'
			? commitP99.seconds
			: (numbers?.latencySeconds ?? Number.POSITIVE_INFINITY);
}

function byFitness(candidates: readonly Candidate[]): readonly Candidate[] {
	const rankOf = ({ member }: Candidate) => standings.indexOf(standingOf(member));
	const costOf = costsOf(candidates);
	return candidates.toSorted((a, b) => rankOf(a) - rankOf(b) || costOf(a) - costOf(b));
}

/** The member that was asked for, or the healthiest. Throws `Refused` where there is none of that name. */
export function chooseSource(look: Look, wanted: MemberName | null): Choice {
	const candidates = ownMembers(look.snapshot).map(member => candidateOf(look, member));
	const fit = byFitness(candidates.filter(({ trouble }) => trouble === null));
	const named = wanted === null ? null : candidateOf(look, memberNamed(look.snapshot, wanted));
	const source = named ?? fit[0] ?? null;
	const check = source === null ? nobody(candidates) : judge(look, source, named === null ? [] : fit);
	const isFollower = source !== null && source.trouble === null && standingOf(source.member) === 'follower';
	const mayCatchUp = named === null ? !isFollower && candidates.some(each => each.isOnlyBehind) : named.isOnlyBehind;
	return { source, check, mayCatchUp };
}

const title = 'a member to take it from';

const nobody = (candidates: readonly Candidate[]): Check => ({
	title,
	verdict: 'stop',
	detail: candidates.map(({ trouble }) => trouble).join('; ') || 'there is none',
});

/** What is to be said of the source; `others` could be asked instead. */
export function judge(
	{ snapshot }: Look,
	{ member, trouble, lagEntries }: Candidate,
	others: readonly Candidate[],
): Check {
	if (trouble !== null) return { title, verdict: 'stop', detail: trouble };
	const standing = standingOf(member);
	const latency = member.numbers?.latencySeconds ?? null;
	const answers = latency === null ? '' : `, answers in ${formatLatency(latency)}`;
	const name = safeText(member.name);
	const seen = `${name}, ${standing}, ${formatCounted(lagEntries ?? 0n, 'entry', 'entries')} behind${answers}`;
	const warning =
		standing === 'leader'
			? snapshot.voters === 1
				? null
				: `it leads, and reading its whole file may slow every write down${better(others)}`
			: standing === 'learner'
				? `it is a learner${better(others)}`
				: null;
	const hasLeader = snapshot.leader !== null && member.state.kind !== 'no-leader';
	const lost = !hasLeader
		? 'nobody leads: what only absent members have is not in it'
		: !snapshot.members.some(({ id, role }) => id === snapshot.leader?.id && role === 'leader')
			? 'the leader does not answer: whether this is all that it has is not known'
			: null;
	const warnings = [warning, lost].filter(text => text !== null);
	return { title, verdict: warnings.length === 0 ? 'pass' : 'warn', detail: [seen, ...warnings].join('; ') };
}

function better(others: readonly Candidate[]): string {
	const first = others[0];
	return first === undefined
		? ', and nobody else is fit'
		: standingOf(first.member) === 'follower'
			? `; ${safeText(first.member.name)} would do`
			: '';
}

/** CORRUPT somewhere else does not spoil a snapshot, but whoever takes one should know. */
export function corruptCheck(look: Look): Check {
	const { snapshot } = look;
	const check = 'no CORRUPT alarm';
	const corrupt = snapshot.alarms.filter(({ type }) => type === 'CORRUPT');
	if (corrupt.length === 0) return notCorrupt(look);
	const names = corrupt.map(({ member }) => snapshot.members.find(({ id }) => id === member)?.name ?? member);
	const known = names.filter(name => name !== null).map(name => safeText(name));
	return {
		title: check,
		verdict: 'warn',
		detail:
			known.length < names.length
				? 'CORRUPT is raised, and nobody tells by whom'
				: `raised by ${known.join(', ')}; check which members agree (check hash) before this snapshot is trusted`,
	};
}
