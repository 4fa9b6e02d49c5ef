import { mentionsAlarm } from '../cluster/alarms.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { type KnownFinding, keyOf } from '../diagnosis/finding-log.ts';
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
	/** What is over once nothing is said of it any more. */
	readonly name: string;
};

/** The cluster for a screen reader: plain sentences, the verdict first, then each finding, then each member. */
export function spokenStatus(snapshot: Snapshot, findings: readonly (Finding | KnownFinding)[]): readonly Sentence[] {
	const health = healthOf(
		snapshot,
		findings.filter(finding => !isGone(finding)),
	);
	const verdict = `cluster ${health.level}: ${safeText(health.cause)}`;
	return [
		{ subject: 'health', essence: `${health.level} ${health.cause}`, text: verdict, name: 'health' },
		leaderSentence(snapshot),
		...findings.map(findingSentence),
		...snapshot.members.map(member => memberSentence(member, snapshot)),
	];
}

function leaderSentence({ leader, voters, canLose, revision }: Snapshot): Sentence {
	const spare =
		canLose === null ? '' : `, ${voters} ${voters === 1 ? 'voter' : 'voters'}, can lose ${Math.max(0, canLose)}`;
	const head = revision === null ? '' : `, revision ${formatCount(revision)}`;
	const subject = { subject: 'leader', name: 'leader' };
	if (leader === null) return { ...subject, essence: `none${spare}`, text: `no leader known${spare}` };
	const term = leader.term === null ? '' : `, term ${leader.term}`;
	return {
		...subject,
		essence: `${leader.id ?? leader.name}${term}${spare}`,
		text: `leader ${shownName(leader.name)}${term}${spare}${head}`,
	};
}

/** One that comes and goes is said once, as long as it does. */
const isGone = (finding: Finding | KnownFinding): boolean => 'goneAtMs' in finding && finding.goneAtMs !== null;

function findingSentence(finding: Finding | KnownFinding): Sentence {
	const { severity, title, evidence, advice } = finding;
	const name = safeText(title);
	const words = [
		`${severity}${isGone(finding) ? ', gone for the moment' : ''}: ${name}`,
		safeText(evidence),
		...(advice === '' ? [] : [`Advice: ${safeText(advice)}`]),
	];
	return { subject: `finding ${keyOf(finding)}`, essence: severity, text: words.join('. '), name };
}

/** Every member tells the alarms of all, by long numbers; the finding about them has the names. */
const withoutAlarms = (member: MemberView): MemberView =>
	member.numbers === null
		? member
		: {
				...member,
				numbers: { ...member.numbers, errors: member.numbers.errors.filter(text => !mentionsAlarm(text)) },
			};

function memberSentence(member: MemberView, { atMs }: Snapshot): Sentence {
	const problem = problemOf(withoutAlarms(member), atMs);
	const state = stateWord(member).text;
	const parts = [
		`member ${shownName(member.name)}: ${state}`,
		...numbersOf(member),
		...(problem === null ? [] : [problem.text]),
	];
	return {
		subject: `member ${member.key}`,
		essence: state,
		text: parts.join(', '),
		name: `member ${shownName(member.name)}`,
	};
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
