import { formatDuration, formatIsoTime } from '../format/duration.ts';
import type { Line, Tone } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { wrapWords } from '../format/wrap.ts';
import { clusterNameOf } from '../operations/plan.ts';
import type { PastRun } from '../operations/record.ts';
import { jsonText } from './json-text.ts';

/*
 * 2026-11-21T03:12:45Z  Defragment m2                 done in 12s
 *   ada@bastion · cluster cdf81819 · member m2
 *   m2 went from 1.9 GB to 420 MB
 */

const tones: Readonly<Record<PastRun['state'], Tone>> = {
	done: 'good',
	stopped: 'warning',
	failed: 'critical',
	unknown: 'critical',
	running: 'accent',
	interrupted: 'critical',
};

const words: Readonly<Record<PastRun['state'], string>> = {
	done: 'done',
	stopped: 'stopped',
	failed: 'failed',
	unknown: 'not known',
	running: 'running',
	interrupted: 'interrupted: its process did not live to say how it ended',
};

const timeOf = (timeMs: number) => formatIsoTime(timeMs).replace(/\.\d+Z$/, 'Z');

function runLines(run: PastRun, widthCells: number): readonly Line[] {
	const { startedMs, endedMs, state, clusterId, member } = run;
	const took = endedMs === null ? '' : ` in ${formatDuration(Math.max(0, endedMs - startedMs) / 1000)}`;
	const who = [
		`${run.user}@${run.host}`,
		`cluster ${clusterNameOf(clusterId)}`,
		...(member === null ? [] : [`member ${member}`]),
		...(run.isForced ? ['forced'] : []),
	];
	const below = (text: string, tone: Tone): readonly Line[] =>
		wrapWords(safeText(text, 2000), Math.max(20, widthCells - 2)).map(row => [{ text: `  ${row}`, tone }]);
	return [
		[
			{ text: `${timeOf(startedMs)}  `, tone: 'muted' },
			{ text: `${safeText(run.title)}  `, tone: 'strong' },
			{ text: `${words[state]}${took}`, tone: tones[state] },
		],
		...below(who.join(' · '), 'muted'),
		...below(run.text, 'normal'),
		...(run.advice === null ? [] : below(`→ ${run.advice}`, 'normal')),
	];
}

/** What was done, oldest first; the runs come newest first. */
export function journalLines(runs: readonly PastRun[], path: string, widthCells: number): readonly Line[] {
	if (runs.length === 0)
		return [[{ text: `nothing was done yet: ${safeText(path)} tells of no operation`, tone: 'muted' }]];
	return runs.toReversed().flatMap(run => runLines(run, widthCells));
}

/** `journal -o json`, version 1, on one line: oldest first. */
export const journalJson = (runs: readonly PastRun[], path: string): string =>
	jsonText({
		version: 1,
		file: path,
		operations: operationsJson(runs),
	});

/** Operations as JSON tells them, oldest first; they come newest first. */
export const operationsJson = (runs: readonly PastRun[]): readonly object[] =>
	runs.toReversed().map(({ startedMs, endedMs, clusterId, isForced, state, ...run }) => ({
		...run,
		state,
		cluster: clusterId,
		forced: isForced,
		started: formatIsoTime(startedMs),
		ended: endedMs === null ? null : formatIsoTime(endedMs),
	}));
