import type { MemberId } from '../cluster/member.ts';
import { fullShare } from '../cluster/quota.ts';
import { formatCount, formatCounted, formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { holderName } from './alarms.ts';
import { type CompactCost, costConsequence, costText } from './compact-cost.ts';
import { consequenceOf } from './defragment-words.ts';
import { compactedRevision } from './history-of-revisions.ts';
import { listNames } from './members.ts';
import type { Check } from './plan.ts';
import { membersIn, type RollingOrder } from './rolling.ts';
import { filesFit, spacesIn, spaceText, unknownFill } from './space.ts';
import type { Look } from './world.ts';

/** What recovery will do, chosen by what the cluster looks like before it. */
export type Recovery = {
	/** In their order: gentle first, the head after it only where that was not enough. */
	readonly compactions: readonly Compaction[];
	readonly order: RollingOrder;
	/** Whose NOSPACE is cleared. */
	readonly holders: readonly MemberId[];
};

export type Compaction = { readonly cost: CompactCost; readonly isOnlyIfNeeded: boolean };

/** What the files hold: history and data are in use, all else is free pages that a defragmentation gives back. */
export function fillCheck(look: Look): Check {
	const compacted = compactedRevision(look);
	const { revision } = look.snapshot;
	const history =
		compacted === null || revision === null
			? 'how much history there is is not known'
			: formatCounted(revision > compacted ? revision - compacted : 0n, 'revision of history', 'revisions of history');
	const sizes = spacesIn(look).map(space => `${safeText(space.member.name, 80)} ${spaceText(space)}`);
	return {
		title: 'what fills the files',
		verdict: filesFit(look).verdict === 'stop' ? 'warn' : 'pass',
		detail: [...sizes, history].join('; '),
	};
}

/** Why there is nothing to recover from. */
export function notRaised(look: Look): string {
	const fit = filesFit(look);
	if (fit.verdict === 'stop') return `NOSPACE is not raised yet, but soon: ${fit.detail}; compact and defragment now`;
	const unknown = unknownFill(look);
	const words = `under ${formatPercent(fullShare)} of its quota`;
	return unknown.length === 0
		? `NOSPACE is not raised; every file is ${words}`
		: `NOSPACE is not raised; whether the file of ${listNames(unknown)} is ${words} is not known`;
}

/** The whole recovery in one sentence. */
export function summaryOf({ compactions, order, holders }: Recovery, look: Look): string {
	const compacting = compactions.map(({ cost, isOnlyIfNeeded }) => {
		const condition = isOnlyIfNeeded ? 'if that is not enough, ' : '';
		return `${condition}compact to ${formatCount(cost.revision)}${cost.isHead ? ', the head' : ''} (${costText(cost)})`;
	});
	return [
		...compacting,
		...rollingWords(order),
		`disarm NOSPACE of ${holders.map(id => holderName(look, id)).join(', ')}`,
		'see that writes work',
	].join('; then ');
}

function rollingWords({ followers, leader, successor }: RollingOrder): readonly string[] {
	const first = followers.length === 0 ? [] : [`defragment ${listNames(followers.map(({ name }) => name))}`];
	if (leader === null) return first;
	const moved = successor === null ? '' : `move the leader to ${safeText(successor.name, 80)} and `;
	return [...first, `${moved}defragment ${safeText(leader.name, 80)}`];
}

/** What it means for those who use the cluster, one sentence each. */
export function consequenceFor({ compactions, order }: Recovery, look: Look): readonly string[] {
	const furthest = compactions.at(-1);
	return [
		'Until it is done etcd goes on refusing writes, as it does now; it takes deletions.',
		...(furthest === undefined ? [] : costConsequence(furthest.cost)),
		...(membersIn(order).length === 0 ? [] : consequenceOf(look, order).map(asSentence)),
	];
}

const asSentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
