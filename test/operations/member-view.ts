import type { MemberNumbers, MemberView } from '../../source/cluster/snapshot.ts';

/** What a verdict looks at; every size has a value that tells nothing of its own. */
export function memberView({
	dbSizeBytes = 20_000_000,
	dbInUseBytes = 10_000_000,
	quotaBytes = 2 * 1024 ** 3,
	isSilent = false,
}: {
	readonly dbSizeBytes?: number;
	readonly dbInUseBytes?: number;
	readonly quotaBytes?: number | null;
	readonly isSilent?: boolean;
}): Pick<MemberView, 'numbers' | 'quota' | 'state'> {
	const numbers: MemberNumbers = {
		source: 'status',
		atMs: 0,
		latencySeconds: 0.001,
		version: '3.5.30',
		storageVersion: null,
		revision: 100n,
		dbSizeBytes,
		dbInUseBytes,
		leaderId: '1',
		raftTerm: 5n,
		raftIndex: 1000n,
		raftAppliedIndex: 1000n,
		errors: [],
		downgradeTarget: null,
	};
	return {
		numbers,
		quota: quotaBytes === null ? { kind: 'unlimited' } : { kind: 'known', bytes: quotaBytes, source: 'metrics' },
		state: isSilent ? { kind: 'waiting', sinceMs: 0 } : { kind: 'serving', sinceMs: 0 },
	};
}
