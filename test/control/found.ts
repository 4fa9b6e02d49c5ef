import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import type { AlertRun } from '../../source/diagnosis/alerts/alert.ts';
import { alertRules } from '../../source/diagnosis/alerts/rules.ts';
import type { KnownFinding } from '../../source/diagnosis/finding-log.ts';
import { healthOf } from '../../source/diagnosis/health.ts';
import type { Judge } from '../../source/diagnosis/judge.ts';
import { nowMs } from './operator.ts';

/** A finding with a remedy that can be had. */
export const found = (patch: Partial<KnownFinding> = {}): KnownFinding => ({
	rule: 'fragmentation',
	severity: 'warning',
	member: '2',
	title: 'm2 is full of free pages',
	evidence: '62% of 1.9 GB',
	advice: 'defragment it',
	reasoning: ['data has not grown'],
	remedy: { operation: 'defragment-member', member: '2' },
	chart: null,
	sinceMs: nowMs - 12_000,
	count: 1,
	goneAtMs: null,
	...patch,
});

/** An alert that has been pending for a minute. */
export const pendingAlert = (patch: Partial<AlertRun> = {}): AlertRun => ({
	rule: alertRules[0]!,
	labels: { job: 'etcd' },
	value: 1,
	pendingAtMs: nowMs - 60_000,
	firingAtMs: null,
	resolvedAtMs: null,
	...patch,
});

/** A judge that always finds the same, whatever the cluster. */
export const foundJudge = (findings: readonly KnownFinding[], alerts: readonly AlertRun[] = []): Judge => ({
	latest: null,
	advance: () => [],
	at: (history, atMs) => {
		const snapshot = snapshotAt(history, atMs);
		return { atMs, snapshot, findings, health: healthOf(snapshot, findings), alerts };
	},
});
