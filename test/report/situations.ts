import type { Failure } from '../../source/cluster/failure.ts';
import type { Member } from '../../source/cluster/member.ts';
import type { MemberNumbers, MemberView, Quantile, Snapshot } from '../../source/cluster/snapshot.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';

const atMs = 1_000_000;

export const unmeasured: Quantile = { kind: 'none', reason: 'too-early' };

export const measured = (lowSeconds: number, highSeconds: number): Quantile => ({
	kind: 'measured',
	lowSeconds,
	highSeconds,
	seconds: (lowSeconds + highSeconds) / 2,
	observations: 40,
});

export const numbers: MemberNumbers = {
	source: 'status',
	atMs,
	latencySeconds: 0.0012,
	version: '3.5.30',
	storageVersion: null,
	revision: 1042n,
	dbSizeBytes: 1_900_000_000,
	dbInUseBytes: 1_000_000_000,
	leaderId: 'a1',
	raftTerm: 5n,
	raftIndex: 2107n,
	raftAppliedIndex: 2107n,
	errors: [],
	downgradeTarget: null,
};

/** Member `n` of a healthy cluster whose first member leads. */
export function member(n: number, changes: Partial<MemberView> = {}): MemberView {
	return {
		key: `a${n}`,
		id: `a${n}`,
		name: `m${n}`,
		endpoint: `http://127.0.0.1:${n}2379`,
		isLearner: false,
		role: n === 1 ? 'leader' : 'follower',
		state: { kind: 'serving', sinceMs: atMs },
		numbers,
		quota: { kind: 'known', bytes: 8_589_934_592, source: 'metrics' },
		lagEntries: 0n,
		fsyncP50: unmeasured,
		fsyncP99: unmeasured,
		commitP99: unmeasured,
		peerRttP99: unmeasured,
		uptimeSeconds: 3600,
		metrics: { kind: 'answered', url: 'http://127.0.0.1/metrics', atMs },
		...changes,
	};
}

export const failure = (kind: Failure['kind'], n: number, detail = ''): Failure => ({
	kind,
	where: `http://127.0.0.1:${n}2379`,
	call: 'Status',
	detail,
});

/** A member that was read before and then stopped answering twelve seconds ago. */
export const silent = (n: number, kind: Failure['kind'] = 'timeout', detail = ''): MemberView =>
	member(n, {
		role: null,
		lagEntries: null,
		state: { kind: 'unreachable', sinceMs: atMs - 12_000, failure: failure(kind, n, detail) },
	});

const listed = ({ id, name, endpoint, isLearner }: MemberView): Member => ({
	id: id ?? '',
	name,
	peerUrls: [],
	clientUrls: [endpoint],
	isLearner,
});

/** A cluster of these members, with the votes counted. */
export function cluster(members: readonly MemberView[], changes: Partial<Snapshot> = {}): Snapshot {
	const voters = members.filter(({ isLearner }) => !isLearner);
	const reachableVoters = voters.filter(({ state }) => state.kind === 'serving' || state.kind === 'no-leader').length;
	const quorum = Math.floor(voters.length / 2) + 1;
	return {
		atMs,
		timeMs: Date.UTC(2025, 10, 21, 9, 5, 7, 89),
		clusterId: 'cdf818194e3a8c32',
		foreignKeys: [],
		list: members.map(listed),
		listFailure: null,
		members,
		voters: voters.length,
		reachableVoters,
		quorum,
		canLose: Math.max(-1, reachableVoters - quorum),
		leader: { id: 'a1', name: 'm1', term: 5n, sinceMs: atMs, sinceIsAtLeast: true },
		term: 5n,
		revision: 1042n,
		writesPerSecond: null,
		alarms: [],
		watch: { kind: 'off', reason: 'a single reading' },
		...changes,
	};
}

export const finding = (severity: Finding['severity'], changes: Partial<Finding> = {}): Finding => ({
	rule: 'member-unreachable',
	severity,
	member: 'a2',
	title: 'm2 does not answer',
	evidence: 'no answer from http://127.0.0.1:22379 for 12s',
	advice: 'look at the process and the network on its machine',
	reasoning: [],
	remedy: null,
	chart: null,
	...changes,
});

export const healthy = cluster([member(1), member(2), member(3)]);

const withoutLeader = (n: number) =>
	member(n, {
		role: null,
		lagEntries: null,
		state: { kind: 'no-leader', sinceMs: atMs },
		numbers: { ...numbers, leaderId: null, errors: ['etcdserver: no leader'] },
	});

export const quorumLost = cluster([silent(1), withoutLeader(2), silent(3, 'refused')], { leader: null, term: 6n });

const full = { ...numbers, dbSizeBytes: 8_590_000_000, errors: ['memberID:161 alarm:NOSPACE '] };

export const alarmed = cluster([member(1), member(2, { numbers: full }), member(3)], {
	alarms: [{ member: 'a2', type: 'NOSPACE' }],
});

/** Authentication is on and the user may nothing: no member list, no Status. */
export const denied = cluster(
	[1, 2].map(n => ({ ...silent(n, 'permission-denied', 'etcdserver: permission denied'), id: null, numbers: null })),
	{
		list: [],
		voters: 0,
		quorum: 1,
		canLose: null,
		clusterId: null,
		leader: null,
		term: null,
		revision: null,
		listFailure: { ...failure('permission-denied', 1, 'etcdserver: permission denied'), call: 'MemberList' },
	},
);

/** The same, but the metrics answer: m1 leads, which only its metrics tell. */
export const deniedWithMetrics = cluster(
	[1, 2].map(n =>
		member(n, {
			state: {
				kind: 'status-denied',
				sinceMs: atMs - 12_000,
				failure: failure('permission-denied', n, 'etcdserver: permission denied'),
				hasLeader: true,
			},
			numbers: { ...numbers, source: 'metrics', latencySeconds: null, version: null, leaderId: null, raftTerm: null },
		}),
	),
	{
		reachableVoters: 2,
		canLose: 0,
		leader: { id: 'a1', name: 'm1', term: null, sinceMs: null, sinceIsAtLeast: false },
		term: null,
	},
);

export const single = cluster([member(1, { quota: { kind: 'assumed', bytes: 2_147_483_648 } })]);

export const withLearner = cluster([
	member(1, { fsyncP99: measured(0.008, 0.016), commitP99: measured(0.016, 0.032), peerRttP99: measured(0, 0.0001) }),
	member(2, { role: 'learner', isLearner: true, lagEntries: 12_345n, quota: { kind: 'unlimited' } }),
]);

/** Names as an attacker, or a careless script, may choose them. */
export const hostileName = '\x1b]0;owned\x07#(touch /tmp/x)\n日本\u202e#[fg=red]';

export const hostile = cluster(
	[member(1, { name: hostileName }), member(2, { name: '데이터베이스-三号', quota: { kind: 'unlimited' } })],
	{
		leader: { id: 'a1', name: hostileName, term: 5n, sinceMs: atMs, sinceIsAtLeast: true },
	},
);
