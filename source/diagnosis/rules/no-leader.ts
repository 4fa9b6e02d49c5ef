import { isAnswering } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import { formatDuration } from '../../format/duration.ts';
import { type Case, nameOf, type Rule, secondsSince } from '../rule.ts';
import { matrixOf } from './isolation.ts';
import { weaknessOf } from './weak-voter.ts';

/** An election takes one or two seconds; until then it is not known whether it will end. */
const electionSeconds = 5;

/** Nobody leads, though enough voters are up: writes and linearizable reads wait. */
export const noLeader: Rule = {
	name: 'no-leader',
	judge(subject) {
		const { snapshot } = subject;
		if (isLed(snapshot) || snapshot.canLose === -1 || !ownMembers(snapshot).some(isAnswering)) return [];
		const seconds = secondsWithout(subject);
		const isElection = seconds !== null && seconds < electionSeconds;
		return [
			{
				severity: isElection ? 'warning' : 'critical',
				member: null,
				title: isElection ? 'electing a leader' : 'no leader',
				evidence: `no member that answers knows a leader${seconds === null ? '' : `, for ${formatDuration(seconds)}`}; term ${snapshot.term ?? 'unknown'}`,
				advice: 'check that the voters reach each other on their peer ports (2380), and the disk of each',
				reasoning: isElection ? [] : causes(subject),
			},
		];
	},
};

/** Who campaigns is heard by everybody within seconds, so here silence between any two voters means something. */
const silenceMs = 15_000;

/** Why enough voters do not find a leader. */
function causes(subject: Case): readonly string[] {
	const voters = ownMembers(subject.snapshot).filter(member => !member.isLearner && isAnswering(member));
	const ways = voters.flatMap(by => voters.filter(of => of !== by).map(of => ({ by, of })));
	const hearing = ways.map(({ by, of }) => ({
		by,
		of,
		hearing: matrixOf(subject).link(by.id ?? '', of.id ?? '')?.hearing ?? null,
	}));
	const silent = hearing.filter(
		way => way.hearing?.kind === 'quiet' && way.hearing.toMs - way.hearing.fromMs >= silenceMs,
	);
	const weak = voters.flatMap(voter => {
		const weakness = weaknessOf(subject, voter);
		return weakness === null ? [] : [`${nameOf(voter)}: ${weakness}.`];
	});
	const said =
		silent.length === 0
			? hearing.length > 0 && hearing.every(way => way.hearing?.kind === 'heard')
				? ['The voters hear each other: it is not the network.']
				: []
			: [
					`${silent.length} of ${ways.length} ways between the voters are silent, though all of these answer here: ${silent
						.slice(0, mostWays)
						.map(({ by, of }) => `${nameOf(of)} to ${nameOf(by)}`)
						.join(', ')}${silent.length > mostWays ? ' and more' : ''}.`,
				];
	return [...said, ...weak];
}
const mostWays = 6;

/** How long it has been so; null where it was so from the first reading on, or where only metrics tell it. */
function secondsWithout(subject: Case): number | null {
	if (subject.snapshot.term === null) return null;
	const { leaders } = subject.history;
	for (let index = leaders.countAt(subject.atMs) - 1; index >= 0; index--) {
		if (leaders.entry(index)!.value.leaderId === null) continue;
		const lost = leaders.entry(index + 1);
		return lost === undefined ? 0 : secondsSince(subject, lost.atMs);
	}
	return null;
}
