import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHistory, record } from '../../source/cluster/history.ts';
import type { Reading } from '../../source/cluster/reading.ts';
import { openRecording } from '../../source/collect/recording/read.ts';
import { createAlertLog } from '../../source/diagnosis/alerts/alert-log.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { recordingJson } from '../../source/report/recording-json.ts';
import { recordingMarkdown } from '../../source/report/recording-markdown.ts';
import { Review } from '../../source/report/review.ts';
import { failureOf } from '../cluster/story.ts';
import { answered, listed, members, played, readingsOf, recordInto, stamp } from '../collect/recording/recorded.ts';
import { membersOf, type Script, tell } from '../panes/script.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const golden = (name: string) => join(import.meta.dirname, 'recordings', name);
const [m1, m2, m3] = ['8e9e05c52164694d', '91bc3c398fb3c146', 'fd422379fda50e48'] as const;

async function reportOf(path: string) {
	const { facts, play, state } = await openRecording(path);
	const { statusIntervalMs, metricsIntervalMs } = facts;
	const review = new Review({ quotaFlagBytes: null, statusIntervalMs, metricsIntervalMs });
	for await (const item of play()) if (item.kind !== 'operation') review.take(item);
	const { isTorn, isEnded, skipped } = state();
	return {
		source: {
			...{
				file: 'a.jsonl',
				createdBy: facts.createdBy,
				clusterId: facts.clusterId,
				skippedLines: skipped,
				isTorn,
				isEnded,
			},
			statusIntervalSeconds: statusIntervalMs / 1000,
		},
		happenings: review.finish(),
		operations: [],
	};
}

const jsonOf = async (path: string) => JSON.parse(recordingJson(await reportOf(path)));

/** What a review finds in readings as they are. */
function reviewed(readings: readonly Reading[]) {
	const review = new Review({ quotaFlagBytes: null });
	for (const reading of readings) review.take(reading);
	return review.finish();
}

const round = (second: number, keys = ['1', '2', '3']) => keys.map((key, at) => answered(second * 1000 + at, key));

const failing = (second: number, key: string): Reading => ({
	...stamp(second * 1000 + 5),
	kind: 'status',
	key,
	endpoint: `http://${key}:2379`,
	outcome: { kind: 'failed', failure: failureOf('refused') },
});

