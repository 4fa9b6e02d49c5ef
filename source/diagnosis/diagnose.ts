import type { History } from '../cluster/history.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import { type Finding, severities } from './finding.ts';
import { rules } from './index.ts';

const nothing = { reasoning: [], remedy: null, chart: null } as const;

/** The gravest first; among those of one severity the order that they came in. */
export const bySeverity = (a: Pick<Finding, 'severity'>, b: Pick<Finding, 'severity'>): number =>
	severities.indexOf(a.severity) - severities.indexOf(b.severity);

/** Everything that is wrong at a moment, the most severe first. `snapshot` spares making it a second time. */
export function diagnose(
	history: History,
	atMs: number,
	snapshot: Snapshot = snapshotAt(history, atMs),
): readonly Finding[] {
	return rules
		.flatMap(rule =>
			rule.judge({ history, snapshot, atMs }).map(verdict => ({ rule: rule.name, ...nothing, ...verdict })),
		)
		.sort(bySeverity);
}
