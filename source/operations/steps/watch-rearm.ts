import type { AlarmType } from '../../cluster/alarms.ts';
import { formatDuration } from '../../format/duration.ts';
import { describeAlarms, type RaisedAlarm } from '../alarms.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';

/**
 * Watches for a while whether an alarm comes back. `remaining` are those of this type that were raised and are not meant
 * to be cleared.
 */
export function watchRearmStep(type: AlarmType, remaining: readonly RaisedAlarm[]): Step {
	return {
		title: `see that ${type} stays away`,
		memberId: null,
		isAbortable: true,
		warnings: [],
		run: context => watchRearm(type, remaining, context),
	};
}

async function* watchRearm(
	type: AlarmType,
	remaining: readonly RaisedAlarm[],
	{ world, signal }: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const { rearmSeconds, lookEveryMs } = world.patience;
	const startMs = world.nowMs();
	for (;;) {
		if (signal.aborted) return { end: 'left', text: 'the alarm is cleared; a member may raise it again' };
		const look = await world.look(signal);
		const back = describeAlarms(look).filter(
			alarm => alarm.type === type && !remaining.some(({ member }) => member === alarm.memberId),
		);
		if (back.length > 0)
			return {
				end: 'failed',
				text: back.map(({ member, why }) => `${type} is raised again, by ${member}: ${why}`).join('; '),
				advice:
					type === 'NOSPACE'
						? 'something keeps writing: find and stop it or delete keys, then recover again; if the data is needed, raise --quota-backend-bytes'
						: 'the data differs still: remove the member, wipe its data and add it again',
			};
		const elapsedSeconds = (world.nowMs() - startMs) / 1000;
		if (elapsedSeconds >= rearmSeconds)
			return { end: 'done', text: `${type} did not come back in ${formatDuration(elapsedSeconds)}` };
		yield {
			text: `not raised again for ${formatDuration(elapsedSeconds)} of ${formatDuration(rearmSeconds)}; may be left`,
			fraction: elapsedSeconds / rearmSeconds,
		};
		await world.pause(lookEveryMs, signal);
	}
}