describe('the report of a recording', () => {
	it('judges readings a minute apart', async () => {
		const report = await jsonOf(golden('minutes.jsonl'));
		expect(report).toMatchObject({
			...{ version: 1, from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:45:00.000Z' },
			leaderChanges: [
				{ time: '2026-01-01T00:36:00.000Z', term: '5', from: { id: m1, name: 'm1' }, to: { id: m2, name: 'm2' } },
			],
			operations: [],
		});
		expect(report.alerts).toEqual([
			{
				...{ name: 'etcdMembersDown', severity: 'warning', labels: expect.any(Object) },
				pendingAt: '2026-01-01T00:08:00.000Z',
				firingAt: '2026-01-01T00:28:00.000Z',
				resolvedAt: '2026-01-01T00:33:00.000Z',
			},
		]);
		expect(report.findings).toContainEqual(
			expect.objectContaining({
				...{ rule: 'member-down', severity: 'warning', member: m3, count: 1 },
				...{ from: '2026-01-01T00:08:00.000Z', to: '2026-01-01T00:33:00.000Z' },
				...{ title: expect.stringContaining('m3'), evidence: expect.any(String), advice: expect.any(String) },
			}),
		);
	});

	it('judges readings a second apart, up to where the file is torn', async () => {
		const report = await jsonOf(golden('seconds.jsonl'));
		expect(report).toMatchObject({
			leaderChanges: [{ time: '2026-01-01T00:01:40.000Z', term: '6', lostAt: '2026-01-01T00:00:05.001Z' }],
			recording: { torn: true, ended: false, skippedLines: 0, createdBy: 'another program 1.0' },
		});
		expect(report.alerts).toEqual(
			[m1, m2, m3].map((instance, at) => ({
				...{ name: 'etcdNoLeader', severity: 'critical' },
				labels: expect.objectContaining({ instance, member: `m${at + 1}` }),
				pendingAt: '2026-01-01T00:00:30.000Z',
				firingAt: '2026-01-01T00:01:30.000Z',
				resolvedAt: null,
			})),
		);
		expect(report.findings).toEqual([
			expect.objectContaining({ rule: 'no-leader', severity: 'critical', member: null, count: 1 }),
		]);
		const [{ from, to }] = report.findings;
		// A round is judged as a whole, and a rule may wait a moment before it speaks.
		expect(from).toMatch(/^2026-01-01T00:00:(?:0[5-9]|10)\./);
		expect(to).toMatch(/^2026-01-01T00:01:4[01]\./);
	});

	it('tells the same in Markdown, which nothing in it can break', async () => {
		const report = await reportOf(golden('minutes.jsonl'));
		const text = recordingMarkdown(report);
		expect(text).toMatch(/^# What happened: cluster cdf81819\n/);
		expect(text).toContain(
			'2026-01-01 00:00:00 to 2026-01-01 00:45:00 UTC (45m 00s): 1 alert fired, 2 findings, 1 leader change, no operation.',
		);
		for (const part of [
			'## Findings',
			'| warning | m3 is down',
			'| warning | etcdMembersDown | the cluster |',
			'## Leader changes',
			'| m1 | m2 | 5 |',
		])
			expect(text).toContain(part);
		const hostile = recordingMarkdown({
			...report,
			source: { ...report.source, file: 'a|b\n# <b>`x`\u001b[2J' },
		});
		expect(hostile).toContain('a\\|b\\\\n\\# \\<b\\>\\`x\\`\\\\x1b\\[2J');
	});

	it('names the member of an alert first, and no label that is always the same', async () => {
		const text = recordingMarkdown(await reportOf(golden('seconds.jsonl')));
		expect(text).toContain('| critical | etcdNoLeader | m1 |');
	});

	it('counts a finding that comes and goes as one', () => {
		const told: Reading[] = [listed(0)];
		for (let second = 1; second <= 60; second++) {
			const isDown = (second > 10 && second <= 20) || (second > 40 && second <= 50);
			told.push(...round(second, isDown ? ['1', '2'] : undefined), ...(isDown ? [failing(second, '3')] : []));
		}
		const down = reviewed(told).findings.filter(({ finding }) => finding.rule === 'member-down');
		expect(down).toHaveLength(1);
		expect(down[0]).toMatchObject({ count: 2, finding: { member: '3' } });
		expect(Math.floor(down[0]!.fromMs / 1000)).toBe(11);
		expect(Math.floor(down[0]!.toMs! / 1000)).toBe(51);
	});

	it('does not claim that something lasted through a gap, nor that it ended with the recording', () => {
		const told: Reading[] = [listed(0)];
		for (const from of [0, 3600])
			for (let second = from; second < from + 20; second++)
				told.push(...round(second, ['1', '2']), failing(second, '3'));
		const [down] = reviewed(told).findings.filter(({ finding }) => finding.rule === 'member-down');
		expect(down).toMatchObject({ count: 2, toMs: null });
		expect(Math.floor(down!.fromMs / 1000)).toBeLessThan(5);
	});

	it('judges whole rounds only, in the middle of which members seem to disagree', () => {
		const told: Reading[] = [listed(0)];
		for (let second = 0; second < 40; second++)
			told.push(
				...['1', '2', '3'].map((key, at) =>
					answered(second * 1000 + at * 10, key, second < 20 ? {} : { leaderId: '2', raftTerm: 6n }),
				),
			);
		const { findings, leaderChanges } = reviewed(told);
		expect(findings.map(({ finding }) => finding.rule)).toEqual([]);
		expect(leaderChanges).toMatchObject([{ from: { leaderId: '1' }, to: { leaderId: '2', term: 6n }, lostAtMs: null }]);
	});

	it('finds what a judgement each second finds', () => {
		const three = membersOf(3);
		const script: Script = {
			members: three,
			seconds: 200,
			status: (member, second) =>
				second > 60 && second < 120 && member === three[1]
					? 'timeout'
					: { errors: second > 100 ? ['memberID:1 alarm:NOSPACE '] : [] },
			disk: (_, second) => (second > 30 && second < 160 ? 'slow' : 'fast'),
		};
		const readings: Reading[] = [];
		tell(script, reading => readings.push(reading));
		const history = createHistory({ quotaFlagBytes: null });
		const each = new Map<string, { from: number; to: number }>();
		let judgedMs = 0;
		for (const reading of readings.toSorted((a, b) => a.atMs - b.atMs)) {
			// At 0.9 s of each second, when all of its readings are in.
			while (reading.atMs > judgedMs + 900) {
				for (const { rule, member } of diagnose(history, judgedMs + 900)) {
					const key = `${rule}/${member}`;
					each.set(key, { from: each.get(key)?.from ?? judgedMs, to: judgedMs });
				}
				judgedMs += 1000;
			}
			record(history, reading);
		}
		const { findings } = reviewed(readings.toSorted((a, b) => a.atMs - b.atMs));
		const found = new Map(findings.map(({ finding, fromMs }) => [`${finding.rule}/${finding.member}`, fromMs]));
		expect(each.size).toBeGreaterThan(3);
		for (const [key, { from, to }] of each) {
			// What held for less than a step may be missed.
			if (to - from < 6000) continue;
			expect(found.has(key), key).toBe(true);
			expect(Math.abs(found.get(key)! - from), key).toBeLessThanOrEqual(6000);
		}
		for (const key of found.keys()) expect(each.has(key), key).toBe(true);
	});

	it('gives every alert the moments that live evaluation gave it', async () => {
		const readings: Reading[] = [listed(0)];
		for (let second = 0; second < 700; second++)
			readings.push(...round(second, ['1', '2']), ...(second > 90 ? [failing(second, '3')] : round(second, ['3'])));
		const live = createAlertLog();
		const history = createHistory({ quotaFlagBytes: null });
		for (const reading of readings) {
			record(history, reading);
			live.advance(history, reading.atMs - 1);
		}
		const back = readingsOf(await played(await recordInto(temporaryFolder(), 'a.zst', readings)));
		const { alerts } = reviewed(back);
		const told = ({ rule, pendingAtMs, firingAtMs }: (typeof alerts)[number]) => [rule.name, pendingAtMs, firingAtMs];
		expect(alerts.map(told)).toEqual([...live.fired(), ...live.at(1e6)].map(told));
		// Still pending at the end: it is told, and that it never fired.
		expect(alerts.map(told)).toEqual([['etcdMembersDown', expect.any(Number), null]]);
	});

	it('says that there is nothing where nothing was read', () => {
		const happenings = reviewed([]);
		const report = {
			...{ happenings, operations: [] },
			source: {
				...{ file: 'a', createdBy: null, clusterId: null, skippedLines: 0, isTorn: false, isEnded: false },
				statusIntervalSeconds: 1,
			},
		};
		expect(JSON.parse(recordingJson(report))).toMatchObject({ from: null, to: null, alerts: [], findings: [] });
		expect(recordingMarkdown(report)).toContain('The recording holds no reading.');
	});

	it('names members as they were last listed, also those that left', () => {
		const { names } = reviewed([listed(0), ...round(1), listed(2000, members.slice(0, 2))]);
		expect([...names]).toEqual([
			['1', 'm1'],
			['2', 'm2'],
			['3', 'm3'],
		]);
	});
});
