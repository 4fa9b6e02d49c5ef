import { describe, expect, it } from 'vitest';
import { histogramFamilies } from '../../../source/cluster/metric-names.ts';
import type { Reading } from '../../../source/cluster/reading.ts';
import { CarriedSamples } from '../../../source/collect/recording/samples.ts';
import { changeOf, failureOf, memberOf } from '../../cluster/story.ts';
import { answered, linesOf, listed, scraped, stamp } from './recorded.ts';

const time = (atMs: number) => new Date(stamp(atMs).timeMs).toISOString();
const ofType = (lines: readonly Record<string, unknown>[], type: string) => lines.filter(line => line.type === type);
const bucket = `${histogramFamilies.fsync}_bucket{le="0.001"}`;

const failed = (atMs: number, key: string, patch: Parameters<typeof failureOf>[1] = {}): Reading => ({
	...stamp(atMs),
	kind: 'status',
	key,
	endpoint: `http://${key}:2379`,
	outcome: { kind: 'failed', failure: failureOf('refused', patch) },
});

describe('the lines of a recording', () => {
	it('are those of the contract', () => {
		const [header, members, reading, ...rest] = linesOf([
			listed(0, [memberOf('1')]),
			scraped(900, '1', { etcd_server_has_leader: 1, [bucket]: 12 }),
			answered(1000, '1', { revision: 2n ** 60n, leaderId: 'ab', errors: ['etcdserver: no leader'] }),
		]);
		expect(header).toEqual({
			...{ type: 'header', version: 1, createdBy: 'etcdtop test', time: time(0), clusterId: 'c1' },
			...{ intervalSeconds: 1, metricsIntervalSeconds: 2, quotaBytes: null },
		});
		expect(members).toMatchObject({
			...{ type: 'members', time: time(0) },
			members: [{ id: '1', name: 'm1', peerUrls: ['http://1:2380'], clientUrls: ['http://1:2379'], isLearner: false }],
		});
		expect(reading).toMatchObject({
			...{ type: 'reading', time: time(1000), member: '1', endpoint: 'http://1:2379', latencySeconds: 0.001 },
			status: {
				header: { cluster_id: 'c1', member_id: '1', revision: '1152921504606846976', raft_term: '5' },
				...{ version: '3.5.30', dbSize: '20000000', dbSizeInUse: '10000000', leader: 'ab', raftTerm: '5' },
				...{ raftIndex: '1000', raftAppliedIndex: '1000', isLearner: false, errors: ['etcdserver: no leader'] },
			},
			metrics: { etcd_server_has_leader: 1, [bucket]: 12 },
			error: null,
		});
		expect(rest).toEqual([{ type: 'end', time: expect.any(String), reason: null }]);
	});

	it('say of a member that did not answer that its status is null, and why', () => {
		const lines = linesOf([listed(0), failed(1000, '2'), scraped(1001, '2', {}), scraped(3001, '2', {})]);
		expect(ofType(lines, 'reading').length).toBe(3);
		for (const line of ofType(lines, 'reading'))
			expect(line).toMatchObject({ member: '2', status: null, latencySeconds: null, error: /refused/ });
	});

	it('count what the watch saw, and hold no value', () => {
		const [, , keys] = linesOf([
			listed(0),
			{
				...{ ...stamp(5), kind: 'keys', revision: 77n, unlisted: 2 },
				changes: new Map([['pods', { put: 3, delete: 1, bytes: 9120 }]]),
				lines: [changeOf('a\u202eb', { sizeBytes: 7 })],
			},
		]);
		expect(keys).toMatchObject({
			...{ type: 'keys', time: time(5), revision: '77', changes: { pods: { put: 3, delete: 1, bytes: 9120 } } },
		});
		expect(Object.keys((keys!.lines as object[])[0]!).sort()).toEqual(
			['isNoise', 'name', 'operation', 'resource', 'revision', 'sizeBytes', 'time'].sort(),
		);
	});

	it('hold only the samples that changed since that member’s last line', () => {
		const lines = linesOf([
			listed(0),
			...[0, 2000, 4000].flatMap(atMs => [
				scraped(atMs, '1', { etcd_server_has_leader: 1, [bucket]: atMs / 2000 }),
				scraped(atMs, '2', { etcd_server_has_leader: atMs === 4000 ? 0 : 1 }),
				answered(atMs + 1000, '1'),
				answered(atMs + 1000, '2'),
			]),
		]);
		const of = (member: string) =>
			ofType(lines, 'reading').flatMap(line => (line.member === member ? [line.metrics] : []));
		expect(of('1')).toEqual([{ etcd_server_has_leader: 1, [bucket]: 0 }, { [bucket]: 1 }, { [bucket]: 2 }]);
		expect(of('2')).toEqual([{ etcd_server_has_leader: 1 }, {}, { etcd_server_has_leader: 0 }]);
	});

	it('hold all of them where one is gone, and every five minutes, for who begins in the middle', () => {
		const readings = [listed(0)];
		for (let second = 0; second < 700; second += 2)
			readings.push(
				scraped(second * 1000, '1', {
					etcd_server_is_leader: 1,
					[bucket]: second,
					...(second < 100 ? { os_fd_used: 3 } : { os_fd_used: Number.NaN }),
				}),
				answered(second * 1000 + 1000, '1'),
			);
		const lines = linesOf(readings);
		const complete = ofType(lines, 'reading').filter(line => line.metricsComplete === true);
		const secondOf = (line: Record<string, unknown>) => (Date.parse(String(line.metricsTime)) - stamp(0).timeMs) / 1000;
		expect(complete.map(secondOf)).toEqual([0, 100, 400]);
		expect(ofType(lines, 'members')).toHaveLength(3);
		expect(complete[1]!.metrics).toEqual({ etcd_server_is_leader: 1, [bucket]: 100 });

		const carried = new CarriedSamples();
		const late = lines.filter(line => line.type === 'reading' && secondOf(line) >= 300);
		const known = late.map(
			line => carried.next('1', line.metrics, line.metricsComplete === true, secondOf(line) * 1000)?.size,
		);
		expect(known.slice(50)).toEqual(known.slice(50).map(() => 2));
		expect(known[0]).toBe(1);
	});

	it('begin with the header, also where nobody ever tells the cluster’s id', () => {
		const silent = Array.from({ length: 10 }, (_, second) => failed(second * 1000, 'http://a:2379'));
		const lines = linesOf(silent);
		expect(lines[0]).toMatchObject({ type: 'header', clusterId: null });
		expect(ofType(lines, 'header')).toHaveLength(1);
		expect(ofType(lines, 'reading')).toHaveLength(10);
		expect(linesOf([]).map(({ type }) => type)).toEqual(['header', 'end']);
	});

	it('hold no password of a URL', () => {
		const url = 'https://root:hunter2@m1:2379';
		const patch = { where: url, detail: `GET ${url}/metrics: no` };
		const lines = linesOf([
			listed(0),
			failed(1, '1', patch),
			{
				...{ ...stamp(2), kind: 'metrics', key: '1' },
				outcome: { kind: 'answered', url: `${url}/metrics`, samples: new Map(), serverTimeMs: null },
			},
			{
				...{ ...stamp(3), kind: 'metrics', key: '1' },
				outcome: { kind: 'failed', failure: failureOf('refused', patch) },
			},
			failed(4, '1', patch),
		]);
		expect(JSON.stringify(lines)).not.toContain('hunter2');
		expect(JSON.stringify(lines)).toContain('https://m1:2379');
	});

	it('call a list that could not be read no empty list', () => {
		const lines = linesOf([
			{ ...stamp(0), kind: 'members', clusterId: null, members: [], targets: [], failure: failureOf('refused') },
		]);
		expect(ofType(lines, 'members')).toEqual([]);
	});
});
