import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { healthOf } from '../diagnosis/health.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatLatency } from '../format/duration.ts';
import { formatCount, formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { freshLatency, freshNumbers, quotaFraction, shownName } from './facts.ts';
import { problemOf, stateWord } from './words.ts';

/** One thing to say, and what it is about: a sentence is said again only when its subject has changed. */
export type Sentence = {
	readonly subject: string;
	/** Changes when the sentence is worth repeating; numbers that move all the time are not in it. */
	readonly essence: string;
	readonly text: string;
};

/** The cluster for a screen reader: plain sentences, the verdict first, then each finding, then each member. */
export function spokenStatus(snapshot: Snapshot, findings: readonly Finding[]): readonly Sentence[] {
	const health = healthOf(snapshot, findings);
	const verdict = `cluster ${health.level}: ${safeText(health.cause)}`;
	return [
		{ subject: 'health', essence: `${health.level} ${health.cause}`, text: verdict },
		leaderSentence(snapshot),
		...findings.map(findingSentence),
		...snapshot.members.map(member => memberSentence(member, snapshot)),
	];
}

function leaderSentence({ leader, voters, canLose, revision }: Snapshot): Sentence {
	const spare =
		canLose === null ? '' : `, ${voters} ${voters === 1 ? 'voter' : 'voters'}, can lose ${Math.max(0, canLose)}`;
	const head = revision === null ? '' : `, revision ${formatCount(revision)}`;
	if (leader === null) return { subject: 'leader', essence: `none${spare}`, text: `no leader known${spare}` };
	const term = leader.term === null ? '' : `, term ${leader.term}`;
	return {
		subject: 'leader',
		essence: `${leader.id ?? leader.name}${term}${spare}`,
		text: `leader ${shownName(leader.name)}${term}${spare}${head}`,
	};
}

const findingSentence = ({ rule, member, severity, title, evidence, advice }: Finding): Sentence => ({
	subject: `finding ${rule} ${member ?? ''}`,
	essence: severity,
	text: `${severity}: ${safeText(title)}. ${safeText(evidence)}. Advice: ${safeText(advice)}`,
});

function memberSentence(member: MemberView, { atMs }: Snapshot): Sentence {
	const problem = problemOf(member, atMs);
	const state = stateWord(member).text;
	const parts = [
		`member ${shownName(member.name)}: ${state}`,
		...numbersOf(member),
		...(problem === null ? [] : [problem.text]),
	];
	return { subject: `member ${member.key}`, essence: state, text: parts.join(', ') };
}

function numbersOf(member: MemberView): string[] {
	const numbers = freshNumbers(member);
	if (numbers === null) return [];
	const share = quotaFraction(member);
	const fsync = freshLatency(member, 'fsyncP99');
	return [
		...(numbers.version === null ? [] : [`version ${safeText(numbers.version)}`]),
		`database ${formatBytes(numbers.dbSizeBytes)}${share === null ? '' : `, ${formatPercent(share)} of its quota`}`,
		...(fsync === null ? [] : [`fsync p99 about ${formatLatency(fsync.seconds)}`]),
	];
}
