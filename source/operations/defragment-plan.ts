import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatCounted } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { courseOf } from './checks.ts';
import { conclusionOf, consequenceOf, summaryOf } from './defragment-words.ts';
import { compactedRevision } from './history-of-revisions.ts';
import { memberIn } from './member-in.ts';
import { listNames } from './members.ts';
import type { Check, Plan } from './plan.ts';
import { Refused } from './refused.ts';
import { membersIn, type RollingOrder, rollingSteps } from './rolling.ts';
import { defaultRule, parseRule, type Rule } from './rule.ts';
import { type Prepared, plannedOf, type StepResult } from './step.ts';
import { hasDefragmented } from './steps/defragment-end.ts';
import type { Look, World } from './world.ts';

/** More history than Kubernetes keeps in its five minutes, on a busy cluster. */
const muchHistory = 100_000n;
const someHistory = 1000n;

/** The rule that was asked for. Throws `Refused` with the column of the fault. */
export function ruleOf(text: string | null): Rule {
	const parsed = text === null ? defaultRule : parseRule(text);
	if (parsed.kind === 'error') throw new Refused(`the rule “${safeText(text ?? '', 200)}”, ${parsed.message}`);
	return parsed;
}

/** What is still history counts as in use: a defragmentation gives back only what a compaction has freed. */
export function historyDropped(look: Look): Check {
	const title = 'history is compacted';
	const compacted = compactedRevision(look);
	const { revision, alarms } = look.snapshot;
	if (compacted === null || revision === null)
		return { title, verdict: 'warn', detail: 'how much history there is is not known: no metrics' };
	const history = revision > compacted ? revision - compacted : 0n;
	const isFull = alarms.some(({ type }) => type === 'NOSPACE');
	const detail = formatCounted(history, 'revision is kept', 'revisions are kept');
	return history > (isFull ? someHistory : muchHistory)
		? { title, verdict: 'warn', detail: `${detail}: compact first, and a defragmentation gives back more` }
		: { title, verdict: 'pass', detail };
}

/** The copy is written beside the database before it takes its place. */
export function roomForCopy(members: readonly MemberView[]): Check {
	const needs = members.map(({ name, numbers }) => {
		const inUse = numbers?.dbInUseBytes ?? null;
		return `${safeText(name, 80)} ${inUse === null ? 'nobody knows how much' : `up to ${formatBytes(inUse)}`}`;
	});
	const detail = `not told by etcd; needed in the data folder: ${needs.join(', ')}`;
	return { title: 'room on the disk for the copy', verdict: 'warn', detail };
}

/** Somebody can lead while the leader is away. */
export function somebodyLeads({ snapshot }: Look, { leader, successor }: RollingOrder): readonly Check[] {
	if (leader === null || snapshot.voters === 1) return [];
	const title = 'a voter to lead meanwhile';
	if (successor !== null) return [{ title, verdict: 'pass', detail: safeText(successor.name, 80) }];
	const detail = `no other voter serves and is up to date; ${safeText(leader.name, 80)} leads and is not defragmented as a leader`;
	return [{ title, verdict: 'stop', detail }];
}

/** The rolling order as a plan that can be carried out. */
export function preparedFrom(
	base: Pick<Plan, 'operation' | 'title' | 'member' | 'phrase' | 'checks' | 'nothingToDo'>,
	look: Look,
	order: RollingOrder,
	{ patience }: World,
): Prepared {
	const isIdle = base.nothingToDo !== null;
	const steps = isIdle ? [] : rollingSteps(look, order);
	return {
		plan: {
			...base,
			clusterId: look.snapshot.clusterId,
			risk: 'careful',
			summary: base.nothingToDo ?? (steps.length === 0 ? 'nothing can be done now' : summaryOf(look, order, patience)),
			consequence: steps.length === 0 ? [] : consequenceOf(look, order),
			steps: steps.map(plannedOf),
		},
		steps,
		course: courseOf(look),
		look,
		conclude(results, now) {
			const done = membersIn(order).filter(member => results.some(result => hasDefragmented(result, member)));
			const text = conclusionOf(
				done,
				done.map(member => memberIn(now, member)),
			);
			return [text, ...leadText(order, now), ...unsettled(results)].join('; ');
		},
	};
}

const leadText = ({ successor }: RollingOrder, { snapshot: { leader } }: Look): readonly string[] =>
	successor === null || leader === null ? [] : [`${safeText(leader.name, 80)} leads now`];

/** What did not go quite as it should, and did not matter any more. */
const unsettled = (results: readonly StepResult[]): readonly string[] =>
	results.slice(-1).flatMap(({ end, text }) => (end === 'skipped' ? [text] : []));

/** Learners are told of, because etcd does not defragment them. */
export function learnersLeftOut({ snapshot }: Look): readonly Check[] {
	const learners = ownMembers(snapshot).filter(({ isLearner }) => isLearner);
	if (learners.length === 0) return [];
	const names = listNames(learners.map(({ name }) => name));
	return [{ title: 'learners are left out', verdict: 'pass', detail: `${names}: etcd defragments voters only` }];
}
