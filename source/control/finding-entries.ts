import type { AlertRun } from '../diagnosis/alerts/alert.ts';
import { type KnownFinding, keyOf } from '../diagnosis/finding-log.ts';
import type { Judgement } from '../diagnosis/judge.ts';
import { type State, shownAtMs } from './state.ts';

/** One line of the findings' list: what a rule found, or an alert of the etcd-mixin that is pending or firing. */
export type FindingEntry =
	| { readonly kind: 'finding'; readonly key: string; readonly finding: KnownFinding }
	| { readonly kind: 'alert'; readonly key: string; readonly run: AlertRun };

const labelsText = (labels: AlertRun['labels']): string => JSON.stringify(Object.entries(labels).sort());

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
		...alerts.map(run => ({
			kind: 'alert' as const,
			key: unique(`alert/${run.rule.name}/${run.rule.severity}/${labelsText(run.labels)}`),
			run,
		})),
	];
}

/** The entries of the moment that the screen shows. */
export const entriesOf = (state: State): readonly FindingEntry[] =>
	entriesIn(state.judge.at(state.history, shownAtMs(state)));

/** The chosen line; the first one where none was chosen, or the chosen one is gone. */
export const chosenEntry = (entries: readonly FindingEntry[], key: string | null): FindingEntry | null =>
	entries.find(entry => entry.key === key) ?? entries[0] ?? null;
