import { describe, expect, it } from 'vitest';
import { areAlarmsKnown } from '../../source/cluster/alarms-known.ts';
import type { Line } from '../../source/format/line.ts';
import type { PastRun } from '../../source/operations/record.ts';
import { alarmJson, alarmTable } from '../../source/report/alarms.ts';
import { journalJson, journalLines } from '../../source/report/journal.ts';
import { memberJson, memberTable } from '../../source/report/members.ts';
import { printLines } from '../../source/report/print.ts';
import { isReadable } from '../../source/report/unreadable.ts';
import {
	alarmed,
	cluster,
	denied,
	deniedWithMetrics,
	healthy,
	hostile,
	member,
	quorumLost,
	withLearner,
} from './situations.ts';

const text = (lines: readonly Line[]) => printLines(lines, false);
const wide = Number.POSITIVE_INFINITY;

describe('the alarms', () => {
	it('say that there are none, or whose they are and why', () => {
		expect(text(alarmTable(healthy, wide))).toBe('no alarm is raised\n');
		expect(text(alarmTable(alarmed, wide))).toMatch(
			/^ALARM +MEMBER +ID +WHY\nNOSPACE +m2 +a2 +its quota was reached, and every write is refused: file 8\.6 GB, 100% of its quota of 8\.6 GB; 7\.6 GB free inside it\n$/,
		);
	});

	it('say so where it is not known whose one is, or it does not answer', () => {
		const unknown = cluster([member(1)], { alarms: [{ member: null, type: 'CORRUPT' }] });
		expect(text(alarmTable(unknown, wide))).toMatch(/CORRUPT +not known +– +its data differs/);
		const assumed = cluster([member(1, { quota: { kind: 'assumed', bytes: 2_147_483_648 } })], {
			alarms: [{ member: 'a1', type: 'NOSPACE' }],
		});
		expect(text(alarmTable(assumed, wide))).toContain('its quota is not known (--quota tells it)');
		const gone = cluster([member(1)], { alarms: [{ member: 'ff', type: 'NOSPACE' }] });
		expect(text(alarmTable(gone, wide))).toMatch(/NOSPACE +ff +ff +.*its size is not known now/);
	});

	it('are known only where a member told them: metrics know none', () => {
		expect([healthy, alarmed, quorumLost].map(areAlarmsKnown)).toEqual([true, true, true]);
		expect([denied, deniedWithMetrics].map(areAlarmsKnown)).toEqual([false, false]);
		expect([denied, deniedWithMetrics].map(isReadable)).toEqual([false, true]);
	});

	it('are JSON of version 1', () => {
		expect(JSON.parse(alarmJson(alarmed))).toEqual({
			version: 1,
			time: '2025-11-21T09:05:07.089Z',
			cluster: 'cdf818194e3a8c32',
			alarms: [
				{
					type: 'NOSPACE',
					member: 'a2',
					name: 'm2',
					dbSizeBytes: 8_590_000_000,
					dbInUseBytes: 1_000_000_000,
					quotaBytes: 8_589_934_592,
				},
			],
		});
	});
});

describe('the members', () => {
	it('are listed with what they do, and with what the cluster can lose', () => {
		const table = text(memberTable(healthy, wide));
		expect(table).toMatch(/^NAME +STATE +ID +PEER URLS +CLIENT URLS\nm1 +leader +a1 +– +http:\/\/127\.0\.0\.1:12379\n/);
		expect(table).toMatch(/\n\n3 voters, quorum 2, can lose 1\n$/);
		expect(text(memberTable(quorumLost, wide))).toContain('3 voters, quorum 2 is lost: no writes');
	});

	it('tell learners, and members that were added and have not started', () => {
		expect(text(memberTable(withLearner, wide))).toMatch(
			/\nm2 +learner +[\s\S]*\n1 voter, 1 learner, quorum 1, can lose 0\n/,
		);
		const added = { id: 'a4', name: '', peerUrls: ['http://h:2380'], clientUrls: [], isLearner: true };
		const more = cluster([member(1)], { list: [...cluster([member(1)]).list, added] });
		expect(text(memberTable(more, wide))).toMatch(/\n– +not started +a4 +http:\/\/h:2380 +–\n/);
	});

	it('are JSON of version 1, and names stay names', () => {
		expect(JSON.parse(memberJson(withLearner))).toMatchObject({
			version: 1,
			cluster: 'cdf818194e3a8c32',
			leader: 'a1',
			voters: 1,
			quorum: 1,
			canLose: 0,
			members: [
				{ id: 'a1', name: 'm1', isLearner: false, role: 'leader', clientUrls: ['http://127.0.0.1:12379'] },
				{ id: 'a2', name: 'm2', isLearner: true, role: 'learner' },
			],
		});
		expect(memberJson(hostile)).toMatch(/^[^\p{Cc}\p{Cf}]+$/u);
		expect(text(memberTable(hostile, wide))).toMatch(/^[^\p{Cf}\x00-\x09\x0b-\x1f]+$/u);
	});
});

const run: PastRun = {
	id: '1',
	operation: 'defragment-member',
	title: 'Defragment m2',
	clusterId: 'cdf818194e3a8c32',
	member: 'm2',
	user: 'ada',
	host: 'bastion',
	pid: 7,
	startedMs: Date.UTC(2026, 10, 21, 3, 12, 45),
	endedMs: Date.UTC(2026, 10, 21, 3, 12, 57),
	isForced: false,
	plan: 'defragment m2',
	checks: [],
	steps: [{ title: 'defragment m2', member: 'm2', before: [], end: 'done', text: '1.9 GB → 420 MB', seconds: 12 }],
	state: 'done',
	text: 'm2 went from 1.9 GB to 420 MB',
	advice: null,
	facts: {},
	before: [],
	after: [],
};
const interrupted: PastRun = {
	...run,
	id: '2',
	startedMs: Date.UTC(2026, 10, 22),
	endedMs: null,
	isForced: true,
	state: 'interrupted',
	text: '',
	advice: 'look at m2',
};

describe('the journal', () => {
	it('tells what was done, newest last', () => {
		expect(text(journalLines([interrupted, run], '/j', wide))).toBe(`2026-11-21T03:12:45Z  Defragment m2  done in 12s
  ada@bastion · cluster cdf81819 · member m2
  m2 went from 1.9 GB to 420 MB
2026-11-22T00:00:00Z  Defragment m2  interrupted: its process did not live to say how it ended
  ada@bastion · cluster cdf81819 · member m2 · forced
  → look at m2
`);
	});

	it('says that nothing was done', () => {
		expect(text(journalLines([], '/j', wide))).toBe('nothing was done yet: /j tells of no operation\n');
		expect(JSON.parse(journalJson([], '/j'))).toEqual({ version: 1, file: '/j', operations: [] });
	});

	it('is JSON of version 1, with times in UTC', () => {
		const { operations } = JSON.parse(journalJson([interrupted, run], '/j'));
		expect(operations).toMatchObject([
			{ id: '1', cluster: 'cdf818194e3a8c32', started: '2026-11-21T03:12:45.000Z', ended: '2026-11-21T03:12:57.000Z' },
			{ id: '2', state: 'interrupted', forced: true, ended: null },
		]);
		expect(operations[0].steps[0]).toMatchObject({ title: 'defragment m2', end: 'done', seconds: 12 });
	});
});
