import { examinationAt } from '../../cluster/history.ts';
import type { Member } from '../../cluster/member.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { safeText } from '../../format/safe.ts';
import { type Case, listNames, type Rule } from '../rule.ts';

/** Lists are looked at once a minute: what was seen during a change is gone by the next look. */
const patienceMs = 90_000;

/** Members have different lists of who is in the cluster, and not only while a change is on its way. */
export const memberListsDisagree: Rule = {
	name: 'member-lists-disagree',
	isOne: true,
	judge(subject) {
		const versions = versionsOf(subject);
		if (versions.length < 2 || secondsHeld(subject) * 1000 < patienceMs) return [];
		const [most, ...rest] = versions;
		const minority = rest.flatMap(({ holders }) => holders);
		return [
			{
				severity: 'warning',
				member: minority.length === 1 ? (minority[0]!.id ?? minority[0]!.key) : null,
				title: 'the member lists disagree',
				evidence: versions.map(({ holders, words }) => `${listNames(holders)}: ${words}`).join('; '),
				advice: `look at ${listNames(minority)}: one that was restored or was away during a change must catch up, or be removed, wiped and added again`,
				reasoning: [
					`${most!.holders.length} of ${versions.reduce((sum, { holders }) => sum + holders.length, 0)} members share the first list.`,
					'Lists differ for a moment while a change spreads; these have differed over two looks, a minute apart.',
				],
			},
		];
	},
};

type Version = { readonly holders: readonly MemberView[]; readonly words: string };

/** The lists as the members that serve have them, the one that most have first. */
function versionsOf({ history, snapshot, atMs }: Case): readonly Version[] {
	const lists = examinationAt(history, 'member-lists', atMs)?.lists ?? [];
	const byList = new Map<string, MemberView[]>();
	const contents = new Map<string, readonly Member[]>();
	for (const { key, outcome } of lists) {
		const holder = snapshot.members.find(member => member.key === key);
		// One that has lost the others keeps an old list, as it should: its own findings tell of that.
		if (outcome.kind !== 'answered' || holder?.state.kind !== 'serving') continue;
		const identity = identityOf(outcome.members);
		byList.set(identity, [...(byList.get(identity) ?? []), holder]);
		contents.set(identity, outcome.members);
	}
	const words = [...contents.values()].map(members => wordsOf(members));
	// Where all of them name the same members, it is the addresses that differ.
	const isWithUrls = new Set(words).size < words.length;
	return [...byList]
		.map(([identity, holders]) => ({ holders, words: wordsOf(contents.get(identity)!, isWithUrls) }))
		.sort((a, b) => b.holders.length - a.holders.length);
}

/** For how long what was found last has held. */
function secondsHeld({ history, atMs }: Case): number {
	const log = history.examinations.get('member-lists');
	const entry = log?.entry(log.countAt(atMs) - 1);
	return entry === undefined ? 0 : (atMs - entry.atMs) / 1000;
}

/** Names come with a member's first start, and by way of the leader: only who is in, and how, must agree. */
const identityOf = (members: readonly Member[]): string =>
	members
		.map(({ id, isLearner, peerUrls }) => `${id} ${isLearner} ${[...peerUrls].sort().join(' ')}`)
		.sort()
		.join('\n');

const wordsOf = (members: readonly Member[], isWithUrls = false): string =>
	`${members.length} ${members.length === 1 ? 'member' : 'members'} (${members
		.map(({ id, name, isLearner, peerUrls }) =>
			[
				safeText(name || id, 60),
				...(isLearner ? ['as learner'] : []),
				...(isWithUrls ? [`at ${safeText([...peerUrls].sort().join(' '), 120)}`] : []),
			].join(' '),
		)
		.sort()
		.join(', ')})`;
