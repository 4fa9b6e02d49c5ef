import { describe, expect, it } from 'vitest';
import { peerMatrix } from '../../source/cluster/peer-matrix.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { memberOf, type Story, story } from './story.ts';

const members = ['1', '2', '3'].map(id => memberOf(id));

const received = (from: string, bytes: number): [string, number] => [
	`etcd_network_peer_received_bytes_total{From="${from}"}`,
	bytes,
];
const active = (by: string, of: string, value: number): [string, number] => [
	`etcd_network_active_peers{Local="${by}",Remote="${of}"}`,
	value,
];

/** m1 leads and tells of m2 by `bytesAt` and `activeAt`, a reading a second. */
function told(
	seconds: number,
	bytesAt: (second: number) => number | null,
	activeAt: (second: number) => number | null = () => 1,
): Story {
	const it = story();
	it.list(0, members);
	for (let second = 0; second <= seconds; second++) {
		for (const { id } of members) it.answer(second * 1000, id);
		const bytes = bytesAt(second);
		const isActive = activeAt(second);
		it.scrape(second * 1000, '1', [
			['process_start_time_seconds', 1],
			...(bytes === null ? [] : [received('2', bytes)]),
			...(isActive === null ? [] : [active('1', '2', isActive)]),
		]);
	}
	return it;
}

const linkAt = (it: Story, second: number, by = '1', of = '2') =>
	peerMatrix(it.history, snapshotAt(it.history, second * 1000)).link(by, of);

describe('who hears whom', () => {
	it('is heard while bytes come, and quiet once none came for five seconds', () => {
		const it = told(30, second => 100 * Math.min(second, 20));
		expect(linkAt(it, 20)).toMatchObject({ hearing: { kind: 'heard', lastMs: 20_000 }, disconnectedSeconds: 0 });
		expect(linkAt(it, 24)!.hearing).toEqual({ kind: 'heard', lastMs: 20_000 });
		expect(linkAt(it, 25)!.hearing).toEqual({ kind: 'quiet', fromMs: 20_000, toMs: 25_000 });
		expect(linkAt(it, 30)!.hearing).toEqual({ kind: 'quiet', fromMs: 20_000, toMs: 30_000 });
	});

	it('looks back for a minute, and says at least', () => {
		expect(
			linkAt(
				told(200, () => 7),
				200,
			)!.hearing,
		).toEqual({ kind: 'quiet', fromMs: 140_000, toMs: 200_000 });
	});

	it('takes a known peer of which there is no sample for one that was never heard', () => {
		expect(
			linkAt(
				told(30, () => null),
				30,
			)!.hearing,
		).toEqual({ kind: 'quiet', fromMs: 0, toMs: 30_000 });
		expect(
			linkAt(
				told(4, () => null),
				4,
			)!.hearing,
		).toBeNull();
	});

	it('knows nothing without metrics, of who is not told of, and too early', () => {
		const it = told(
			30,
			() => null,
			() => null,
		);
		expect(linkAt(it, 30)).toMatchObject({ hearing: null, disconnectedSeconds: null });
		expect(linkAt(it, 30, '2', '1')).toBeNull();
		expect(
			linkAt(
				told(30, second => second),
				0,
			)!.hearing,
		).toBeNull();
		expect(
			linkAt(
				told(30, second => second),
				60,
			),
		).toBeNull();
	});

	it('does not count the silence of while the peer was away', () => {
		const it = told(30, () => 7);
		it.fail(31_000, '2', 'timeout');
		it.answer(32_000, '2');
		it.answer(32_000, '1');
		it.scrape(32_000, '1', [received('2', 7), active('1', '2', 1)]);
		expect(linkAt(it, 32)!.hearing).toBeNull();
		it.fail(33_000, '2', 'timeout');
		it.scrape(33_000, '1', [received('2', 7), active('1', '2', 1)]);
		expect(linkAt(it, 33)!.hearing).toEqual({ kind: 'quiet', fromMs: 0, toMs: 33_000 });
	});

	it('says for how long there is no connection', () => {
		const it = told(
			30,
			() => 7,
			second => (second < 20 ? 1 : 0),
		);
		expect(linkAt(it, 19)!.disconnectedSeconds).toBe(0);
		expect(linkAt(it, 30)!.disconnectedSeconds).toBe(10);
	});

	it('judges readings a minute apart like readings a second apart', () => {
		const rare = (bytesAt: (minute: number) => number) => {
			const it = story({ statusIntervalMs: 60_000, metricsIntervalMs: 60_000 });
			it.list(0, members);
			for (let minute = 0; minute <= 10; minute++) {
				for (const { id } of members) it.answer(minute * 60_000, id);
				it.scrape(minute * 60_000, '1', [received('2', bytesAt(minute))]);
			}
			return it;
		};
		expect(
			linkAt(
				rare(minute => minute),
				600,
			)!.hearing,
		).toMatchObject({ kind: 'heard' });
		expect(
			linkAt(
				rare(() => 5),
				600,
			)!.hearing,
		).toEqual({ kind: 'quiet', fromMs: 420_000, toMs: 600_000 });
	});
});
