import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../source/cluster/snapshot.ts';
import { statusJson } from '../../source/report/json.ts';
import {
	alarmed,
	cluster,
	denied,
	deniedWithMetrics,
	failure,
	finding,
	healthy,
	hostile,
	hostileName,
	measured,
	member,
	numbers,
	quorumLost,
	silent,
	single,
	withLearner,
} from './situations.ts';

const text = /^.*$/s;
const hex = /^[0-9a-f]+$/;
const count = /^\d+$/;
const oneOf = (...words: string[]) => new RegExp(`^(?:${words.join('|')})$`);

/** The contract: for each field the kind of its value, or the form of its text; `?` where it may be null. */
type Field = RegExp | 'number' | 'whole' | 'list' | `${'number' | 'whole'}?` | readonly [RegExp];

const clusterFields: Readonly<Record<string, Field>> = {
	id: [hex],
	health: oneOf('healthy', 'warning', 'critical', 'unreachable'),
	leaderId: [hex],
	term: [count],
	revision: [count],
	members: 'whole?',
	voters: 'whole?',
	reachable: 'whole',
	quorum: 'whole?',
	canLose: 'whole?',
	alarms: 'list',
};

const memberFields: Readonly<Record<string, Field>> = {
	id: [hex],
	name: text,
	endpoint: /^(?:https?|unix):/,
	role: [oneOf('leader', 'follower', 'learner')],
	state: oneOf('serving', 'no-leader', 'defragmenting', 'unreachable'),
	version: [/^\d+\.\d+\.\d+/],
	dbSizeBytes: 'whole?',
	dbInUseBytes: 'whole?',
	quotaBytes: 'whole?',
	raftTerm: [count],
	raftIndex: [count],
	raftAppliedIndex: [count],
	latencySeconds: 'number?',
	walFsyncP99Seconds: 'number?',
	backendCommitP99Seconds: 'number?',
	peerRttP99Seconds: 'number?',
	error: [text],
};

const findingFields: Readonly<Record<string, Field>> = {
	rule: /^[a-z-]+$/,
	severity: oneOf('info', 'warning', 'critical'),
	member: [hex],
	title: text,
	evidence: text,
	advice: text,
	reasoning: 'list',
};

const alarmFields: Readonly<Record<string, Field>> = { member: [hex], type: oneOf('NOSPACE', 'CORRUPT') };

function isOfKind(value: unknown, field: Field): boolean {
	if (typeof field !== 'string')
		return Array.isArray(field)
			? value === null || isOfKind(value, field[0] as RegExp)
			: typeof value === 'string' && (field as RegExp).test(value);
	if (field === 'list') return Array.isArray(value);
	if (value === null) return field.endsWith('?');
	return (
		typeof value === 'number' && (field.startsWith('whole') ? Number.isSafeInteger(value) : Number.isFinite(value))
	);
}

const broken = (object: Record<string, unknown>, fields: Readonly<Record<string, Field>>) =>
	Object.entries(fields).flatMap(([name, field]) =>
		isOfKind(object[name], field) ? [] : [`${name}: ${object[name]}`],
	);

const report = (snapshot: Snapshot, findings = [finding('warning'), finding('info', { member: null })]) =>
	JSON.parse(statusJson(snapshot, findings));

