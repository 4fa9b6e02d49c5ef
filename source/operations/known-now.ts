import { failureText } from '../cluster/failure-text.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatCount } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { compactedRevision } from './history-of-revisions.ts';
import { listNames } from './members.ts';
import type { OperationId } from './plan.ts';
import type { MemberFigures, PastRun } from './record.ts';
import type { Look } from './world.ts';

/** What one look tells of an interrupted run; null where it tells nothing. */
type Sentence = (run: PastRun, look: Look) => string | null;

/**
 * What is known now of an operation whose process did not live to tell its end: how far it came, from its records, and
 * what one look at the cluster shows. Nothing is concluded that was not seen.
 */
export function knownNow(run: PastRun, look: Look): string {
	const { before, now } = stepsOf(run);
	if (run.steps.every(({ end }) => end === 'waiting'))
		return 'it was interrupted before its first step: nothing was done';
	const seen = sentences[run.operation] ?? [];
	return [before, now, ...seen.map(sentence => sentence(run, look))].filter(text => text !== null).join('; ');
}

const inFlight = ({ steps }: PastRun) => steps.findLast(({ end }) => end === 'running') ?? null;

/** How far it came. */
function stepsOf(run: PastRun): { readonly now: string; readonly before: string | null } {
	const titles = (end: PastRun['steps'][number]['end']) =>
		run.steps.filter(step => step.end === end).map(({ title }) => title);
	const [done, waiting, step] = [titles('done'), titles('waiting'), inFlight(run)];
	const pause = waiting.length === 0 ? 'after its last step' : 'between two steps';
	const what = step === null ? `it was interrupted ${pause}` : `“${step.title}” was under way`;
	return {
		before: done.length === 0 ? null : `done: ${done.join(', ')}`,
		now: waiting.length === 0 ? what : `${what}, not begun: ${waiting.join(', ')}`,
	};
}

const unreadList = ({ snapshot }: Look) => snapshot.list.length === 0;

/** A member of the records, as it is now; null where it has no row any more. */
const rowOf = ({ snapshot }: Look, { id, name }: Pick<MemberFigures, 'id' | 'name'>): MemberView | null =>
	ownMembers(snapshot).find(member => (id === null ? safeText(member.name) === name : member.id === id)) ?? null;

const figuresOf = (figures: readonly MemberFigures[], name: string | null): MemberFigures | null =>
	figures.find(member => member.name === name) ?? null;

/** The member of the step that was under way. */
const stepsMember: Sentence = (run, look) => {
	const step = inFlight(run);
	const before = figuresOf(step?.before ?? [], step?.member ?? null);
	if (before === null) return null;
	const row = rowOf(look, before);
	if (row !== null) return standOf(row, before);
	return unreadList(look) ? 'the member list cannot be read now' : `${before.name} is not in the cluster now`;
};

/** What a member does now, and what its file has become. */
function standOf({ name: unsafe, state, numbers }: MemberView, before: MemberFigures): string {
	const name = safeText(unsafe, 80);
	switch (state.kind) {
		case 'defragmenting':
			return `${name} is still defragmenting`;
		case 'unreachable':
			return failureText(state.failure, unsafe).line;
		case 'waiting':
			return `${name} has not answered now`;
		case 'no-leader':
			return `${name} answers, and knows no leader`;
		case 'serving':
		case 'status-denied': {
			const stand = state.kind === 'serving' || state.hasLeader ? 'serves now' : 'answers, and knows no leader';
			const size = numbers === null ? null : sizeOf(before.dbSizeBytes, numbers.dbSizeBytes);
			return `${name} ${stand}${size === null ? '' : `, its file ${size}`}`;
		}
	}
}

function sizeOf(before: number | null, now: number): string {
	const [from, to] = [before === null ? null : formatBytes(before), formatBytes(now)];
	if (from === null) return `has ${to}`;
	return from === to ? `has ${to} as before` : `went from ${from} to ${to}`;
}

/** Sizes of all that answer: the file, or what of it is in use. */
const sizes =
	(
		words: string,
		pick: (member: MemberView) => number | null,
		was: (figures: MemberFigures) => number | null,
	): Sentence =>
	({ before }, look) => {
		const told = ownMembers(look.snapshot).flatMap(member => {
			const isFresh = member.state.kind === 'serving' || member.state.kind === 'no-leader';
			const now = isFresh ? pick(member) : null;
			const figures = before.find(({ id, name }) => (id === null ? name === safeText(member.name) : id === member.id));
			return now === null ? [] : [`${safeText(member.name, 80)} ${change((figures && was(figures)) ?? null, now)}`];
		});
		return told.length === 0 ? 'no member answers now' : `${words}: ${told.join(', ')}`;
	};

