import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure, FailureKind } from '../../source/cluster/failure.ts';
import { failureText } from '../../source/cluster/failure-text.ts';
import { growthOf } from '../../source/cluster/growth.ts';
import { createHistory, type History, record } from '../../source/cluster/history.ts';
import { leaderTimeline } from '../../source/cluster/leaders.ts';
import type { Reading } from '../../source/cluster/reading.ts';
import { gaugeSeries, quantileSeries, writeRateSeries } from '../../source/cluster/series.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { resourceRates, watchLines } from '../../source/cluster/watch-view.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { healthOf } from '../../source/diagnosis/health.ts';
import { findsOne } from '../../source/diagnosis/index.ts';
import { bucketsOf, memberOf, statusOf, story } from './story.ts';

const oddNumber = fc.oneof(
	fc.double(),
	fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, -1, 1e308, 5e-324),
	fc.integer({ min: 0, max: 100_000 }),
);
const time = fc.oneof(
	{ weight: 8, arbitrary: fc.integer({ min: 0, max: 3_600_000 }) },
	{ weight: 1, arbitrary: oddNumber },
);
const oddText = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 20 }),
	fc.constantFrom('', '\x1b[2J\n', '__proto__', 'x'.repeat(3000)),
);
const key = fc.oneof(fc.constantFrom('1', '2', '3'), oddText);
const oddBigint = fc.oneof(fc.bigInt(), fc.bigInt({ min: 0n, max: 100n }), fc.constantFrom(2n ** 64n, -(2n ** 70n)));
const kinds: readonly FailureKind[] = [
	'refused',
	'timeout',
	'tls-expired',
	'permission-denied',
	'http-status',
	'rejected',
];
const failure: fc.Arbitrary<Failure> = fc.record({
	kind: fc.constantFrom(...kinds),
	where: oddText,
	call: fc.oneof(fc.constant('Status'), oddText),
	detail: oddText,
	certificateTimeMs: oddNumber,
});
const failed = fc.record({ kind: fc.constant('failed' as const), failure });
const stamp = { atMs: time, timeMs: time };
const sampleName = fc.oneof(
	fc.constantFrom(
		'process_start_time_seconds',
		'etcd_disk_defrag_inflight',
		'etcd_server_leader_changes_seen_total',
		'etcd_server_quota_backend_bytes',
		'etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"}',
		'etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"}',
		'etcd_disk_wal_fsync_duration_seconds_bucket{le="',
		'etcd_network_peer_round_trip_time_seconds_bucket{To="a",le="0.1"}',
	),
	oddText.map(text => `etcd_network_active_peers{Remote="${text}"}`),
	oddText,
);

