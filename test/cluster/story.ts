import type { Failure, FailureKind } from '../../source/cluster/failure.ts';
import { createHistory, type History, type HistoryOptions, record } from '../../source/cluster/history.ts';
import type { Member, MemberStatus } from '../../source/cluster/member.ts';
import type { KeyChange, ResourceChanges, WatchState } from '../../source/cluster/reading.ts';

/** The wall clock when the monotonic one stands at 0. */
export const startTimeMs = Date.UTC(2026, 0, 1);

export const failureOf = (kind: FailureKind, patch: Partial<Failure> = {}): Failure => ({
	kind,
	where: 'http://127.0.0.1:2379',
	call: 'Status',
	detail: '',
	...patch,
});

export const memberOf = (id: string, patch: Partial<Member> = {}): Member => ({
	id,
	name: `m${id}`,
	peerUrls: [`http://${id}:2380`],
	clientUrls: [`http://${id}:2379`],
	isLearner: false,
	...patch,
});

export const statusOf = (memberId: string, patch: Partial<MemberStatus> = {}): MemberStatus => ({
	clusterId: 'c1',
	memberId,
	version: '3.5.30',
	revision: 100n,
	dbSizeBytes: 20_000_000,
	dbInUseBytes: 10_000_000,
	leaderId: '1',
	raftTerm: 5n,
	raftIndex: 1000n,
	raftAppliedIndex: 1000n,
	errors: [],
	isLearner: false,
	storageVersion: null,
	dbSizeQuotaBytes: null,
	downgradeTarget: null,
	...patch,
});

/** Cumulative buckets from counts by upper bound in seconds, with the sample names of etcd. */
export function bucketsOf(family: string, counts: Readonly<Record<string, number>>, label = ''): [string, number][] {
	let sum = 0;
	return Object.entries(counts).map(([le, count]) => {
		sum += count;
		return [`${family}_bucket{${label}le="${le}"}`, sum];
	});
}

const stamp = (atMs: number) => ({ atMs, timeMs: startTimeMs + atMs });

/** A history and short words for what happens to it. */
export function story(options: Partial<HistoryOptions> = {}) {
	const history: History = createHistory({ quotaFlagBytes: null, ...options });
	return {
		history,
		list(atMs: number, members: readonly Member[], failure: Failure | null = null) {
			const targets = members.map(({ id, clientUrls }) => ({ key: id, endpoint: clientUrls[0] ?? id }));
			record(history, { ...stamp(atMs), kind: 'members', clusterId: 'c1', members, failure, targets });
		},
		answer(atMs: number, key: string, patch: Partial<MemberStatus> = {}, latencySeconds = 0.001) {
			const status = statusOf(key, patch);
			const outcome = { kind: 'answered', status, latencySeconds } as const;
			record(history, { ...stamp(atMs), kind: 'status', key, endpoint: `http://${key}:2379`, outcome });
		},
		fail(atMs: number, key: string, kind: FailureKind = 'refused', patch: Partial<Failure> = {}) {
			const outcome = { kind: 'failed', failure: failureOf(kind, patch) } as const;
			record(history, { ...stamp(atMs), kind: 'status', key, endpoint: `http://${key}:2379`, outcome });
		},
		scrape(
			atMs: number,
			key: string,
			samples: Iterable<readonly [string, number]>,
			serverTimeMs: number | null = null,
		) {
			const url = `http://${key}:2379/metrics`;
			const outcome = { kind: 'answered', url, samples: new Map(samples), serverTimeMs } as const;
			record(history, { ...stamp(atMs), kind: 'metrics', key, outcome });
		},
		failScrape(atMs: number, key: string, kind: FailureKind = 'refused') {
			const outcome = { kind: 'failed', failure: failureOf(kind, { call: 'GET /metrics' }) } as const;
			record(history, { ...stamp(atMs), kind: 'metrics', key, outcome });
		},
		keys(
			atMs: number,
			changes: Readonly<Record<string, Partial<ResourceChanges>>>,
			lines: readonly KeyChange[] = [],
			unlisted = 0,
		) {
			const counts = Object.entries(changes).map(
				([resource, count]) => [resource, { put: 0, delete: 0, bytes: 0, ...count }] as const,
			);
			record(history, { ...stamp(atMs), kind: 'keys', revision: 1n, changes: new Map(counts), lines, unlisted });
		},
		watch(atMs: number, state: WatchState) {
			record(history, { ...stamp(atMs), kind: 'watch', state });
		},
		alarms(atMs: number, alarms: readonly { readonly memberId: string; readonly type: 'NOSPACE' | 'CORRUPT' }[]) {
			record(history, { ...stamp(atMs), kind: 'alarms', alarms });
		},
	};
}

export type Story = ReturnType<typeof story>;

export const changeOf = (name: string, patch: Partial<KeyChange> = {}): KeyChange => ({
	timeMs: startTimeMs,
	operation: 'update',
	resource: 'pods',
	name,
	revision: 7n,
	sizeBytes: 100,
	isNoise: false,
	...patch,
});
