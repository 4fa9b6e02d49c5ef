import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistory, record } from '../../../source/cluster/history.ts';
import type { MembersReading, MetricsReading, StatusReading } from '../../../source/cluster/reading.ts';
import { ownRowsAt } from '../../../source/cluster/rows.ts';
import { FileClock } from '../../../source/collect/recording/file-clock.ts';
import type { Recorded } from '../../../source/collect/recording/line-reader.ts';
import { LineReader } from '../../../source/collect/recording/line-reader.ts';
import { Ordering } from '../../../source/collect/recording/ordering.ts';
import { openRecording } from '../../../source/collect/recording/read.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { examinations } from './examinations.ts';

const time = '2026-01-01T00:00:00.000Z';
const header = { type: 'header', version: 1, time, clusterId: 'c1', intervalSeconds: 60 };

const reader = () => new LineReader(new FileClock(1000));
const take = (line: object, from = reader()) => from.take(JSON.stringify(line));

/** What is read from a file of these lines. */
async function read(lines: readonly (object | string)[]) {
	const path = join(temporaryFolder(), 'recording.jsonl');
	writeFileSync(path, lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
	const recording = await openRecording(path);
	const items: Recorded[] = [];
	for await (const item of recording.play()) items.push(item);
	return { items, state: recording.state(), facts: recording.facts };
}

const reading = (second: number, patch: object = {}) => ({
	type: 'reading',
	time: new Date(Date.parse(time) + second * 1000).toISOString(),
	member: '1',
	endpoint: 'http://1:2379',
	latencySeconds: 0.002,
	status: { version: '3.5.30', leader: '1', raftTerm: '3' },
	error: null,
	...patch,
});

describe('a recording of another program', () => {
	it('may leave out what is optional', async () => {
		const { items, state, facts } = await read([
			header,
			{ type: 'members', time, members: [{ id: '1', name: 'm1', peerUrls: [], clientUrls: [], isLearner: false }] },
			reading(0, { metrics: { etcd_server_has_leader: 1, unknown_metric: 5 } }),
			reading(60),
			reading(120, { metrics: { etcd_server_has_leader: 0 } }),
			reading(180, { metrics: {} }),
		]);
		expect(state).toMatchObject({ skipped: 0, understood: 6 });
		expect(facts).toMatchObject({ clusterId: 'c1', statusIntervalMs: 60_000 });
		const list = items.find((item): item is MembersReading => item.kind === 'members')!;
		expect(list).toMatchObject({ clusterId: null, targets: [{ key: '1', endpoint: '1' }], failure: null });
		const status = items.find((item): item is StatusReading => item.kind === 'status')!;
		expect(status.outcome).toMatchObject({
			kind: 'answered',
			status: { clusterId: 'c1', memberId: '1', leaderId: '1', raftTerm: 3n, revision: 0n, errors: [] },
		});
		const scrapes = items.filter((item): item is MetricsReading => item.kind === 'metrics');
		// A line without metrics says nothing; an empty one says that nothing changed.
		expect(scrapes.map(({ outcome }) => outcome.kind === 'answered' && [...outcome.samples])).toEqual([
			[['etcd_server_has_leader', 1]],
			[['etcd_server_has_leader', 0]],
			[['etcd_server_has_leader', 0]],
		]);
		expect(scrapes.map(({ timeMs }) => (timeMs - Date.parse(time)) / 1000)).toEqual([0, 120, 180]);
	});

	it('may write 64-bit numbers as text or as numbers, and ids with zeros in front', () => {
		const status = { header: { cluster_id: '00C1', revision: 7 }, dbSize: 12, raftIndex: '9007199254740993' };
		const [found] = take(reading(0, { member: '0x0A', status }))!;
		expect(found).toMatchObject({
			key: 'a',
			outcome: { status: { clusterId: 'c1', revision: 7n, dbSizeBytes: 12, raftIndex: 9007199254740993n } },
		});
	});

	it.each([
		['connection refused', 'refused'],
		['context deadline exceeded', 'timeout'],
		['etcdserver: permission denied', 'permission-denied'],
		['x509: certificate has expired', 'tls-expired'],
		['something else', 'unreachable'],
	])('tells by its words why a member did not answer: %s', (error, kind) => {
		const [found] = take(reading(0, { status: null, error }))!;
		expect(found).toMatchObject({ kind: 'status', outcome: { kind: 'failed', failure: { kind, detail: error } } });
	});

	it.each([
		['without an error', { error: null }, /nobody wrote down why/],
		['without the field', { error: undefined }, /nobody wrote down why/],
		['with metrics that are null', { error: null, metrics: null }, /nobody wrote down why/],
		['with an error that is no text', { error: { message: 'connection refused' } }, /connection refused/],
	])('tells by a status that is null that a member did not answer, %s', async (_, patch, detail) => {
		const { items, state } = await read([header, reading(0), reading(60, { status: null, ...patch })]);
		const failure = { detail: expect.stringMatching(detail) };
		expect(items[1]).toMatchObject({ kind: 'status', outcome: { kind: 'failed', failure } });
		expect(state.skipped).toBe(0);
	});

	it('may give a member that did not answer an empty set of samples, which is no answer either', async () => {
		const metrics = { etcd_server_has_leader: 1 };
		const down = { status: null, error: 'connection refused', metrics: {} };
		const kinds = async (patch: object) =>
			(await read([reading(0, { metrics }), reading(60, { ...down, ...patch })])).items.map(({ kind }) => kind);
		expect(await kinds({})).toEqual(['metrics', 'status', 'status']);
		expect(await kinds({ metricsTime: reading(60).time })).toEqual(['metrics', 'status', 'metrics', 'status']);
	});

	it('may name no member: who has no name told goes by the id, and is not one that never started', () => {
		const named = (member: object) =>
			(take({ type: 'members', time, members: [member] })![0] as MembersReading).members;
		expect(named({ id: 'a1' })).toMatchObject([{ name: 'a1' }]);
		expect(named({ id: 'a1', clientUrls: ['http://1:2379'] })).toMatchObject([{ name: 'a1' }]);
		expect(named({ id: 'a1', name: '', clientUrls: [] })).toMatchObject([{ name: '' }]);
		expect(named({ id: 'a1', clientUrls: [] })).toMatchObject([{ name: '' }]);
	});

	it('may claim another cluster in its header than all members tell', async () => {
		const told = (second: number) => reading(second, { status: { header: { cluster_id: 'c2' }, leader: '1' } });
		const { items } = await read([header, { type: 'members', time, members: [{ id: '1' }] }, told(0), told(60)]);
		const history = createHistory({ quotaFlagBytes: null });
		for (const item of items) if (item.kind !== 'operation') record(history, item);
		expect(ownRowsAt(history, items.at(-1)!.atMs)).toHaveLength(1);
	});

	it('may give samples as text, as Prometheus does', () => {
		const metrics = {
			etcd_server_has_leader: '1',
			os_fd_used: '1.5e+03',
			os_fd_limit: 'NaN',
			process_cpu_seconds_total: '',
		};
		const [scrape] = take(reading(0, { metrics }))! as MetricsReading[];
		expect(scrape!.outcome).toMatchObject({
			samples: new Map([
				['etcd_server_has_leader', 1],
				['os_fd_used', 1500],
			]),
		});
	});

	it('may begin with a mark of its encoding', async () => {
		const { facts, state } = await read([`\ufeff${JSON.stringify(header)}`, reading(0)]);
		expect({ facts, state }).toMatchObject({ facts: { clusterId: 'c1' }, state: { skipped: 0 } });
		await expect(read([`\ufeff${JSON.stringify({ ...header, version: 2 })}`])).rejects.toThrow(/of version 2/);
	});

	it('tells by its readings how often it was read, where its header does not or is wrong', async () => {
		const minutes = Array.from({ length: 6 }, (_, minute) => reading(60 * minute, { metrics: {} }));
		const sixty = { statusIntervalMs: 60_000, metricsIntervalMs: 60_000 };
		expect((await read(minutes)).facts).toMatchObject(sixty);
		expect((await read([{ ...header, intervalSeconds: 1 }, ...minutes])).facts).toMatchObject(sixty);
		expect((await read([{ ...header, intervalSeconds: 70 }, ...minutes])).facts).toMatchObject({
			statusIntervalMs: 70_000,
		});
		expect((await read([header])).facts).toMatchObject(sixty);
		expect((await read([{ type: 'header', time }])).facts).toMatchObject({
			statusIntervalMs: 1000,
			metricsIntervalMs: 2000,
		});
	});

	it.each([2, 3.1, '4', '2.0.0'])('of version %s is refused with one line that says what to do', async version => {
		await expect(read([{ ...header, version }])).rejects.toThrow(
			/recording\.jsonl: it is a recording of version \d.*; try a newer etcdtop$/,
		);
	});

	it('of a younger minor version is read', async () => {
		expect((await read([{ ...header, version: 1.9 }, reading(0)])).items).toHaveLength(1);
	});
});

describe('lines that are wrong', () => {
	const wrong: readonly (readonly [string, object | string])[] = [
		['no JSON', '{"type":"reading"'],
		['no object', '[1,2]'],
		['no type', { time }],
		['no time', { ...reading(0), time: undefined }],
		['a time of another world', { ...reading(0), time: 'yesterday' }],
		['a status of another type', reading(0, { status: 'fine' })],
		['a number that is none', reading(0, { status: { dbSize: {} } })],
		['a number beyond all', reading(0, { status: { raftIndex: '9'.repeat(400) } })],
		['no member', { ...reading(0), member: null, endpoint: null }],
		['metrics of another type', reading(0, { metrics: [1] })],
		['members that are none', { type: 'members', time, members: [7] }],
		['a member without id', { type: 'members', time, members: [{ name: 'm1' }] }],
		['alarms that are none', { type: 'alarms', time, alarms: [{ member: '1', type: 'FIRE' }] }],
		['keys without counts', { type: 'keys', time, changes: [1] }],
		['a watch that does nothing', { type: 'watch', time, state: { kind: 'asleep' } }],
		['a clock without a number', { type: 'clock', time, offsetMs: 'late' }],
	];

	it.each(wrong)('are passed over and counted: %s', async (_, line) => {
		const { items, state } = await read([header, line, reading(1)]);
		expect(items).toHaveLength(1);
		expect(state).toMatchObject({ skipped: 1, understood: 2, isTorn: true });
	});

	it('of types that nobody knows say nothing', async () => {
		const lines = [
			{ type: 'weather', time },
			{ type: 'examination', time, examination: { topic: 'new' } },
			{ type: '__proto__', time },
		];
		expect(await read([header, ...lines])).toMatchObject({ items: [], state: { skipped: 0 } });
	});

	it('of an examination whose facts are not of their types are passed over', () => {
		const isTaken = (examination: unknown) => take({ type: 'examination', time, examination }) !== null;
		const broken = (value: unknown): unknown[] =>
			Array.isArray(value)
				? [7, ...value.flatMap((item, at) => broken(item).map(other => value.with(at, other)))]
				: typeof value === 'object' && value !== null
					? Object.entries(value).flatMap(([name, field]) =>
							name === 'topic' ? [] : broken(field).map(other => ({ ...value, [name]: other })),
						)
					: [{ not: 'this' }];
		let count = 0;
		for (const examination of Object.values(examinations)) {
			expect(isTaken(examination), examination.topic).toBe(true);
			for (const other of broken(examination)) {
				count++;
				expect(isTaken(other), JSON.stringify(other)).toBe(false);
			}
		}
		expect(count).toBeGreaterThan(80);
	});

	it('that are too long are let go', async () => {
		const long = reading(0, { error: 'x'.repeat(5_000_000) });
		const { items, state } = await read([header, long, reading(1), long, long, reading(2)]);
		expect(items).toHaveLength(2);
		expect(state).toMatchObject({ tooLong: 3, skipped: 0 });
	});

	it('never make it throw, and keep what it holds within bounds', () => {
		const value = fc.jsonValue({ maxDepth: 3 });
		const kinds = ['reading', 'members', 'keys', 'watch', 'alarms', 'examination', 'operation', 'clock', 'end'];
		const line = fc
			.record({ type: fc.constantFrom(...kinds), time: fc.constant(time) })
			.chain(start =>
				fc
					.dictionary(
						fc.constantFrom(
							'member',
							'endpoint',
							'status',
							'metrics',
							'members',
							'changes',
							'lines',
							'state',
							'failure',
							'targets',
							'key',
						),
						value,
					)
					.map(rest => ({ ...start, ...rest })),
			);
		const one = reader();
		fc.assert(
			fc.property(line, fields => {
				for (const item of one.take(JSON.stringify(fields)) ?? [])
					expect(Number.isFinite(item.atMs) && Number.isFinite(item.timeMs)).toBe(true);
			}),
			{ numRuns: 2000 },
		);
	});

	it('name no more members and samples than a cluster has', () => {
		const one = reader();
		const many = Object.fromEntries(
			Array.from({ length: 10_000 }, (_, index) => [`etcd_network_active_peers{Local="1",Remote="${index}"}`, 1]),
		);
		const [scrape] = take(reading(0, { metrics: many }), one)!;
		expect(scrape).toMatchObject({ kind: 'metrics' });
		expect((scrape as unknown as { outcome: { samples: Map<string, number> } }).outcome.samples.size).toBe(2000);
		for (let member = 0; member < 100; member++) take(reading(0, { member: `m${member}`, metrics: {} }), one);
		expect(take(reading(0, { member: 'another', metrics: {} }), one)).toBeNull();
	});
});

describe('times in a file', () => {
	it('stay a gap where they are one', () => {
		const clock = new FileClock(1000);
		expect(clock.stamp(5000).atMs).toBe(5000);
		expect(clock.stamp(3_605_000).atMs).toBe(3_605_000);
	});

	it('go on where the clock was set back, and where it leaps by years', () => {
		const clock = new FileClock(1000);
		const times = [100_000, 101_000, 41_000, 42_000, 4e12, 4e12 + 1000].map(timeMs => clock.stamp(timeMs));
		expect(times.map(({ atMs }) => atMs)).toEqual([100_000, 101_000, 102_000, 103_000, 104_000, 105_000]);
		expect(times.map(({ timeMs }) => timeMs)).toEqual([100_000, 101_000, 41_000, 42_000, 4e12, 4e12 + 1000]);
	});

	it('may be in slight disorder', () => {
		const clock = new FileClock(1000);
		const ordering = new Ordering<{ atMs: number }>(5000);
		const given = [1, 4, 3, 2, 8, 7, 15, 14, 12, 30].map(second => clock.stamp(second * 1000));
		const out = [...given.flatMap(item => ordering.take(item)), ...ordering.rest()];
		expect(out.map(({ atMs }) => atMs / 1000)).toEqual([1, 2, 3, 4, 7, 8, 12, 14, 15, 30]);
	});
});