const reading: fc.Arbitrary<Reading> = fc.oneof(
	fc.record({
		...stamp,
		kind: fc.constant('members' as const),
		clusterId: fc.option(oddText),
		members: fc.array(
			fc.record({
				id: key,
				name: oddText,
				peerUrls: fc.array(oddText),
				clientUrls: fc.array(oddText),
				isLearner: fc.boolean(),
			}),
			{ maxLength: 5 },
		),
		failure: fc.option(failure),
		targets: fc.array(fc.record({ key, endpoint: oddText }), { maxLength: 5 }),
	}),
	fc.record({
		...stamp,
		kind: fc.constant('status' as const),
		key,
		endpoint: oddText,
		outcome: fc.oneof(
			failed,
			fc.record({
				kind: fc.constant('answered' as const),
				latencySeconds: oddNumber,
				status: fc.record({
					clusterId: fc.constantFrom('c1', 'c2'),
					memberId: key,
					version: oddText,
					revision: oddBigint,
					dbSizeBytes: oddNumber,
					dbInUseBytes: oddNumber,
					leaderId: fc.option(key),
					raftTerm: oddBigint,
					raftIndex: oddBigint,
					raftAppliedIndex: oddBigint,
					errors: fc.array(fc.oneof(oddText, fc.constantFrom('NOSPACE', 'no leader')), { maxLength: 3 }),
					isLearner: fc.boolean(),
					storageVersion: fc.option(oddText),
					dbSizeQuotaBytes: fc.option(oddNumber),
					downgradeTarget: fc.option(oddText),
				}),
			}),
		),
	}),
	fc.record({
		...stamp,
		kind: fc.constant('metrics' as const),
		key,
		outcome: fc.oneof(
			failed,
			fc.record({
				kind: fc.constant('answered' as const),
				url: oddText,
				samples: fc.array(fc.tuple(sampleName, oddNumber), { maxLength: 12 }).map(samples => new Map(samples)),
				serverTimeMs: fc.option(oddNumber),
			}),
		),
	}),
	fc.record({
		...stamp,
		kind: fc.constant('keys' as const),
		revision: oddBigint,
		changes: fc
			.array(fc.tuple(oddText, fc.record({ put: oddNumber, delete: oddNumber, bytes: oddNumber })), { maxLength: 5 })
			.map(changes => new Map(changes)),
		lines: fc.array(
			fc.record({
				timeMs: oddNumber,
				operation: fc.constantFrom('create' as const, 'update' as const, 'delete' as const),
				resource: oddText,
				name: oddText,
				revision: oddBigint,
				sizeBytes: oddNumber,
				isNoise: fc.boolean(),
			}),
			{ maxLength: 5 },
		),
		unlisted: oddNumber,
	}),
	fc.record({
		...stamp,
		kind: fc.constant('watch' as const),
		state: fc.oneof(
			fc.record({ kind: fc.constant('off' as const), reason: oddText }),
			fc.record({ kind: fc.constant('live' as const), endpoint: oddText, fromRevision: oddBigint }),
			fc.record({ kind: fc.constant('interrupted' as const), failure }),
			fc.record({
				kind: fc.constant('gap' as const),
				fromRevision: oddBigint,
				toRevision: oddBigint,
				reason: fc.constantFrom('compacted' as const, 'too-many' as const),
			}),
		),
	}),
	fc.record({
		...stamp,
		kind: fc.constant('alarms' as const),
		alarms: fc.array(fc.record({ memberId: key, type: fc.constantFrom('NOSPACE' as const, 'CORRUPT' as const) })),
	}),
);

/** Looks at everything that the panes look at. */
function lookAt(history: History, atMs: number): void {
	const snapshot = snapshotAt(history, atMs);
	const findings = diagnose(history, atMs, snapshot);
	healthOf(snapshot, findings);
	const ones = findings.map(({ rule }) => rule).filter(findsOne);
	expect(new Set(ones).size).toBe(ones.length);
	leaderTimeline(history, atMs);
	const range = { fromMs: atMs - 600_000, toMs: atMs, points: 10 };
	for (const key of ['1', 'x', ...snapshot.members.map(member => member.key)]) {
		growthOf(history, key, atMs);
		quantileSeries(history, key, 'fsync', 0.99, range);
		quantileSeries(history, key, 'peerRtt', 0.99, range);
		gaugeSeries(history, key, 'latency', range);
	}
	for (const member of snapshot.members)
		if (member.state.kind === 'unreachable') failureText(member.state.failure, member.name);
	writeRateSeries(history, range);
	watchLines(history, { atMs, limit: 10, text: '[' });
	resourceRates(history, atMs);
}

