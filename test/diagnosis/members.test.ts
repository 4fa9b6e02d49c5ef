import { describe, expect, it } from 'vitest';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';
import { healthOf } from '../../source/diagnosis/health.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';
import { findings, healthy, severity, three } from './judged.ts';
import { type Talk, talking } from './talking.ts';

describe.each([
	['member-down', 'refused', 'm2 is down: refused'],
	['member-down', 'name-not-found', 'm2 cannot be reached: unknown name'],
	['member-frozen', 'timeout', 'm2 does not answer'],
	['member-unreadable', 'tls-expired', 'm2 cannot be read: cert expired'],
	['member-unreadable', 'permission-denied', 'm2 cannot be read: not permitted'],
] as const)('%s', (rule, kind, title) => {
	it(`says of ${kind} what it is, for how long and what to try`, () => {
		const told = healthy();
		told.fail(1000, '2', kind);
		const [finding] = findings(told, 63_000, rule);
		expect(finding).toMatchObject({ severity: 'warning', member: '2', title });
		expect(finding!.evidence).toContain('for 1m 02s');
		expect(finding!.advice).not.toBe('');
	});

	it(`is silent about other faults than ${kind}, members that serve and those that were not asked`, () => {
		const told = healthy();
		expect(findings(told, 0, rule)).toEqual([]);
		told.fail(1000, '2', rule === 'member-down' ? 'timeout' : 'refused');
		expect(findings(told, 1000, rule)).toEqual([]);
		const unasked = story();
		unasked.list(0, [memberOf('1')]);
		expect(findings(unasked, 0, rule)).toEqual([]);
	});
});

describe('member-down', () => {
	it('calls nobody down whom a leader needs for its majority', () => {
		const told = healthy();
		told.fail(1000, '2');
		told.fail(1000, '3');
		const titles = findings(told, 1000, 'member-down').map(({ title }) => title);
		expect(titles).toEqual(['m2 cannot be reached: refused', 'm3 cannot be reached: refused']);
	});
});

describe('the reasoning about a member that does not answer', () => {
	const reasons = (told: Story, atMs: number, rule: string) => findings(told, atMs, rule)[0]!.reasoning.join(' ');
	const away: Talk['statusOf'] = (id, second) => (id === '3' && second >= 8 ? null : {});

	it('tells a frozen member from a way that is cut, by what the leader hears of it', () => {
		const frozen = talking({ statusOf: away, lost: { '1<3': 7 } });
		expect(reasons(frozen, 20_000, 'member-frozen')).toContain('m1, who leads, has had nothing from it for 13s either');
		const long = talking({ statusOf: away, lost: { '1<3': 7 }, seconds: 200 });
		expect(reasons(long, 200_000, 'member-frozen')).toContain('has had nothing from it for at least 1m 00s either');
		const cut = talking({ statusOf: away });
		expect(reasons(cut, 20_000, 'member-frozen')).toContain('the fault is on the way from here');
		cut.scrape(20_000, '3', [['process_start_time_seconds', 1]]);
		expect(reasons(cut, 20_000, 'member-frozen')).toContain('only its answers to clients hang');
		expect(reasons(cut, 12_000, 'member-frozen')).toBe('');
	});

	it('tells from the failure how far a call came, and from the metrics that the process runs', () => {
		const told = healthy();
		told.fail(1000, '2', 'timeout', { detail: 'no connection in 1 s' });
		expect(reasons(told, 1000, 'member-frozen')).toContain('Not even a connection');
		told.fail(2000, '2', 'timeout', { detail: 'connected, but silent for 4 s' });
		expect(reasons(told, 2000, 'member-frozen')).toContain('its machine is up');
		told.scrape(3000, '2', [['process_start_time_seconds', 1]]);
		expect(reasons(told, 3000, 'member-frozen')).toContain('the process runs');
		told.fail(4000, '3', 'refused');
		expect(reasons(told, 4000, 'member-down')).toContain('its machine: that is up');
	});

	it('says no more than is known', () => {
		const told = healthy();
		told.fail(1000, '2', 'timeout');
		expect(findings(told, 1000, 'member-frozen')[0]!.reasoning).toEqual([]);
	});
});

describe('defragmenting', () => {
	it('is worth knowing, and not a member that is down', () => {
		const told = healthy();
		told.scrape(900, '2', [['etcd_disk_defrag_inflight', 1]]);
		told.fail(1000, '2', 'timeout');
		expect(findings(told, 5900, 'defragmenting')).toMatchObject([
			{ severity: 'info', member: '2', evidence: expect.stringContaining('for 5s, 20 MB before') },
		]);
		expect(findings(told, 5900, 'member-frozen')).toEqual([]);
		expect(severity(told, 5900, 'quorum-at-risk')).toBe('info');
	});

	it('is silent about a member that is frozen without metrics', () => {
		const told = healthy();
		told.fail(1000, '2', 'timeout');
		expect(findings(told, 5900, 'defragmenting')).toEqual([]);
	});
});

