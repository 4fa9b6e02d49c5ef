import type { FailureKind } from '../../source/cluster/failure.ts';
import { createHistory, type History, record } from '../../source/cluster/history.ts';
import type { Member, MemberStatus } from '../../source/cluster/member.ts';
import type { KeyChange, Reading, WatchState } from '../../source/cluster/reading.ts';

/** What a member does in one second: it answers (with what differs from the usual), or fails. */
export type Turn = FailureKind | Partial<MemberStatus>;

/** A cluster's story, second by second. All of it is a function of the second, so the screen is the same every time. */
export type Script = {
	readonly members: readonly Member[];
	readonly seconds: number;
	readonly quotaFlagBytes?: number | null;
	/** The rows; every member at its own URL where it is left out. */
	readonly targets?: readonly { readonly key: string; readonly endpoint: string }[];
	readonly listFailure?: FailureKind;
	readonly clusterId?: string;
	readonly status?: (member: Member, second: number) => Turn;
	/** How its metrics page fails, or samples that differ from the usual. */
	readonly page?: (member: Member, second: number) => FailureKind | { readonly [sample in string]?: number };
	/** `slow` stands for a disk under load. */
	readonly disk?: (member: Member, second: number) => 'fast' | 'slow';
	readonly watch?: (second: number) => WatchState | null;
	readonly changes?: (second: number) => readonly KeyChange[];
	readonly unlisted?: (second: number) => number;
	readonly alarms?: (second: number) => readonly { readonly memberId: string; readonly type: 'NOSPACE' | 'CORRUPT' }[];
};

const usualClusterId = 'cdf818194e3a8c32';
/** 12:00:00 UTC on the wall clock when the monotonic one stands at 0. */
const startTimeMs = Date.UTC(2026, 0, 5, 12);
const readMs = { status: 100, metrics: 400, keys: 700 };

const ids = [
	'8e9e05c52164694d',
	'91bc3c398fb3c146',
	'fd422379fda50e48',
	'a8266ecf031671f3',
	'c9e7a1b7f2d35e10',
	'd1f4e2c9a8b75603',
	'e5a9d3c1b7f24680',
];

/** Members m1, m2 … as an installer names them. */
export const membersOf = (count: number): Member[] =>
	Array.from({ length: count }, (_, index) => ({
		id: ids[index]!,
		name: `m${index + 1}`,
		peerUrls: [`https://10.0.0.${index + 11}:2380`],
		clientUrls: [`https://10.0.0.${index + 11}:2379`],
		isLearner: false,
	}));

const numberOf = ({ id }: Member) => ids.indexOf(id);

const bounds = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192];
const rttBounds = [0.0001, 0.0002, 0.0004, 0.0008, 0.0016, 0.0032, 0.0064];

/** Observations a second in each bucket. */
const rates = {
	fsync: { fast: [38, 12, 3, 1], slow: [2, 6, 18, 16, 9, 4, 1] },
	commit: { fast: [6, 5, 2, 1], slow: [1, 2, 4, 5, 4, 2, 1] },
};

type Samples = Map<string, number>;

function addTo(samples: Samples, family: string, at: readonly number[], counts: readonly number[], label = ''): void {
	let sum = 0;
	for (const [index, bound] of [...at, '+Inf'].entries()) {
		sum += counts[index] ?? 0;
		const name = `${family}_bucket{${label}le="${bound}"}`;
		samples.set(name, (samples.get(name) ?? 0) + sum);
	}
}

/** One more second of observations and the gauges of the moment. */
function advance(samples: Samples, script: Script, member: Member, second: number): void {
	const disk = script.disk?.(member, second) ?? (second % 97 < 3 ? 'slow' : 'fast');
	addTo(samples, 'etcd_disk_wal_fsync_duration_seconds', bounds, rates.fsync[disk]);
	addTo(samples, 'etcd_disk_backend_commit_duration_seconds', bounds, rates.commit[disk]);
	for (const peer of script.members)
		if (peer !== member)
			addTo(samples, 'etcd_network_peer_round_trip_time_seconds', rttBounds, [0, 0, 3, 1], `To="${peer.id}",`);
	samples.set('process_start_time_seconds', startTimeMs / 1000 - 3 * 86_400 - 4000 * numberOf(member));
	samples.set('etcd_server_quota_backend_bytes', 2 * 1024 ** 3);
	samples.set('etcd_server_leader_changes_seen_total', 1);
	samples.set('etcd_disk_defrag_inflight', 0);
}

/** What a healthy member says under some 50 writes a second; m1 leads. */
export const usualStatus = (script: Script, member: Member, second: number): MemberStatus => ({
	clusterId: script.clusterId ?? usualClusterId,
	memberId: member.id,
	version: '3.5.30',
	revision: 1_203_456n + BigInt(second * 52),
	dbSizeBytes: 734_003_200 + 4096 * Math.floor(second / 60),
	dbInUseBytes: 411_041_792 + 9000 * second,
	leaderId: script.members[0]!.id,
	raftTerm: 4n,
	raftIndex: 1_310_500n + BigInt(second * 54),
	raftAppliedIndex: 1_310_500n + BigInt(second * 54),
	errors: [],
	isLearner: member.isLearner,
	storageVersion: null,
	dbSizeQuotaBytes: null,
	downgradeTarget: null,
});

const change = (second: number, patch: Partial<KeyChange>): KeyChange => ({
	timeMs: startTimeMs + second * 1000,
	operation: 'update',
	resource: 'pods',
	name: 'shop/checkout-6d5f9c7b8d-x2x9q',
	revision: 1_203_456n + BigInt(second * 52),
	sizeBytes: 4130,
	isNoise: false,
	...patch,
});

