import { describe, expect, it } from 'vitest';
import { histogramFamilies, wantedFamilies } from '../../source/cluster/metric-names.ts';
import { MetricTable } from '../../source/cluster/metric-table.ts';
import { parseSampleName } from '../../source/cluster/sample-name.ts';

const shapes = [{ stepMs: 0, rows: 100 }];
const rtt = histogramFamilies.peerRtt;

describe('parseSampleName', () => {
	it('takes labels apart, whatever is in their values', () => {
		const { name, labels } = parseSampleName('a_total{To="x,\\"}y\\\\",le="0.1"}');
		expect(name).toBe('a_total');
		expect([...labels]).toEqual([
			['To', 'x,"}y\\'],
			['le', '0.1'],
		]);
	});

	it('leaves out what is not the exposition form', () => {
		expect([...parseSampleName('a{le=1,b="2"}').labels]).toEqual([]);
		expect(parseSampleName('plain').labels.size).toBe(0);
	});
});

describe('MetricTable', () => {
	it('keeps what is wanted, and no value that is not a number', () => {
		const metrics = new MetricTable(shapes);
		metrics.write(
			0,
			new Map([
				['etcd_server_has_leader', 1],
				['go_goroutines', 5],
				['os_fd_used', Number.POSITIVE_INFINITY],
			]),
		);
		expect(metrics.column('go_goroutines')).toBeNull();
		const tier = metrics.table.tiers[0]!;
		expect(tier.numberAt(metrics.column('etcd_server_has_leader')!, 0)).toBe(1);
		expect(tier.numberAt(metrics.column('os_fd_used')!, 0)).toBeNaN();
	});

	it('leaves a hole where a later scrape lacks a sample', () => {
		const metrics = new MetricTable(shapes);
		metrics.write(0, new Map([['etcd_server_has_leader', 1]]));
		metrics.write(1000, new Map([['os_fd_used', 1]]));
		expect(metrics.table.tiers[0]!.numberAt(metrics.column('etcd_server_has_leader')!, 1)).toBeNaN();
	});

	it('groups buckets into histograms by their other labels, by rising bound', () => {
		const metrics = new MetricTable(shapes);
		const samples = ['b', 'a'].flatMap(to =>
			['+Inf', '0.0002', '0.0001', 'junk'].map(le => [`${rtt}_bucket{To="${to}",le="${le}"}`, 1] as const),
		);
		metrics.write(0, new Map(samples));
		const histograms = metrics.histograms(rtt);
		expect(histograms.map(({ labels, bounds }) => [labels.get('To'), bounds])).toEqual([
			['b', [0.0001, 0.0002, Number.POSITIVE_INFINITY]],
			['a', [0.0001, 0.0002, Number.POSITIVE_INFINITY]],
		]);
	});

	it('sees a peer that joins later', () => {
		const metrics = new MetricTable(shapes);
		metrics.write(0, new Map([[`${rtt}_bucket{To="a",le="1"}`, 1]]));
		expect(metrics.histograms(rtt)).toHaveLength(1);
		metrics.write(1, new Map([[`${rtt}_bucket{To="b",le="1"}`, 1]]));
		expect(metrics.histograms(rtt)).toHaveLength(2);
	});

	it('bounds the number of columns, and gives those of a peer that left to the next', () => {
		const metrics = new MetricTable(shapes);
		const peers = (from: number, count: number) =>
			new Map(Array.from({ length: count }, (_, index) => [`etcd_network_active_peers{Remote="${from + index}"}`, 1]));
		metrics.write(0, peers(0, 5000));
		expect(metrics.table.columns).toBe(400);
		expect(metrics.column('etcd_network_active_peers{Remote="399"}')).not.toBeNull();
		metrics.write(1000, peers(5000, 3));
		expect(metrics.column('etcd_network_active_peers{Remote="5000"}')).toBeNull();
		metrics.write(30 * 60_000, peers(5000, 3));
		const column = metrics.column('etcd_network_active_peers{Remote="5000"}')!;
		expect(metrics.table.columns).toBe(400);
		const tier = metrics.table.tiers[0]!;
		expect([0, 1, 2].map(row => tier.numberAt(column, row))).toEqual([Number.NaN, Number.NaN, 1]);
		expect(metrics.column('etcd_network_active_peers{Remote="0"}')).toBeNull();
	});

	it('needs a sane number of columns for a large cluster', () => {
		expect(wantedFamilies.size).toBeLessThan(60);
	});
});
