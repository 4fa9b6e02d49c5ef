import { describe, expect, it } from 'vitest';
import { bucketsOf } from '../cluster/story.ts';
import { findings, healthy } from './judged.ts';
import { type Talk, talking } from './talking.ts';

const family = 'etcd_network_peer_round_trip_time_seconds';

/** Two observations of each peer in 30 s, in the bucket that ends at the given bound, 0.8 ms where none is given. */
const trips =
	(slow: Readonly<Record<string, string>>, ids = ['1', '2', '3']): Talk['samplesOf'] =>
	(id, second) =>
		ids
			.filter(of => of !== id)
			.flatMap(of => {
				const le = slow[`${id}>${of}`] ?? '0.0008';
				const bounds = ['0.0004', '0.0008', '0.0064', '0.0128', '0.1024', '0.2048', '+Inf'];
				const counts = Object.fromEntries(bounds.map(bound => [bound, bound === le ? 2 * Math.floor(second / 30) : 0]));
				return bucketsOf(family, counts, `To="${of}",`);
			});

const verdict = (slow: Readonly<Record<string, string>>, seconds = 330) =>
	findings(talking({ seconds, samplesOf: trips(slow) }), seconds * 1000, 'peer-slow');

describe('peer-slow', () => {
	it('blames the link where one pair is slow, whoever of the two measured it', () => {
		expect(verdict({ '1>2': '0.2048', '2>1': '0.2048' })).toMatchObject([
			{
				severity: 'warning',
				member: null,
				title: 'the way m1–m2 is slow',
				evidence: 'median of five minutes: m1–m2 154 ms; the others at most 0.6 ms',
				reasoning: [expect.stringContaining('the link between them')],
				chart: { kind: 'latency', latency: 'peerRtt' },
			},
		]);
		expect(verdict({ '2>1': '0.2048' })).toMatchObject([{ title: 'the way m1–m2 is slow' }]);
	});

	it('blames the member where all of its pairs are slow and no others', () => {
		expect(verdict({ '1>2': '0.2048', '3>2': '0.2048' })).toMatchObject([
			{ severity: 'warning', member: '2', title: 'round trips to m2 are slow' },
		]);
	});

	it('says that all are slow where all are', () => {
		const all = { '1>2': '0.1024', '1>3': '0.1024', '2>3': '0.1024' };
		expect(verdict(all)).toMatchObject([
			{ severity: 'info', member: null, title: 'all members are slow to reach each other' },
		]);
	});

	it('is silent about quick ones, too few probes, and without metrics', () => {
		expect(verdict({})).toEqual([]);
		expect(verdict({ '1>2': '0.2048' }, 120)).toEqual([]);
		expect(findings(healthy(), 0, 'peer-slow')).toEqual([]);
	});

	it('does not say of all what was measured of some', () => {
		const some: Talk['samplesOf'] = (id, second) =>
			[...trips({ '1>2': '0.2048', '2>3': '0.2048' })!(id, second)].filter(
				([name]) => !(id === '1' && name.includes('To="3"')) && !(id === '3' && name.includes('To="1"')),
			);
		const told = talking({ seconds: 330, samplesOf: some });
		expect(findings(told, 330_000, 'peer-slow')).toMatchObject([{ title: '2 ways between members are slow' }]);
	});

	it('does not take one old value, told again each 5 s while nothing passes, for round trips', () => {
		const stale: Talk['samplesOf'] = (id, second) => trips({ '1>2': '0.2048', '2>1': '0.2048' })!(id, 6 * second);
		expect(findings(talking({ seconds: 330, samplesOf: stale }), 330_000, 'peer-slow')).toEqual([]);
		const slow = trips({ '1>2': '0.2048', '2>1': '0.2048' });
		const cut = talking({ seconds: 330, samplesOf: slow, lost: { '1<2': 300, '2<1': 300 } });
		expect(findings(cut, 330_000, 'peer-slow')).toEqual([]);
	});
});
