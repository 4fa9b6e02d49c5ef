import type { PastRun } from './record.ts';

export type LastSnapshot = {
	/** When it was whole and verified, milliseconds since 1970. */
	readonly timeMs: number;
	/** Safe to show. */
	readonly file: string;
	readonly sizeBytes: number;
};

/**
 * The newest good snapshot of a cluster that the journal tells of; null where there is none. A run that saved its file
 * and could only not remove an older one counts: its facts name a file from the moment on which that was verified.
 */
export function lastSnapshotOf(runs: readonly PastRun[], clusterId: string | null): LastSnapshot | null {
	if (clusterId === null) return null;
	let last: LastSnapshot | null = null;
	for (const { operation, clusterId: of, endedMs, facts } of runs) {
		const { file, sizeBytes, sha256 } = facts;
		if (operation !== 'snapshot' || of !== clusterId || endedMs === null) continue;
		if (typeof file !== 'string' || typeof sizeBytes !== 'number' || typeof sha256 !== 'string') continue;
		if (last === null || endedMs > last.timeMs) last = { timeMs: endedMs, file, sizeBytes };
	}
	return last;
}
