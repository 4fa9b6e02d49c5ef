import { describe, expect, it } from 'vitest';
import type { Examination, Topic } from '../../../source/cluster/examination.ts';
import { createHistory, examinationAt, type History, record } from '../../../source/cluster/history.ts';
import { leaderTimeline } from '../../../source/cluster/leaders.ts';
import type { Reading } from '../../../source/cluster/reading.ts';
import { snapshotAt } from '../../../source/cluster/snapshot-at.ts';
import { watchLines } from '../../../source/cluster/watch-view.ts';
import { diagnose } from '../../../source/diagnosis/diagnose.ts';
import { failureOf, memberOf } from '../../cluster/story.ts';
import { membersOf, type Script, tell } from '../../panes/script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { examinations } from './examinations.ts';
import { answered, listed, played, readingsOf, recordInto, scraped, stamp } from './recorded.ts';

const startMs = Date.UTC(2026, 0, 5, 12);
const three = membersOf(3);

const scenes: Readonly<Record<string, Script>> = {
	'a quiet cluster': { members: three, seconds: 130 },
	'one that loses its leader': {
		members: three,
		seconds: 90,
		status: (member, second) =>
			second > 40 && member === three[0]
				? 'timeout'
				: second > 44
					? { leaderId: three[1]!.id, raftTerm: 6n }
					: second > 40
						? { leaderId: null, errors: ['etcdserver: no leader'] }
						: {},
	},
	'one that is full': {
		members: three,
		seconds: 60,
		quotaFlagBytes: 800_000_000,
		status: () => ({ errors: ['memberID:1 alarm:NOSPACE '] }),
		alarms: second => (second > 3 ? [{ memberId: three[1]!.id, type: 'NOSPACE' }] : []),
		disk: () => 'slow',
	},
	'one whose list and metrics cannot be read': {
		members: three,
		seconds: 40,
		listFailure: 'permission-denied',
		status: member => (member === three[2] ? 'tls-wrong-name' : {}),
		page: member => (member === three[1] ? 'http-status' : {}),
		watch: second => (second === 3 ? { kind: 'interrupted', failure: failureOf('refused') } : null),
	},
	'one that is read under endpoints, of 3.6': {
		members: three,
		seconds: 30,
		targets: three.map(({ clientUrls }) => ({ key: clientUrls[0]!, endpoint: clientUrls[0]! })),
		status: () => ({ storageVersion: '3.6.0', dbSizeQuotaBytes: 2 ** 33, downgradeTarget: '3.5.0' }),
		unlisted: second => second,
		watch: second =>
			second === 5 ? { kind: 'gap', fromRevision: 5n, toRevision: 2n ** 60n, reason: 'too-many' } : null,
	},
};

const judged = (history: History, atMs: number) => ({
	snapshot: snapshotAt(history, atMs),
	findings: diagnose(history, atMs),
	leaders: leaderTimeline(history, atMs),
	watch: watchLines(history, { atMs, limit: 100 }),
});

/** Into a file and back, on the clock of the story. */
async function replayed(readings: readonly Reading[], name = 'recording.jsonl', quotaBytes: number | null = null) {
	const items = await played(await recordInto(temporaryFolder(), name, readings));
	const history = createHistory({ quotaFlagBytes: quotaBytes });
	const offsetMs = items[0]!.timeMs - readings[0]!.atMs;
	for (const item of items) if (item.kind !== 'operation') record(history, { ...item, atMs: item.atMs - offsetMs });
	return history;
}

describe('a recording that is read back', () => {
	it.each(Object.entries(scenes))('says the same as live, at every moment: %s', async (_, script) => {
		const readings: Reading[] = [];
		const { history, endMs } = tell(script, reading => readings.push(reading));
		const again = await replayed(readings, 'recording.jsonl.gz', script.quotaFlagBytes ?? null);
		for (const atMs of [endMs, endMs - 7300, Math.round(endMs / 2), 950])
			expect(judged(again, atMs), `at ${atMs} ms`).toEqual(judged(history, atMs));
	});

	it('has every reading that was taken', async () => {
		const readings: Reading[] = [];
		tell(scenes['a quiet cluster']!, reading => readings.push(reading));
		const items = await played(await recordInto(temporaryFolder(), 'recording.zst', readings));
		const back = items.flatMap(item =>
			item.kind === 'operation' ? [] : [{ ...item, atMs: item.atMs - startMs } as Reading],
		);
		const byTime = readings.toSorted((a, b) => a.atMs - b.atMs);
		expect(back).toEqual(byTime);
	});

	it('has the findings of each topic that is examined', async () => {
		for (const examination of Object.values(examinations)) {
			const history = await replayed([listed(0), { ...stamp(5), kind: 'examination', examination }]);
			expect(examinationAt(history, examination.topic as Topic, 10)).toEqual(examination satisfies Examination);
		}
	});

	it('follows a row from its endpoint to its member', async () => {
		const early = 'http://1:2379';
		const status = answered(10, '1');
		const before = [
			{ ...status, key: early } as Reading,
			{ ...scraped(20, '1', { etcd_server_has_leader: 1 }), key: early } as Reading,
		];
		const after = [listed(30), answered(1010, '1'), scraped(1020, '1', { etcd_server_has_leader: 1 })];
		const readings = readingsOf(await played(await recordInto(temporaryFolder(), 'a.jsonl', [...before, ...after])));
		expect(readings.map(reading => ('key' in reading ? [reading.kind, reading.key] : [reading.kind]))).toEqual([
			['status', early],
			// It waited for a Status, which came under the member's own name.
			['metrics', '1'],
			['members'],
			['status', '1'],
			['metrics', '1'],
		]);
	});

	it('keeps durations where the wall clock jumps', async () => {
		const jump = (reading: Reading, byMs: number): Reading => ({ ...reading, timeMs: reading.timeMs + byMs });
		const hourMs = 3_600_000;
		const path = await recordInto(temporaryFolder(), 'clock.jsonl', [
			listed(0),
			answered(1000, '1'),
			jump(answered(2000, '1'), -hourMs),
			jump(answered(3000, '1'), 2 * hourMs),
		]);
		const readings = readingsOf(await played(path));
		expect(readings.map(({ atMs }) => atMs)).toEqual([0, 1000, 2000, 3000]);
		expect(readings.map(({ timeMs }) => timeMs - readings[0]!.timeMs)).toEqual([
			0,
			1000,
			2000 - hourMs,
			3000 + 2 * hourMs,
		]);
	});

	it('keeps scrapes that no Status came for', async () => {
		const readings = [listed(0), answered(10, '1')];
		for (let second = 1; second < 6; second++)
			readings.push(scraped(second * 1000, '1', { etcd_server_has_leader: second }));
		readings.push(answered(6000, '1'), scraped(6500, '1', { etcd_server_has_leader: 7 }));
		const back = readingsOf(await played(await recordInto(temporaryFolder(), 'slow.jsonl', readings)));
		expect(back).toEqual(readings);
	});

	it('lets members come and go', async () => {
		const readings = [
			listed(0),
			...['1', '2', '3'].flatMap(key => [answered(10, key), scraped(20, key, { etcd_server_has_leader: 1 })]),
			listed(1000, [memberOf('1'), memberOf('4', { isLearner: true })]),
			answered(1010, '4'),
		];
		const back = readingsOf(await played(await recordInto(temporaryFolder(), 'members.jsonl', readings)));
		expect(back.toSorted((a, b) => a.atMs - b.atMs)).toHaveLength(readings.length);
		expect(back.filter(({ kind }) => kind === 'members')).toEqual(readings.filter(({ kind }) => kind === 'members'));
	});
});
