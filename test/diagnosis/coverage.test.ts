import { describe, expect, it } from 'vitest';
import type { Examination } from '../../source/cluster/examination.ts';
import { record } from '../../source/cluster/history.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { coverageOf } from '../../source/diagnosis/coverage.ts';
import { rules } from '../../source/diagnosis/index.ts';
import { failureOf, memberOf, type Story, startTimeMs, story } from '../cluster/story.ts';

const endMs = 300_000;

/** Three members that answer with metrics for five minutes. */
function healthy(silentMetrics: readonly string[] = []): Story {
	const told = story();
	told.list(
		0,
		['1', '2', '3'].map(id => memberOf(id)),
	);
	for (let atMs = 0; atMs <= endMs; atMs += 1000)
		for (const id of ['1', '2', '3']) {
			told.answer(atMs, id);
			if (silentMetrics.includes(id)) told.failScrape(atMs, id, 'http-status');
			else told.scrape(atMs, id, [['process_start_time_seconds', 1]]);
		}
	return told;
}

const look = ({ history }: Story, atMs: number, examination: Examination) =>
	record(history, { atMs, timeMs: startTimeMs + atMs, kind: 'examination', examination });

const lists = (...kinds: readonly ('answered' | 'failed')[]): Examination => ({
	topic: 'member-lists',
	lists: kinds.map((kind, index) => ({
		key: String(index + 1),
		outcome: kind === 'answered' ? { kind, members: [] } : { kind, failure: failureOf('refused') },
	})),
});

const coverage = ({ history }: Story, atMs = endMs) => coverageOf(history, snapshotAt(history, atMs), atMs);

describe('what a verdict rests on', () => {
	it('is all rules and alerts, over what was read', () => {
		expect(coverage(healthy())).toMatchObject({ rules: rules.length, alerts: 15, readSeconds: 300 });
		expect(coverage(story(), 1000)).toMatchObject({ readSeconds: null });
	});

	it('tells the age of the last look, though it found what the one before did', () => {
		const told = healthy();
		look(told, 10_000, lists('answered', 'answered', 'answered'));
		look(told, 250_000, lists('answered', 'answered', 'answered'));
		expect(coverage(told).examined).toEqual([{ subject: 'member lists', ageSeconds: 50 }]);
		expect(coverage(told, 100_000).examined).toEqual([{ subject: 'member lists', ageSeconds: 90 }]);
		expect(coverage(told, 5000).examined).toEqual([]);
	});

	it('says that the control plane of this machine is of another cluster', () => {
		const of = (etcdServers: readonly string[]): Examination => ({
			topic: 'control-plane',
			apiServer: {
				kind: 'read',
				file: '/m/kube-apiserver.yaml',
				settings: { etcdServers, compactionSeconds: 0, files: [], encryption: null },
			},
			etcd: null,
		});
		const words = 'control plane settings: the manifests here are not of this cluster';
		const told = healthy();
		look(told, 10_000, of(['https://10.0.0.1:2379']));
		expect(coverage(told).blind).toContain(words);
		look(told, 70_000, of(['http://1:2379']));
		expect(coverage(told).blind).not.toContain(words);
	});

	it('says what was not looked into', () => {
		const told = healthy();
		expect(coverage(told).blind).toEqual([expect.stringMatching(/^certificates, .*member lists.*: not looked into$/)]);
		look(told, 10_000, lists('answered'));
		expect(coverage(told).blind[0]).not.toContain('member lists');
	});

	it('says whose metrics are missing', () => {
		expect(coverage(healthy(['3'])).blind[0]).toMatch(/^disks, peers and requests of m3: no metrics \(.+\)$/);
		expect(coverage(healthy(['1', '2', '3'])).blind[0]).toMatch(/^disks, peers and requests: no metrics/);
		expect(coverage(healthy()).blind.join()).not.toContain('no metrics');
	});

	it('leaves a member that does not answer to the rules', () => {
		const told = healthy();
		for (let atMs = endMs - 30_000; atMs <= endMs; atMs += 1000) {
			told.fail(atMs, '3', 'timeout');
			told.failScrape(atMs, '3', 'timeout');
		}
		expect(coverage(told).blind.join()).not.toContain('m3');
	});

	it('says how a look failed', () => {
		const told = healthy();
		look(told, 10_000, lists('answered', 'failed', 'failed'));
		expect(coverage(told).blind).toContain('member lists: 2 of 3 not read (refused)');
		look(told, 20_000, { topic: 'compact-mark', outcome: { kind: 'failed', failure: failureOf('permission-denied') } });
		expect(coverage(told).blind.join('\n')).toMatch(/compaction by kube-apiserver: not readable \(.+\)/);
		look(told, 30_000, {
			topic: 'encryption',
			resources: [{ resource: 'secrets', outcome: { kind: 'failed', failure: failureOf('permission-denied') } }],
		});
		expect(coverage(told).blind.join('\n')).toMatch(/encryption at rest: not readable \(.+\)/);
	});

	it('says that too little was read for growth and trends', () => {
		expect(coverage(healthy(), 30_000).blind.join()).toContain('growth and trends: only 30s were read');
		expect(coverage(healthy()).blind.join()).not.toContain('growth');
	});
});
