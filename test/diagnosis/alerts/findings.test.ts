import { describe, expect, it } from 'vitest';
import { snapshotAt } from '../../../source/cluster/snapshot-at.ts';
import type { AlertRun } from '../../../source/diagnosis/alerts/alert.ts';
import { createAlertLog } from '../../../source/diagnosis/alerts/alert-log.ts';
import { alertFindings } from '../../../source/diagnosis/alerts/findings.ts';
import { alertRules } from '../../../source/diagnosis/alerts/rules.ts';
import { isOver, isToldAlready } from '../../../source/diagnosis/alerts/told-already.ts';
import { alertWords } from '../../../source/diagnosis/alerts/words.ts';
import type { Finding } from '../../../source/diagnosis/finding.ts';
import { createJudge } from '../../../source/diagnosis/judge.ts';
import { healthy } from '../judged.ts';
import { talking } from '../talking.ts';

const now = 60 * 60_000;
const told = healthy(now);
const snapshot = snapshotAt(told.history, now);

const runOf = (name: string, value: number, patch: Partial<AlertRun> = {}, severity = 'warning'): AlertRun => ({
	rule: alertRules.find(rule => rule.name === name && rule.severity === severity)!,
	labels: { instance: '2', job: 'etcd' },
	value,
	pendingAtMs: now - 15 * 60_000,
	firingAtMs: now - 5 * 60_000,
	resolvedAtMs: null,
	...patch,
});

