import { followsLeader } from '../cluster/member-state.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatCounted } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import {
	caughtUp,
	courseKept,
	courseOf,
	lagOf,
	leaderAgreed,
	notCorrupt,
	nothingInFlight,
	oneCluster,
	troubleOf,
	votersUp,
} from './checks.ts';
import { memberIn } from './member-in.ts';
import { memberNamed } from './members.ts';
import { labelIn, phraseIn } from './membership.ts';
import type { Check, Plan } from './plan.ts';
import { type Prepare, type Prepared, plannedOf, type Step } from './step.ts';
import { moveLeaderStep } from './steps/move-leader.ts';
import type { Look } from './world.ts';

/** Hands leadership to the voter that was named. */
export const prepareLeaderMove: Prepare<'move-leader'> = async ({ to }, world) => {
	const look = await world.look();
	const target = memberNamed(look.snapshot, to);
	const name = labelIn(look, target);
	const leader = leaderIn(look);
	const title = `Move the leader to ${name}`;
	if (leader !== null && leader.key === target.key)
		return preparedMove(look, title, target, {
			checks: [oneCluster(look), leaderAgreed(look)],
			steps: [],
			summary: `${name} leads already`,
			nothingToDo: `${name} leads already, term ${look.snapshot.term ?? 'unknown'}`,
		});
	const recheck: Step['recheck'] = (now, course) => [...checksOf(now, target), courseKept(now, course)];
	const advice = 'look at who leads now, then choose again';
	const steps = leader === null ? [] : [moveLeaderStep(leader, target, { recheck, adviceOnStop: advice })];
	return preparedMove(look, title, target, {
		checks: checksOf(look, target),
		steps,
		summary: summaryOf(leader, target),
		nothingToDo: null,
	});
};

const leaderIn = ({ snapshot }: Look): MemberView | null =>
	snapshot.members.find(({ id }) => id !== null && id === snapshot.leader?.id) ?? null;

function checksOf(look: Look, target: MemberView): readonly Check[] {
	const now = memberIn(look, target) ?? target;
	const leader = leaderIn(look);
	return [
		oneCluster(look),
		leaderAgreed(look),
		...(leader === null ? [] : [serves(leader, 'the leader can be asked')]),
		canLead(now),
		...(now.isLearner || !followsLeader(now) ? [] : [caughtUp(look, [now])]),
		nothingInFlight(look, leader === null ? [now] : [leader, now]),
		demoted(votersUp(look)),
		demoted(notCorrupt(look)),
	];
}

/** Nobody's service ends with a move: worth knowing, no reason to stop. */
const demoted = (check: Check): Check => (check.verdict === 'stop' ? { ...check, verdict: 'warn' } : check);

function serves(member: MemberView, title: string): Check {
	if (!followsLeader(member)) return { title, verdict: 'stop', detail: troubleOf(member) };
	return { title, verdict: 'pass', detail: safeText(member.name, 80) };
}

function canLead(member: MemberView): Check {
	const name = safeText(member.name, 80);
	const title = `${name} can lead`;
	if (member.isLearner) return { title, verdict: 'stop', detail: `${name} is a learner: promote it first` };
	return serves(member, title);
}

function summaryOf(leader: MemberView | null, target: MemberView): string {
	const name = safeText(target.name, 80);
	if (leader === null) return 'nothing can be done while nobody leads';
	const lag = lagOf(target);
	const behind = lag === null ? '' : ` (${formatCounted(lag, 'entry', 'entries')} behind)`;
	return `Move the leader from ${safeText(leader.name, 80)} to ${name}${behind}; about a second`;
}

function preparedMove(
	look: Look,
	title: string,
	target: MemberView,
	{ steps, ...words }: Pick<Plan, 'checks' | 'summary' | 'nothingToDo'> & { readonly steps: readonly Step[] },
): Prepared {
	return {
		plan: {
			...words,
			operation: 'move-leader',
			title,
			clusterId: look.snapshot.clusterId,
			member: labelIn(look, target),
			risk: 'careful',
			phrase: phraseIn(look, target),
			consequence:
				steps.length === 0
					? []
					: [
							'writes wait until the new leader has taken over, a moment when all is well; nothing is lost',
							'every member asks the new leader from then on: its disk and its network decide how fast writes are',
						],
			steps: steps.map(plannedOf),
		},
		steps,
		course: courseOf(look),
		look,
		conclude: results => results.at(-1)?.text ?? words.summary,
	};
}
