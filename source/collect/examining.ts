import type { ExaminationReading } from '../cluster/reading.ts';
import { pause, stampNow } from './clock.ts';
import type { ExaminedCluster, Examiner } from './examiner.ts';

/** After an examiner's turn everything else has its own: a start must not cost a burst of calls. */
const firstTurnMs = 3000;
const betweenMs = 500;
/** What was found while nobody answered is little; the rest is looked for soon after somebody does. */
const silentSeconds = 30;

/** Gives each examiner its turns, one after the other, until the signal aborts. */
export async function examining(
	examiners: readonly Examiner[],
	cluster: () => ExaminedCluster,
	push: (reading: ExaminationReading) => void,
	signal: AbortSignal,
): Promise<void> {
	const dueMs = new Map(examiners.map(examiner => [examiner, 0]));
	await pause(firstTurnMs, signal);
	while (!signal.aborted) {
		for (const [examiner, due] of dueMs) {
			if (signal.aborted) return;
			const isSilent = !cluster().rows.some(({ isAnswering }) => isAnswering);
			if (performance.now() < due || (isSilent && examiner.looksInSilence !== true)) continue;
			const examination = await examiner.examine(cluster(), signal);
			if (signal.aborted) return;
			if (examination !== null) push({ ...stampNow(), kind: 'examination', examination });
			const restSeconds = isSilent ? Math.min(examiner.everySeconds, silentSeconds) : examiner.everySeconds;
			dueMs.set(examiner, performance.now() + restSeconds * 1000);
			await pause(betweenMs, signal);
		}
		await pause(betweenMs, signal);
	}
}