describe('findings of alerts', () => {
	it('has words for every alert', () => {
		expect(new Set(Object.keys(alertWords))).toEqual(new Set(alertRules.map(({ name }) => name)));
		expect(alertRules).toHaveLength(15);
		for (const { blindSpot } of alertRules) expect(blindSpot).toMatch(/\.$/);
	});

	it('names the member, the value, since when it holds, and what the alert does not see', () => {
		expect(alertFindings([runOf('etcdHighFsyncDurations', 0.72)], snapshot)).toEqual([
			{
				rule: 'etcdHighFsyncDurations',
				severity: 'warning',
				member: '2',
				title: 'm2: disk syncs are very slow',
				evidence: '99 of 100 take up to 720 ms, over 5 minutes; for 15m 00s',
				advice: expect.stringContaining('SSD'),
				reasoning: [expect.stringContaining('election timeout')],
				remedy: null,
				chart: { kind: 'latency', latency: 'fsync', member: '2' },
			},
		]);
	});

	it('does not show what is only pending', () => {
		expect(alertFindings([runOf('etcdHighFsyncDurations', 0.72, { firingAtMs: null })], snapshot)).toEqual([]);
	});

	it('is one finding where several methods or both severities fire, with the worst of the gravest', () => {
		const of = (method: string, value: number, severity: string) =>
			runOf('etcdHighNumberOfFailedGRPCRequests', value, { labels: { instance: '2', grpc_method: method } }, severity);
		const runs = [
			of('Put', 7, 'warning'),
			of('Put', 7, 'critical'),
			of('Txn', 12, 'critical'),
			of('Range', 2, 'warning'),
		];
		const [finding, ...others] = alertFindings(runs, snapshot);
		expect(others).toEqual([]);
		expect(finding).toMatchObject({
			severity: 'critical',
			evidence: '12 % of Txn in 5 minutes, and 1 more; for 15m 00s',
		});
	});

	it('lets nothing of a server into its texts that a terminal would obey', () => {
		const hostile = '\x1b[2J';
		const run = runOf('etcdMemberCommunicationSlow', 1, { labels: { instance: hostile, To: hostile } });
		expect(
			JSON.stringify(alertFindings([run], snapshot).map(({ title, evidence }) => [title, evidence])),
		).not.toContain('\\u001b');
	});

	it('stands in the judgement behind our own rules of its severity', () => {
		const broken = healthy(0);
		const log = createAlertLog();
		const judge = createJudge(log);
		for (let atMs = 0; atMs <= 10 * 60_000; atMs += 5000) {
			broken.answer(atMs, '1', { leaderId: null });
			for (const key of ['2', '3']) broken.fail(atMs, key);
			judge.advance(broken.history, atMs);
		}
		const { findings, alerts } = judge.at(broken.history, 10 * 60_000);
		const critical = findings.filter(({ severity }) => severity === 'critical').map(({ rule }) => rule);
		expect(critical).toEqual(['quorum-lost']);
		expect(alerts.map(({ rule, firingAtMs }) => [rule.name, firingAtMs !== null])).toEqual([
			['etcdInsufficientMembers', true],
			['etcdMembersDown', false],
		]);
	});

	it('leave the word to a finding of ours that tells the same, as long as it is as grave', () => {
		const [alert] = alertFindings([runOf('etcdHighFsyncDurations', 1.2, {}, 'critical')], snapshot);
		const ours = (patch: Partial<Finding>): Finding => ({ ...alert!, rule: 'fsync-slow', ...patch });
		expect(isToldAlready(alert!, [ours({})])).toBe(true);
		expect(isToldAlready(alert!, [ours({ severity: 'warning' })])).toBe(false);
		expect(isToldAlready(alert!, [ours({ member: '3' })])).toBe(false);
		expect(isToldAlready(alert!, [ours({ rule: 'commit-slow' })])).toBe(false);
		expect(isToldAlready(alert!, [])).toBe(false);
	});

	it('are no findings once each Status says that it is over, though the alert still fires', () => {
		const over = ['etcdNoLeader', 'etcdInsufficientMembers'].map(name => runOf(name, 0, {}, 'critical'));
		const [noLeader, tooFew] = alertFindings(over, snapshot);
		expect([isOver(noLeader!, snapshot), isOver(tooFew!, snapshot)]).toEqual([true, true]);
		const broken = healthy(0);
		broken.answer(1000, '2', { leaderId: null });
		for (const key of ['1', '3']) broken.fail(1000, key);
		const then = snapshotAt(broken.history, 1000);
		expect([isOver(noLeader!, then), isOver(tooFew!, then)]).toEqual([false, false]);
		const [down] = alertFindings([runOf('etcdMembersDown', 2, { labels: {} })], snapshot);
		expect([isOver(down!, snapshot), isOver(down!, then)]).toEqual([true, false]);
		expect(isOver(alertFindings([runOf('etcdHighFsyncDurations', 0.72)], snapshot)[0]!, snapshot)).toBe(false);
	});

	it('are no findings once a file is small again, or in use', () => {
		const of = (name: string, severity?: string) => alertFindings([runOf(name, 0.4, {}, severity)], snapshot)[0]!;
		const full = of('etcdDatabaseQuotaLowSpace', 'critical');
		const fragmented = of('etcdDatabaseHighFragmentationRatio');
		const sized = (dbSizeBytes: number, dbInUseBytes: number) => {
			const { history, answer } = healthy(0);
			answer(1000, '2', { dbSizeBytes, dbInUseBytes });
			return snapshotAt(history, 1000);
		};
		const [large, small] = [sized(2 * 1024 ** 3, 1024 ** 2), sized(2 * 1024 ** 2, 1024 ** 2)];
		expect([isOver(full, large), isOver(full, small)]).toEqual([false, true]);
		expect([isOver(fragmented, large), isOver(fragmented, small)]).toEqual([false, true]);
	});

	it('are no news when what caused them is over, for as long as they look back', () => {
		const minute = 60_000;
		const space = healthy(0);
		const log = createAlertLog();
		const judge = createJudge(log);
		const refused = (second: number) => Math.min(second, 11 * 60);
		for (let second = 0; second <= 20 * 60; second += 5) {
			const atMs = second * 1000;
			const errors = second <= 11 * 60 ? ['memberID:1 alarm:NOSPACE '] : [];
			for (const id of ['1', '2', '3']) {
				space.answer(atMs, id, { errors });
				space.scrape(atMs, id, [
					[
						'grpc_server_handled_total{grpc_code="ResourceExhausted",grpc_method="Put",grpc_type="unary"}',
						refused(second),
					],
					['grpc_server_handled_total{grpc_code="OK",grpc_method="Put",grpc_type="unary"}', second - refused(second)],
				]);
			}
			judge.advance(space.history, atMs);
			if (second === 10.9 * 60) expect(judge.latest!.health.cause).toBe('NOSPACE: writes are refused');
			if (second > 11 * 60) expect([second, judge.latest!.health.level]).toEqual([second, 'healthy']);
		}
		const fired = log.fired().map(({ rule }) => rule.name);
		expect(fired).toContain('etcdHighNumberOfFailedGRPCRequests');
		expect(log.at(20 * minute)).toEqual([]);
	});

	it('do not call a voter critical that is cut off from a cluster that serves', () => {
		const seconds = 120;
		const { history } = talking({
			seconds,
			lost: { '3<1': 5, '1<3': 5 },
			statusOf: (id, second) => (id === '3' && second >= 6 ? { leaderId: null } : {}),
			samplesOf: (id, second) => [['etcd_server_has_leader', id === '3' && second >= 6 ? 0 : 1]],
		});
		const log = createAlertLog();
		for (let second = 0; second < seconds; second++) log.advance(history, second * 1000);
		const judge = createJudge(log);
		judge.advance(history, seconds * 1000);
		const { findings, health, alerts } = judge.latest!;
		expect(alerts.filter(({ firingAtMs }) => firingAtMs !== null).map(({ rule }) => rule.name)).toEqual([
			'etcdNoLeader',
		]);
		expect(findings.map(({ rule }) => rule)).toEqual(['member-cut-off', 'quorum-at-risk']);
		expect(health.level).toBe('warning');
	});
});