describe('history', () => {
	it('takes whatever arrives in whatever order, and answers everything at any moment', () => {
		fc.assert(
			fc.property(
				fc.array(reading, { maxLength: 40 }),
				fc.array(time, { minLength: 1, maxLength: 4 }),
				(readings, moments) => {
					const history = createHistory({ quotaFlagBytes: null });
					for (const each of readings) record(history, each);
					for (const atMs of moments) lookAt(history, atMs);
					lookAt(history, history.latestMs ?? 0);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('keeps no more rows, columns, resources and lines than its bounds, and no long text', () => {
		const told = story();
		const long = 'x'.repeat(100_000);
		for (let index = 0; index < 300; index++) {
			const member = memberOf(`${index}`, { name: long, clientUrls: [long] });
			told.list(index * 1000, [member]);
			told.answer(index * 1000, `${index}`, { version: long, errors: Array(100).fill(long) });
			told.fail(index * 1000, `${index}`, 'rejected', { detail: long, where: long });
			told.scrape(index * 1000, '299', [
				[`etcd_network_active_peers{Remote="${index}"}`, 1],
				[`os_fd_used{a="${long}"}`, 1],
			]);
			told.keys(index * 1000, { [`${index}${long}`]: { put: 1 } });
		}
		const { rows, goneAtMs, watch } = told.history;
		expect([rows.size, goneAtMs.size <= 64, watch.resources.size]).toEqual([64, true, 128]);
		expect([...watch.resources.keys()].every(name => name.length <= 256)).toBe(true);
		const snapshot = JSON.stringify(snapshotAt(told.history, 299_000), (_, value) =>
			typeof value === 'bigint' ? `${value}` : value,
		);
		expect(snapshot.length).toBeLessThan(20_000);
	});

	it('takes alarms for the same that are named in another order', () => {
		const told = story();
		told.list(0, [memberOf('1')]);
		const alarms = ['memberID:1 alarm:NOSPACE ', 'memberID:2 alarm:NOSPACE ', 'memberID:3 alarm:NOSPACE '];
		told.answer(0, '1', { errors: alarms });
		told.answer(1000, '1', { errors: alarms.toReversed() });
		expect(told.history.rows.get('1')!.facts.length).toBe(1);
	});

	it('forgets a row a day after it left the list', () => {
		const told = story();
		told.list(0, [memberOf('1'), memberOf('2')]);
		told.answer(0, '2');
		told.list(1000, [memberOf('1')]);
		expect(told.history.rows.has('2')).toBe(true);
		told.list(25 * 3_600_000, [memberOf('1', { name: 'new' })]);
		expect(told.history.rows.has('2')).toBe(false);
	});

	it('holds seven members for a week in tens of megabytes, and no more in the second', () => {
		const bytesOf = ({ rows, watch }: History) =>
			[...rows.values()].reduce(
				(sum, { numbers, attempts, metrics, clock }) =>
					sum + numbers.allocatedBytes + attempts.allocatedBytes + metrics.table.allocatedBytes + clock.allocatedBytes,
				watch.sums.allocatedBytes,
			);
		// One member of seven with six peers, and with readings far apart: the tiers fill all the same.
		const told = story({ statusIntervalMs: 1000, metricsIntervalMs: 2000 });
		const bounds = Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`${index + 1}`, 1]));
		const scrape = new Map([
			...bucketsOf('etcd_disk_wal_fsync_duration_seconds', bounds),
			...bucketsOf('etcd_disk_backend_commit_duration_seconds', bounds),
			...Array.from({ length: 6 }, (_, peer) =>
				bucketsOf('etcd_network_peer_round_trip_time_seconds', bounds, `To="${peer}",`),
			).flat(),
			...Array.from(
				{ length: 60 },
				(_, index) => [`etcd_network_active_peers{Remote="${index}"}`, 1] as [string, number],
			),
		]);
		const dayMs = 86_400_000;
		const run = (fromMs: number, toMs: number) => {
			for (let atMs = fromMs; atMs < toMs; atMs += 150_000) {
				told.answer(atMs, '1');
				told.scrape(atMs, '1', scrape);
			}
		};
		run(0, dayMs / 24);
		expect(bytesOf(told.history)).toBeLessThan(500_000);
		run(dayMs / 24, 7.5 * dayMs);
		const week = bytesOf(told.history);
		expect(week * 7).toBeLessThan(60_000_000);
		run(7.5 * dayMs, 15 * dayMs);
		expect(bytesOf(told.history)).toBe(week);
		// A week back is still there.
		expect(snapshotAt(told.history, 8 * dayMs).members[0]?.numbers?.version).toBe(statusOf('1').version);
		expect(snapshotAt(told.history, 7 * dayMs).members).toEqual([]);
	});
});