const change = (before: number | null, now: number) =>
	before === null || formatBytes(before) === formatBytes(now)
		? formatBytes(now)
		: `${formatBytes(before)} → ${formatBytes(now)}`;

const fileSizes = sizes(
	'files',
	({ numbers }) => numbers?.dbSizeBytes ?? null,
	({ dbSizeBytes }) => dbSizeBytes,
);

const inUseSizes = sizes(
	'in use',
	({ numbers }) => numbers?.dbInUseBytes ?? null,
	({ dbInUseBytes }) => dbInUseBytes,
);

const compactedTo: Sentence = (_run, look) => {
	const revision = compactedRevision(look);
	if (revision === null) return 'how far the history is compacted is not told by any member';
	return revision === 0n ? 'no history is compacted' : `the history is compacted to revision ${formatCount(revision)}`;
};

const whoLeads: Sentence = ({ before }, { snapshot }) => {
	const was = before.find(({ role }) => role === 'leader') ?? null;
	if (snapshot.leader === null) return 'nobody is seen to lead now';
	const name = safeText(snapshot.leader.name, 80);
	const isSame = was !== null && (was.id === null ? was.name === name : was.id === snapshot.leader.id);
	if (was === null || isSame) return `${name} leads${isSame ? ' as before' : ' now'}`;
	return `${name} leads now, before it was ${was.name}`;
};

const alarms: Sentence = (_run, { snapshot }) => {
	if (snapshot.alarms.length > 0) {
		const told = snapshot.alarms.map(({ member, type }) => {
			const name = snapshot.members.find(({ id }) => id === member)?.name ?? member;
			return name === null ? type : `${type} on ${safeText(name, 80)}`;
		});
		return `raised now: ${told.join(', ')}`;
	}
	const isWhole = snapshot.list.length > 0 && ownMembers(snapshot).every(({ state }) => state.kind === 'serving');
	return isWhole ? 'no alarm is raised now' : 'those that answer tell of no alarm';
};

const added: Sentence = ({ before }, look) => {
	if (unreadList(look)) return 'the member list cannot be read now';
	const { list } = look.snapshot;
	const isKnown = before.length > 0 && before.every(({ id }) => id !== null);
	const fresh = list.filter(({ id }) => !before.some(member => member.id === id));
	if (!isKnown) return `the members now: ${listNames(list.map(({ name, id }) => name || id))}`;
	if (fresh.length === 0) return 'no member was added';
	return `new in the member list: ${listNames(fresh.map(({ name, id }) => (name === '' ? id : `${name} (${id})`)))}`;
};

/** The member that the run is about, as the member list has it now. */
const listed =
	(words: (name: string, member: Look['snapshot']['list'][number] | null) => string): Sentence =>
	(run, look) => {
		const figures = figuresOf(run.before, run.member);
		if (figures === null || figures.id === null) return null;
		if (unreadList(look)) return 'the member list cannot be read now';
		return words(figures.name, look.snapshot.list.find(({ id }) => id === figures.id) ?? null);
	};

const gone = (name: string) => `${name} is no member any more`;

const removed = listed((name, member) => (member === null ? gone(name) : `${name} is still a member`));

const promoted = listed((name, member) => {
	if (member === null) return gone(name);
	return member.isLearner ? `${name} is still a learner` : `${name} is a voter now`;
});

const updated = listed((name, member) =>
	member === null
		? gone(name)
		: `the peer URLs of ${name} are now ${member.peerUrls.map(url => safeText(url, 200)).join(', ')}`,
);

const fixed =
	(text: string): Sentence =>
	() =>
		text;

const sentences: Readonly<Record<OperationId, readonly Sentence[]>> = {
	compact: [compactedTo, inUseSizes],
	'defragment-member': [stepsMember, whoLeads],
	'defragment-cluster': [stepsMember, whoLeads],
	snapshot: [
		fixed('a snapshot gets its name only when it is whole; what was written so far may be left beside it as .part'),
	],
	'disarm-alarm': [alarms],
	'recover-space': [stepsMember, compactedTo, fileSizes, alarms],
	'move-leader': [whoLeads],
	'member-add': [added],
	'member-remove': [removed],
	'member-update': [updated],
	'member-promote': [promoted],
	'check-hash': [fixed('it only reads: nothing was changed')],
};
