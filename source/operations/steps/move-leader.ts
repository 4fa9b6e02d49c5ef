import { type Failure, isDenial } from '../../cluster/failure.ts';
import { failureText } from '../../cluster/failure-text.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { safeText } from '../../format/safe.ts';
import { courseOf, leaderAgreed } from '../checks.ts';
import { memberIn } from '../member-in.ts';
import { isBadTransferee, isNotLeader, isWithoutLeader } from '../rejections.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { failureIn } from '../trouble.ts';
import { callsOf, type Look } from '../world.ts';
import { spanOf } from './defragment-end.ts';
import { meanwhile } from './meanwhile.ts';

export type MoveLeaderStepOptions = Pick<Step, 'recheck' | 'adviceOnStop'>;

/** Hands leadership to a voter. Done is what the new leader itself says, and everybody else with it, in a later term. */
export function moveLeaderStep(from: MemberView, to: MemberView, options: MoveLeaderStepOptions): Step {
	return {
		title: `move the leader from ${safeText(from.name, 80)} to ${safeText(to.name, 80)}`,
		memberId: to.id,
		isAbortable: false,
		warnings: [],
		...options,
		run: context => move(to, context),
	};
}

async function* move(to: MemberView, context: StepContext): AsyncGenerator<StepReport, StepResult, undefined> {
	const { world, look } = context;
	const name = safeText(to.name, 80);
	// Whoever leads now is the one to be asked, whoever led when it was planned.
	const leader = look.snapshot.members.find(each => each.id !== null && each.id === look.snapshot.leader?.id);
	const { id } = to;
	if (leader === undefined || id === null)
		return { end: 'failed', text: 'nobody is known to lead: nothing was asked', advice: null };
	if (leader.id === id) return { end: 'skipped', text: `${name} leads already`, course: courseOf(look) };
	const startMs = world.nowMs();
	const asked = safeText(leader.name, 80);
	const waiting = (): StepReport => ({ text: `${asked} was asked to hand over to ${name}`, fraction: null });
	yield waiting();
	const call = () => callsOf(world, leader).moveLeader(id, { timeoutSeconds: world.patience.callSeconds });
	const end = yield* meanwhile(world, call, waiting);
	const error = end.kind === 'failed' ? end.error : null;
	const failure = failureIn(error);
	if (error !== null && failure === null) throw error;
	const untilMs = world.nowMs() + world.patience.lostSeconds * 1000;
	for (;;) {
		const now = await world.look();
		if (leadsNow(now, to, look)) return moved(name, asked, look, now, (world.nowMs() - startMs) / 1000);
		const isClear = failure !== null && isRefusal(failure);
		if (isClear || world.nowMs() >= untilMs) return notMoved(name, look, now, failure);
		yield { text: `waiting for ${name} to lead and all to agree`, fraction: null };
		await world.pause(world.patience.lookEveryMs, new AbortController().signal);
	}
}

/** The member itself says that it leads, all agree, and it is not the term in which somebody else led. */
function leadsNow(now: Look, to: MemberView, before: Look): boolean {
	const member = memberIn(now, to);
	const [term, oldTerm] = [now.snapshot.term, before.snapshot.term];
	const isLater = term === null || oldTerm === null || term > oldTerm;
	return member?.role === 'leader' && isLater && leaderAgreed(now).verdict === 'pass';
}

/** etcd would not; nothing goes on. */
const isRefusal = (failure: Failure): boolean =>
	failure.kind === 'refused' ||
	isDenial(failure.kind) ||
	isNotLeader(failure) ||
	isBadTransferee(failure) ||
	isWithoutLeader(failure);

const termText = ({ snapshot: { term } }: Look) => (term === null ? 'term unknown' : `term ${term}`);

const moved = (name: string, asked: string, before: Look, now: Look, seconds: number): StepResult => ({
	end: 'done',
	text: `${name} leads, ${termText(now)} (before: ${asked}, ${termText(before)}), after ${spanOf(seconds)}`,
	course: courseOf(now),
	facts: { leader: name, term: now.snapshot.term === null ? null : String(now.snapshot.term) },
});

/** What is so now, whatever was answered. */
function notMoved(name: string, before: Look, now: Look, failure: Failure | null): StepResult {
	const { leader } = now.snapshot;
	const why = failure === null ? 'etcd said yes, but it did not come about' : reasonOf(failure);
	if (leader === null)
		return {
			end: 'unknown',
			text: `whether ${name} will lead is not known: no member tells of a leader now (${why})`,
			advice: 'wait for an election to end, then look at who leads',
		};
	const isSame = leader.id === before.snapshot.leader?.id && now.snapshot.term === before.snapshot.term;
	const still = isSame ? 'still leads' : 'leads now';
	return {
		end: 'failed',
		text: `${name} does not lead: ${safeText(leader.name, 80)} ${still}, ${termText(now)} (${why})`,
		advice: adviceFor(failure),
	};
}

function adviceFor(failure: Failure | null): string {
	if (failure !== null && isDenial(failure.kind)) return failureText(failure).advice;
	return failure !== null && isBadTransferee(failure)
		? 'choose a voter that serves and is up to date'
		: 'see that the member is up to date and answers its peers quickly, or choose another one';
}

const reasonOf = (failure: Failure): string => failureText(failure).line;
