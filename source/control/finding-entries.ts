import type { AlertRun } from '../diagnosis/alerts/alert.ts';
import { type KnownFinding, keyOf } from '../diagnosis/finding-log.ts';
import type { Judgement } from '../diagnosis/judge.ts';
import { type State, shownAtMs } from './state.ts';

/** What one alert says of several members or peers: firing before pending, and the longest first. */
export type AlertRuns = readonly [AlertRun, ...AlertRun[]];

/** One line of the findings' list: what a rule found, or an alert of the etcd-mixin that is pending or firing. */
export type FindingEntry =
	| { readonly kind: 'finding'; readonly key: string; readonly finding: KnownFinding }
	| { readonly kind: 'alert'; readonly key: string; readonly runs: AlertRuns };

/** An alert of both severities is two: each has a threshold of its own. */
function byRule(alerts: readonly AlertRun[]): readonly AlertRuns[] {
	const groups = new Map<AlertRun['rule'], [AlertRun, ...AlertRun[]]>();
	for (const run of alerts) {
		const group = groups.get(run.rule);
		if (group === undefined) groups.set(run.rule, [run]);
		else group.push(run);
	}
	const startMs = ({ firingAtMs, pendingAtMs }: AlertRun) => firingAtMs ?? pendingAtMs;
	for (const group of groups.values())
		group.sort((a, b) => Number(a.firingAtMs === null) - Number(b.firingAtMs === null) || startMs(a) - startMs(b));
	return [...groups.values()];
}

/** Everything that can be chosen and opened: the findings in their order, then the alerts. */
export function entriesIn({ findings, alerts }: Pick<Judgement, 'findings' | 'alerts'>): readonly FindingEntry[] {
	const seen = new Map<string, number>();
	// A rule may find several things about one member: the second one is told apart by its place.
	const unique = (key: string): string => {
		const count = seen.get(key) ?? 0;
		seen.set(key, count + 1);
		return count === 0 ? key : `${key}#${count}`;
	};
	return [
		...findings.map(finding => ({ kind: 'finding' as const, key: unique(keyOf(finding)), finding })),
		...byRule(alerts).map(runs => ({
			kind: 'alert' as const,
			key: `alert/${runs[0].rule.name}/${runs[0].rule.severity}`,
			runs,
		})),
	];
}

/** The entries of the moment that the screen shows. */
export const entriesOf = (state: State): readonly FindingEntry[] =>
	entriesIn(state.judge.at(state.history, shownAtMs(state)));

/** The chosen line; the first one where none was chosen, or the chosen one is gone. */
export const chosenEntry = (entries: readonly FindingEntry[], key: string | null): FindingEntry | null =>
	entries.find(entry => entry.key === key) ?? entries[0] ?? null;
