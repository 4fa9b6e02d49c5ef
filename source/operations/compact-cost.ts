import { ownMembers } from '../cluster/own-members.ts';
import { formatDuration } from '../format/duration.ts';
import { formatCount, formatCounted } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { ageOf, compactedRevision, type RevisionAge, type RevisionBefore } from './history-of-revisions.ts';
import { listNames } from './members.ts';
import { metricOf } from './metrics.ts';
import type { Check } from './plan.ts';
import type { Look } from './world.ts';

/** What a compaction to a revision takes away. */
export type CompactCost = {
	readonly revision: bigint;
	readonly isHead: boolean;
	/** Revisions whose history goes; null where nobody tells how far it reaches back. */
	readonly goes: bigint | null;
	/** Revisions that stay readable besides the target itself. */
	readonly stays: bigint;
	/** How old the target is; null where nothing was seen. */
	readonly age: RevisionAge | null;
	/** Watchers of all members together that tell theirs, and those of them that are behind; null without metrics. */
	readonly watchers: number | null;
	readonly slowWatchers: number | null;
	/** Members that do not tell how many watchers they have; safe to show. */
	readonly watchersUntold: readonly string[];
};

export function costOf(revision: bigint, look: Look, before: RevisionBefore): CompactCost {
	const head = look.snapshot.revision ?? revision;
	const compacted = compactedRevision(look);
	return {
		revision,
		isHead: revision >= head,
		goes: compacted === null ? null : revision - compacted,
		stays: head > revision ? head - revision : 0n,
		age: ageOf(revision, before),
		watchers: totalOf(look, 'etcd_debugging_mvcc_watcher_total'),
		slowWatchers: totalOf(look, 'etcd_debugging_mvcc_slow_watcher_total'),
		watchersUntold: ownMembers(look.snapshot)
			.filter(member => metricOf(look, member, 'etcd_debugging_mvcc_watcher_total') === null)
			.map(({ name }) => safeText(name, 80)),
	};
}

function totalOf(
	look: Look,
	metric: 'etcd_debugging_mvcc_watcher_total' | 'etcd_debugging_mvcc_slow_watcher_total',
): number | null {
	const told = ownMembers(look.snapshot)
		.map(member => metricOf(look, member, metric))
		.filter(value => value !== null);
	return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0);
}

const ageText = ({ seconds, isAtLeast }: RevisionAge) =>
	`${isAtLeast ? 'at least' : 'about'} ${formatDuration(seconds)}`;

/** `2,300 revisions of history go, 100 stay (about 5m 02s)`. */
export function costText({ goes, stays, age }: CompactCost): string {
	const gone =
		goes === null
			? 'all history before it goes'
			: formatCounted(goes, 'revision of history goes', 'revisions of history go');
	if (stays === 0n) return `${gone}, none stays`;
	return `${gone}, ${formatCount(stays)} ${stays === 1n ? 'stays' : 'stay'}${age === null ? '' : ` (${ageText(age)})`}`;
}

/** Who will notice, one sentence each. */
export function costConsequence(cost: CompactCost): readonly string[] {
	const revision = formatCount(cost.revision);
	return [
		'No key is lost: only old revisions of keys go, for good, on every member.',
		cost.isHead
			? `${watchersText(cost)}: each that is behind, or has to resume, is refused (410 Gone) and lists anew, perhaps all at once.`
			: `${watchersText(cost)}: only one that is behind ${revision}, or resumes from before it, is refused (410 Gone) and lists anew.`,
		`Reads at revisions before ${revision} fail from then on.`,
		'The files keep their size until they are defragmented; freed pages are used for new data.',
	];
}

/** `1,204 watchers are open, 3 of them behind`; who does not tell is left out, and said. */
function watchersText({ watchers, slowWatchers, watchersUntold }: CompactCost): string {
	if (watchers === null) return 'How many watchers there are is not known';
	const untold = watchersUntold.length === 0 ? '' : `, those of ${listNames(watchersUntold)} not counted`;
	if (watchers === 0) return `No watcher is open now${untold}`;
	const behind = slowWatchers ? `, ${formatCount(slowWatchers)} of them behind` : '';
	return `${formatCounted(watchers, 'watcher is', 'watchers are')} open${behind}${untold}`;
}

/** Whether those who come back find the history that they need. Younger than this is a risk worth a warning. */
const youngSeconds = 5 * 60;

export function ageCheck({ isHead, age, revision }: CompactCost, isOldByMark: boolean): Check {
	const title = 'five minutes of history stay';
	if (isHead)
		return {
			title,
			verdict: 'warn',
			detail: `${formatCount(revision)} is the head: nobody can resume from before now`,
		};
	if (isOldByMark) return { title, verdict: 'pass', detail: 'kube-apiserver’s mark is at least 5 minutes old' };
	if (age !== null && age.seconds >= youngSeconds)
		return { title, verdict: 'pass', detail: `${formatCount(revision)} is ${ageText(age)} old` };
	if (age === null) return { title, verdict: 'warn', detail: `the age of ${formatCount(revision)} is not known here` };
	if (age.isAtLeast)
		return {
			title,
			verdict: 'warn',
			detail: `${formatCount(revision)} is ${ageText(age)} old; more is not known here`,
		};
	return { title, verdict: 'warn', detail: `${formatCount(revision)} is only ${ageText(age)} old` };
}
