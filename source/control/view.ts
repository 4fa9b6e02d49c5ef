import type { Snapshot } from '../cluster/snapshot.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { type Health, healthOf } from '../diagnosis/health.ts';
import { type State, shownAtMs, shownTimeMs } from './state.ts';

/** What one frame is drawn from: the choices, and the cluster as it was at the moment that is shown. */
export type View = {
	readonly state: State;
	readonly atMs: number;
	readonly timeMs: number;
	readonly snapshot: Snapshot;
	readonly findings: readonly Finding[];
	readonly health: Health;
};

/** Derives a frame's facts, once for all panes. */
export function viewOf(state: State): View {
	const atMs = shownAtMs(state);
	const snapshot = snapshotAt(state.history, atMs);
	const findings = diagnose(state.history, atMs, snapshot);
	return { state, atMs, timeMs: shownTimeMs(state), snapshot, findings, health: healthOf(snapshot, findings) };
}