describe('foreign-member', () => {
	it('names the endpoint of another cluster', () => {
		const told = healthy();
		told.answer(1000, '2', { clusterId: 'c9' });
		expect(findings(told, 1000, 'foreign-member')).toMatchObject([{ severity: 'warning', member: '2' }]);
	});

	it('is silent where all are of one, or nobody answered', () => {
		expect(findings(healthy(), 0, 'foreign-member')).toEqual([]);
		const told = story();
		told.list(0, [memberOf('1')]);
		expect(findings(told, 0, 'foreign-member')).toEqual([]);
	});
});

describe('member-list-unreadable', () => {
	const failure = { kind: 'permission-denied', where: 'x', call: 'MemberList', detail: '' } as const;

	it('says what is not known without it', () => {
		const told = healthy();
		told.list(1000, [memberOf('1')], failure);
		expect(findings(told, 1000, 'member-list-unreadable')).toMatchObject([
			{ severity: 'warning', evidence: expect.stringContaining('the last list') },
		]);
	});

	it('is silent for a while where nobody answered until just now', () => {
		const told = healthy();
		for (const { id } of three) told.fail(1000, id);
		told.list(1000, three, { ...failure, kind: 'refused' });
		for (let second = 2; second <= 12; second++) for (const { id } of three) told.answer(second * 1000, id);
		expect(findings(told, 4000, 'member-list-unreadable')).toEqual([]);
		expect(findings(told, 12_000, 'member-list-unreadable')).toHaveLength(1);
	});

	it('leaves it to the members to say why nobody answers', () => {
		const never = story();
		never.list(0, [], failure);
		never.fail(0, '1', 'permission-denied');
		expect(findings(never, 0, 'member-list-unreadable')).toEqual([]);
	});

	it('is silent once it was read', () => {
		const told = story();
		told.list(0, [], failure);
		told.list(1000, [memberOf('1')]);
		expect(findings(told, 1000, 'member-list-unreadable')).toEqual([]);
	});
});

describe('every text', () => {
	it('shows hostile names as escapes', () => {
		const told = healthy(0, [memberOf('1', { name: '\x1b[31mevil\n' }), memberOf('2')]);
		told.fail(1000, '1', 'refused', { where: 'http://\x1b' });
		const [finding] = findings(told, 1000, 'member-down');
		expect(`${finding!.title}${finding!.evidence}`).not.toMatch(/[\x00-\x1f]/);
	});
});

describe('status-denied', () => {
	const page = (hasLeader: number, isLeader = 0): [string, number][] => [
		['etcd_server_has_leader', hasLeader],
		['etcd_server_is_leader', isLeader],
		['etcd_mvcc_db_total_size_in_bytes', 1.9 * 1024 ** 3],
		['etcd_mvcc_db_total_size_in_use_in_bytes', 1024 ** 3],
	];

	function deniedTo(ids: readonly string[], hasLeader = 1) {
		const told = healthy();
		for (const id of ids) {
			told.fail(1000, id, 'permission-denied');
			told.scrape(1000, id, page(hasLeader, hasLeader === 1 && id === '1' ? 1 : 0));
		}
		return told;
	}

	it('is one warning for all, with what to try, and not as if they were gone', () => {
		const told = deniedTo(['1', '2', '3']);
		const found = diagnose(told.history, 5000);
		expect(found.filter(({ rule }) => rule !== 'quota-use')).toMatchObject([
			{ rule: 'status-denied', severity: 'warning', member: null, title: 'Status is denied' },
		]);
		const [{ evidence, advice }] = findings(told, 5000, 'status-denied') as [Finding];
		expect(evidence).toMatch(/permission denied for Status at .* and 2 more, for 4s/);
		expect(advice).toContain('root');
		expect(healthOf(snapshotAt(told.history, 5000), found).level).toBe('critical');
	});

	it('judges the size that the metrics tell', () => {
		expect(severity(deniedTo(['1', '2', '3']), 5000, 'quota-use')).toBe('critical');
	});

	it('names those who deny it among others who do not', () => {
		expect(findings(deniedTo(['2']), 5000, 'status-denied')).toMatchObject([
			{ member: '2', title: 'm2: Status is denied' },
		]);
	});

	it('leaves it to others to say that there is no leader', () => {
		expect(severity(deniedTo(['1', '2', '3'], 0), 5000, 'no-leader')).toBe('critical');
	});

	it('is silent without metrics, and where all is told', () => {
		expect(findings(healthy(), 0, 'status-denied')).toEqual([]);
		const told = healthy();
		told.fail(1000, '2', 'permission-denied');
		expect(findings(told, 1000, 'status-denied')).toEqual([]);
	});
});

describe('members of another cluster', () => {
	it('are judged by no other rule', () => {
		const told = healthy();
		told.answer(1000, '2', { clusterId: 'other', dbSizeBytes: 2 * 1024 ** 3, leaderId: null });
		const rules = (atMs: number) => [...new Set(diagnose(told.history, atMs).map(({ rule }) => rule))].sort();
		told.answer(8000, '1');
		told.answer(8000, '3');
		told.answer(8000, '2', { clusterId: 'other', dbSizeBytes: 2 * 1024 ** 3, leaderId: null });
		expect(rules(8000)).toEqual(['foreign-member']);
		told.fail(9000, '2', 'timeout');
		expect(rules(9000)).toEqual(['foreign-member']);
	});
});
