import { isAnswering } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import { formatDuration } from '../../format/duration.ts';
import { type Case, type Rule, secondsSince } from '../rule.ts';

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
			},
		];
	},
};

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