/** A Kubernetes-shaped second. */
export const usualChanges = (second: number): readonly KeyChange[] => [
	change(second, { name: `shop/checkout-6d5f9c7b8d-${(second % 7) + 2}x9q${second % 3}` }),
	change(second, {
		resource: 'leases',
		name: `kube-node-lease/worker-${second % 5}`,
		sizeBytes: 312,
		isNoise: true,
	}),
	...(second % 3 === 0
		? [
				change(second, { resource: 'endpointslices', name: 'shop/checkout-7nq2v', sizeBytes: 1820 }),
				change(second, {
					operation: 'create',
					resource: 'events',
					name: `shop/checkout.17c3a${(second * 7919).toString(16)}`,
					sizeBytes: 790,
					isNoise: true,
				}),
			]
		: []),
	...(second % 20 === 4
		? [change(second, { operation: 'create', resource: 'example.io/backups', name: 'shop/nightly-20260105' })]
		: []),
	...(second % 20 === 15
		? [change(second, { operation: 'delete', name: 'batch/report-28391040-8xkqz', sizeBytes: 0 })]
		: []),
];

/** Records the story into a real history, as the live reading would have done; tells each reading to a listener, too. */
export function tell(
	script: Script,
	listen: (reading: Reading) => void = () => undefined,
): { readonly history: History; readonly endMs: number } {
	const history = createHistory({ quotaFlagBytes: script.quotaFlagBytes ?? null });
	const pages = new Map<Member, Samples>(script.members.map(member => [member, new Map()]));
	const targets = script.targets ?? script.members.map(({ id, clientUrls }) => ({ key: id, endpoint: clientUrls[0]! }));
	let alarms = '';
	const stamp = (second: number, milliseconds: number) => {
		const atMs = second * 1000 + milliseconds;
		return { atMs, timeMs: startTimeMs + atMs };
	};
	const take = (reading: Reading) => {
		record(history, reading);
		listen(reading);
	};
	const failure = (kind: FailureKind, where: string, call: string) => ({ kind, where, call, detail: detailOf(kind) });

	take({
		...stamp(0, 0),
		kind: 'members',
		clusterId: script.listFailure === undefined ? (script.clusterId ?? usualClusterId) : null,
		members: script.listFailure === undefined ? script.members : [],
		failure: script.listFailure === undefined ? null : failure(script.listFailure, targets[0]!.endpoint, 'MemberList'),
		targets,
	});
	for (let second = 0; second <= script.seconds; second++) {
		for (const [index, member] of script.members.entries()) {
			const { key, endpoint } = targets[index]!;
			const turn = script.status?.(member, second) ?? {};
			take({
				...stamp(second, readMs.status + 10 * index),
				kind: 'status',
				key,
				endpoint,
				outcome:
					typeof turn === 'string'
						? { kind: 'failed', failure: failure(turn, endpoint, 'Status') }
						: {
								kind: 'answered',
								status: { ...usualStatus(script, member, second), ...turn },
								latencySeconds: 0.000_8 + 0.000_1 * ((second + index) % 4),
							},
			});
			advance(pages.get(member)!, script, member, second);
			if (second % 2 === 1) continue;
			const page = script.page?.(member, second) ?? {};
			const url = `${endpoint}/metrics`;
			take({
				...stamp(second, readMs.metrics + 10 * index),
				kind: 'metrics',
				key,
				outcome:
					typeof page === 'string'
						? { kind: 'failed', failure: failure(page, url, 'GET /metrics') }
						: {
								kind: 'answered',
								url,
								samples: new Map([...pages.get(member)!, ...(Object.entries(page) as [string, number][])]),
								serverTimeMs: null,
							},
			});
		}
		const told = script.alarms?.(second) ?? [];
		if (JSON.stringify(told) !== (alarms || '[]')) take({ ...stamp(second, 500), kind: 'alarms', alarms: told });
		alarms = JSON.stringify(told);
		const state = script.watch === undefined ? usualWatch(second) : script.watch(second);
		if (state !== null) take({ ...stamp(second, 600), kind: 'watch', state });
		const lines = (script.changes ?? usualChanges)(second);
		if (lines.length > 0) take(keysOf(lines, script.unlisted?.(second) ?? 0, stamp(second, readMs.keys)));
	}
	return { history, endMs: script.seconds * 1000 + 900 };
}

const usualWatch = (second: number): WatchState | null =>
	second === 0 ? { kind: 'live', endpoint: 'https://10.0.0.12:2379', fromRevision: 1_203_457n } : null;

function keysOf(lines: readonly KeyChange[], unlisted: number, stamp: { atMs: number; timeMs: number }): Reading {
	const changes = new Map<string, { put: number; delete: number; bytes: number }>();
	for (const { resource, operation, sizeBytes } of lines) {
		const counts = changes.get(resource) ?? { put: 0, delete: 0, bytes: 0 };
		counts[operation === 'delete' ? 'delete' : 'put']++;
		counts.bytes += sizeBytes;
		changes.set(resource, counts);
	}
	const [first] = changes.values();
	first!.put += unlisted;
	return { ...stamp, kind: 'keys', revision: lines.at(-1)!.revision, changes, lines, unlisted };
}

const detailOf = (kind: FailureKind): string =>
	kind === 'http-status' ? '404 Not Found' : kind === 'permission-denied' ? 'etcdserver: permission denied' : '';

export const timeAt = (endMs: number) => ({ atMs: endMs, timeMs: startTimeMs + endMs });
