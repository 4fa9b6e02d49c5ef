import { followsLeader } from '../../cluster/member-state.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCounted } from '../../format/number.ts';
import { safeText } from '../../format/safe.ts';
import { courseKept, lagOf, mostLagEntries, troubleOf } from '../checks.ts';
import { memberIn } from '../member-in.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import type { Look, World } from '../world.ts';

export type SettleStepOptions = {
	/** At the least; asked for when its turn comes. */
	readonly pauseSeconds: (world: World) => number;
};

/**
 * Waits until a member serves and is up to date again, and for a pause that lets the cluster calm down. It can be left at
 * once. Where an election comes in between it ends early and says so: whether to go on is for the checks of the next step.
 */
export function settleStep(target: MemberView, { pauseSeconds }: SettleStepOptions): Step {
	const name = safeText(target.name, 80);
	return {
		title: `see that ${name} is up to date`,
		memberId: target.id,
		isAbortable: true,
		warnings: [],
		run: context => settle(target, name, pauseSeconds(context.world), context),
	};
}

async function* settle(
	target: MemberView,
	name: string,
	pauseSeconds: number,
	context: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const { world, course, signal } = context;
	const startMs = world.nowMs();
	let elections = 0;
	for (;;) {
		if (signal.aborted) return { end: 'left', text: `${name} goes on by itself` };
		const look = await world.look();
		const elapsedSeconds = (world.nowMs() - startMs) / 1000;
		const kept = courseKept(look, course);
		elections = kept.verdict === 'stop' ? elections + 1 : 0;
		// One look may fall between two answers.
		if (elections > 1) return { end: 'skipped', text: `not waited for: ${kept.detail}` };
		const { isCalm, words } = standOf(look, target, name);
		const restSeconds = pauseSeconds - elapsedSeconds;
		if (isCalm && elections === 0 && restSeconds <= 0) return { end: 'done', text: `${words}, ${kept.detail}` };
		if (!isCalm && restSeconds < -world.patience.lostSeconds)
			return {
				end: 'failed',
				text: `after ${formatDuration(elapsedSeconds)} not as it should be: ${words}`,
				advice: `look at the log of ${name} before anything else is done`,
			};
		yield {
			text: restSeconds > 0 ? `${words}; a pause of ${formatDuration(Math.ceil(restSeconds))} more` : words,
			fraction: pauseSeconds > 0 ? Math.min(1, elapsedSeconds / pauseSeconds) : null,
		};
		const pauseMs = Math.min(
			world.patience.lookEveryMs,
			restSeconds > 0 ? restSeconds * 1000 : Number.POSITIVE_INFINITY,
		);
		await world.pause(pauseMs, signal);
	}
}

function standOf(look: Look, target: MemberView, name: string): { readonly isCalm: boolean; readonly words: string } {
	const member = memberIn(look, target);
	if (member === null) return { isCalm: false, words: `${name} is not in the cluster any more` };
	if (!followsLeader(member)) return { isCalm: false, words: troubleOf(member) };
	const lag = lagOf(member);
	if (lag === null) return { isCalm: false, words: `${name} serves, how far it is behind is not known` };
	return { isCalm: lag <= mostLagEntries, words: `${name} serves, ${formatCounted(lag, 'entry', 'entries')} behind` };
}
