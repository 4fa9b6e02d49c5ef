import { describe, expect, it } from 'vitest';
import { memberOf, story } from '../cluster/story.ts';
import { findings, healthy, severity } from './judged.ts';

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
