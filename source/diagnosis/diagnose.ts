import type { History } from '../cluster/history.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import type { Finding, Severity } from './finding.ts';
import { rules } from './index.ts';

const ranks: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Everything that is wrong at a moment, the most severe first. `snapshot` spares making it a second time. */
export function diagnose(
	history: History,
	atMs: number,
	snapshot: Snapshot = snapshotAt(history, atMs),
): readonly Finding[] {
	return rules
		.flatMap(rule => rule.judge({ history, snapshot, atMs }).map(verdict => ({ rule: rule.name, ...verdict })))
		.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}