describe('status -o json', () => {
	it.each(Object.entries({ healthy, quorumLost, alarmed, denied, deniedWithMetrics, single, withLearner, hostile }))(
		'keeps the contract: %s',
		(_, snapshot) => {
			const { version, time, cluster: whole, members, findings } = report(snapshot);
			expect(version).toBe(1);
			expect(time).toBe('2025-11-21T09:05:07.089Z');
			expect(broken(whole, clusterFields)).toEqual([]);
			expect(members).toHaveLength(snapshot.members.length);
			for (const one of members) expect(broken(one, memberFields)).toEqual([]);
			for (const one of findings) expect(broken(one, findingFields)).toEqual([]);
			for (const one of whole.alarms) expect(broken(one, alarmFields)).toEqual([]);
		},
	);

	it('says what a healthy cluster is', () => {
		expect(report(healthy, []).cluster).toMatchObject({
			id: 'cdf818194e3a8c32',
			health: 'healthy',
			leaderId: 'a1',
			term: '5',
			revision: '1042',
			members: 3,
			voters: 3,
			reachable: 3,
			quorum: 2,
			canLose: 1,
			alarms: [],
		});
		expect(report(healthy).members[0]).toMatchObject({ role: 'leader', state: 'serving', error: null });
	});

	it('has null and an error for a member that does not answer, never its last numbers', () => {
		const { cluster: whole, members } = report(cluster([member(1), silent(2), member(3)]));
		expect(whole).toMatchObject({ reachable: 2, canLose: 0 });
		expect(members[1]).toMatchObject({
			name: 'm2',
			state: 'unreachable',
			role: null,
			version: null,
			dbSizeBytes: null,
			quotaBytes: null,
			raftIndex: null,
			lagEntries: null,
			latencySeconds: null,
			error: expect.stringMatching(/./),
		});
	});

	it('says the same of one that defragments or was not heard of', () => {
		const busy = member(2, { state: { kind: 'defragmenting', sinceMs: 0 } });
		const waiting = member(3, { state: { kind: 'waiting', sinceMs: 0 }, numbers: null, role: null });
		const { members } = report(cluster([member(1), busy, waiting]));
		expect(members[1]).toMatchObject({ state: 'defragmenting', dbSizeBytes: null, error: expect.stringMatching(/./) });
		expect(members[2]).toMatchObject({ state: 'unreachable', dbSizeBytes: null, error: expect.stringMatching(/./) });
	});

	it('keeps numbers beyond 2^53 exact', () => {
		const great = 18_446_744_073_709_551_615n;
		const far = member(1, { numbers: { ...numbers, raftIndex: great, raftTerm: great }, lagEntries: great });
		const { cluster: whole, members } = report(cluster([far], { revision: great, term: great }));
		expect([whole.revision, whole.term, members[0].raftIndex, members[0].raftTerm, members[0].lagEntries]).toEqual(
			Array(5).fill('18446744073709551615'),
		);
	});

	it('gives latencies in seconds, and null without an error where nothing was measured', () => {
		const { members } = report(cluster([member(1, { fsyncP99: measured(0.008, 0.016) })]));
		expect(members[0]).toMatchObject({ walFsyncP99Seconds: 0.012, backendCommitP99Seconds: null, error: null });
	});

	it('says why there are no metrics, and shows none from before', () => {
		const why = { ...failure('http-status', 1), call: 'GET /metrics' };
		const blind = member(1, {
			metrics: { kind: 'failed', failure: why, sinceMs: 0 },
			fsyncP99: measured(0.008, 0.016),
		});
		const { members } = report(cluster([blind]));
		expect(members[0]).toMatchObject({
			state: 'serving',
			dbSizeBytes: 1_900_000_000,
			walFsyncP99Seconds: null,
			error: expect.stringContaining('GET /metrics'),
		});
	});

	it('tells an assumed quota from a known one, and none from both', () => {
		const quotas = (snapshot: Snapshot) =>
			report(snapshot).members.map((one: Record<string, unknown>) => [one.quotaBytes, one.quotaSource]);
		expect(quotas(single)).toEqual([[2_147_483_648, 'assumed']]);
		expect(quotas(withLearner)).toEqual([
			[8_589_934_592, 'metrics'],
			[null, 'unlimited'],
		]);
	});

	it('does not claim to know the members when the list could not be read', () => {
		expect(report(denied).cluster).toMatchObject({
			health: 'unreachable',
			members: null,
			voters: null,
			quorum: null,
			canLose: null,
			reachable: 0,
			error: expect.stringMatching(/./),
		});
	});

	it('tells what metrics tell where Status is denied, and why the rest is null', () => {
		const { cluster: told, members } = report(deniedWithMetrics, [finding('warning')]);
		expect(told).toMatchObject({ health: 'warning', leaderId: 'a1', term: null, reachable: 2, canLose: 0 });
		expect(members[0]).toMatchObject({
			role: 'leader',
			state: 'serving',
			numbersSource: 'metrics',
			dbSizeBytes: 1_900_000_000,
			quotaBytes: 8_589_934_592,
			raftIndex: '2107',
			raftTerm: null,
			version: null,
			latencySeconds: null,
			error: 'permission denied for Status at http://127.0.0.1:12379',
		});
	});

	it('is one line that no terminal obeys, and still exact', () => {
		const json = statusJson(hostile, [finding('warning', { title: hostileName })]);
		expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
		expect(JSON.parse(json).members[0].name).toBe(hostileName);
		expect(JSON.parse(json).findings[0].title).toBe(hostileName);
	});

	it('says why, and which operation helps', () => {
		const helped = finding('warning', {
			reasoning: ['because'],
			remedy: { operation: 'defragment-member', member: 'a2' },
			chart: { kind: 'writes' },
		});
		const [one, other] = report(healthy, [helped, finding('info')]).findings;
		expect(one).toMatchObject({ reasoning: ['because'], remedy: { operation: 'defragment-member', member: 'a2' } });
		expect(one).not.toHaveProperty('chart');
		expect(other).toMatchObject({ reasoning: [], remedy: null });
	});
});
