import { earliestMs, type History, wallTimeAt } from '../../cluster/history.ts';
import { bySeverity } from '../diagnose.ts';
import type { AlertLog, AlertRule, AlertRun } from './alert.ts';
import { emptyUntil } from './next-reading.ts';
import { alertRules } from './rules.ts';
import { EndedRuns, OpenRun } from './run.ts';
import { sceneAt } from './scene.ts';

/** How often Prometheus is usually told to evaluate the mixin. */
const evaluationStepMs = 30_000;
/** A server that makes up labels must not fill the memory. */
const mostOpenRuns = 2048;

/**
 * Evaluates the alerts at the moments at which the wall clock, as it stood at the first reading, shows a full or half
 * minute: every recording of one time gives the same moments, and none is evaluated twice when the clock is set.
 */
export function createAlertLog(rules: readonly AlertRule[] = alertRules): AlertLog {
	const open = new Map<AlertRule, Map<string, OpenRun>>(rules.map(rule => [rule, new Map()]));
	const ended = new EndedRuns();
	/** The next moment of the grid; null before the first reading. */
	let nextMs: number | null = null;

	const evaluate = (history: History, atMs: number) => {
		const scene = sceneAt(history, atMs);
		for (const [rule, runs] of open) hold(rule, runs, rule.evaluate(scene), atMs, ended);
	};

	return {
		advance(history, toMs) {
			nextMs ??= firstMoment(history);
			while (nextMs !== null && nextMs <= toMs) {
				evaluate(history, nextMs);
				const emptyToMs = Math.min(emptyUntil(history, nextMs) ?? nextMs, toMs);
				nextMs += Math.max(1, Math.ceil((emptyToMs - nextMs) / evaluationStepMs)) * evaluationStepMs;
			}
		},
		at(atMs) {
			const lasting = openRuns(open).filter(run => run.lastsAt(atMs));
			return [...ended.lastingAt(atMs), ...lasting].map(run => run.at(atMs)).sort(byGravity);
		},
		fired() {
			const still = openRuns(open).filter(({ firingAtMs }) => firingAtMs !== null);
			return [...ended.fired, ...still]
				.map(run => run.at(Number.POSITIVE_INFINITY))
				.sort((a, b) => a.pendingAtMs - b.pendingAtMs);
		},
	};
}

const openRuns = (open: ReadonlyMap<AlertRule, ReadonlyMap<string, OpenRun>>): readonly OpenRun[] =>
	[...open.values()].flatMap(runs => [...runs.values()]);

const byGravity = (a: AlertRun, b: AlertRun): number =>
	bySeverity(a.rule, b.rule) ||
	Number(a.firingAtMs === null) - Number(b.firingAtMs === null) ||
	a.pendingAtMs - b.pendingAtMs;

function firstMoment(history: History): number | null {
	const firstMs = earliestMs(history);
	if (firstMs === null) return null;
	const timeMs = wallTimeAt(history, firstMs);
	return firstMs + (Math.ceil(Math.round(timeMs) / evaluationStepMs) * evaluationStepMs - timeMs);
}

/** One rule at one moment: runs go on that have a sample, end that have none, and begin. */
function hold(
	rule: AlertRule,
	runs: Map<string, OpenRun>,
	samples: ReturnType<AlertRule['evaluate']>,
	atMs: number,
	ended: EndedRuns,
): void {
	const seen = new Set<string>();
	for (const sample of samples) {
		const key = JSON.stringify(Object.entries(sample.labels).sort());
		seen.add(key);
		let run = runs.get(key);
		if (run === undefined) {
			if (runs.size >= mostOpenRuns) continue;
			run = new OpenRun(rule, sample, atMs);
			runs.set(key, run);
		}
		run.hold(atMs, sample.value);
	}
	for (const [key, run] of runs) {
		if (seen.has(key)) continue;
		run.resolvedAtMs = atMs;
		runs.delete(key);
		ended.push(run);
	}
}
