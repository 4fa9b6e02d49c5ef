import { createHistory, record } from '../../source/cluster/history.ts';
import type { Member } from '../../source/cluster/member.ts';
import type { Event } from '../../source/control/event.ts';
import { type FaultChoice, initialState, type RecordingStand, type State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import { createAlertLog } from '../../source/diagnosis/alerts/alert-log.ts';
import { createJudge } from '../../source/diagnosis/judge.ts';
import {
	begins,
	ends,
	forcible,
	journalWith,
	later,
	nothing,
	over,
	prepared,
	removal,
	rolling,
	says,
	sevenSteps,
	snapshot,
	stopped,
	warned,
} from './maintenance.ts';
import { membersOf, type Script, tell, timeAt, usualChanges, usualStatus } from './script.ts';

// The screen shows the wall clock of the machine; goldens need one clock.
process.env.TZ = 'UTC';

export const sizes = [
	{ columns: 60, rows: 15 },
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
	{ columns: 200, rows: 50 },
] as const;

type Size = State['size'];

/** A cluster's story, and what the person has pressed since. */
type Scene = {
	readonly script: Script;
	readonly faults?: readonly FaultChoice[];
	readonly readOnly?: boolean;
	/** Keys, and what else happens, in their order; keys before `events`. */
	readonly keys?: readonly string[];
	readonly events?: readonly Event[];
	readonly keysAfter?: readonly string[];
};

const three = membersOf(3);
const [m1, m2, m3] = three as [Member, Member, Member];
const healthy: Script = { members: three, seconds: 600 };

const noLeader = { leaderId: null, errors: ['etcdserver: no leader'] };

const frozen: Script = {
	...healthy,
	status: (member, second) => (member === m3 && second >= 558 ? 'timeout' : {}),
	page: (member, second) => (member === m3 && second >= 558 ? 'timeout' : {}),
};

const newLeader: Script = {
	...healthy,
	status: (member, second) => {
		if (second < 540) return {};
		if (member === m1) return 'refused';
		return second < 543 ? { ...noLeader, raftTerm: 5n } : { leaderId: m2.id, raftTerm: 5n };
	},
	page: (member, second) =>
		second < 540 ? {} : member === m1 ? 'refused' : { etcd_server_leader_changes_seen_total: second < 543 ? 1 : 2 },
	watch: second => {
		if (second === 0) return { kind: 'live', endpoint: m1.clientUrls[0]!, fromRevision: 1_203_457n };
		if (second === 540)
			return {
				kind: 'interrupted',
				failure: { kind: 'unreachable', where: m1.clientUrls[0]!, call: 'Watch', detail: 'the stream ended' },
			};
		return second === 541 ? { kind: 'live', endpoint: m3.clientUrls[0]!, fromRevision: 1_231_537n } : null;
	},
	changes: second => (second >= 540 && second < 544 ? [] : usualChanges(second)),
};

const quorumLost: Script = {
	...healthy,
	status: (member, second) => {
		if (second < 570) return {};
		const { dbInUseBytes, dbSizeBytes, revision, raftIndex, raftAppliedIndex } = usualStatus(healthy, member, 570);
		const stopped = { dbInUseBytes, dbSizeBytes, revision, raftIndex, raftAppliedIndex };
		if (member !== m3) return 'refused';
		return second < 572 ? stopped : { ...stopped, ...noLeader, raftTerm: 7n };
	},
	page: (member, second) => (second >= 570 && member !== m3 ? 'refused' : {}),
	disk: () => 'fast',
	changes: second => (second >= 570 ? [] : usualChanges(second)),
};

const noSpace: Script = {
	...healthy,
	status: (member, second) => ({
		dbSizeBytes: 2_147_500_032 - (member === m2 ? 0 : 60_000_000) - 1_000_000 * Math.max(0, 500 - second),
		dbInUseBytes: 2_040_000_000 - 1_000_000 * Math.max(0, 500 - second),
		errors: second < 500 ? [] : [`memberID:${BigInt(`0x${m2.id}`)} alarm:NOSPACE `],
	}),
	alarms: second => (second < 500 ? [] : [{ memberId: m2.id, type: 'NOSPACE' }]),
	changes: second => (second >= 500 ? [] : usualChanges(second)),
};

const noMetrics: Script = { ...healthy, page: () => 'http-status' };

const denied: Script = {
	...healthy,
	seconds: 20,
	targets: three.map(({ clientUrls: [url] }) => ({ key: url!, endpoint: url! })),
	listFailure: 'permission-denied',
	status: () => 'permission-denied',
	page: () => 'http-status',
	watch: second => (second === 0 ? { kind: 'connecting' } : null),
	changes: () => [],
};

/** Status for root only, and nothing wrong with the metrics. */
const deniedWithMetrics: Script = {
	...healthy,
	seconds: 200,
	status: () => 'permission-denied',
	page: (member, second) => ({
		etcd_server_has_leader: 1,
		etcd_server_is_leader: member === m1 ? 1 : 0,
		etcd_server_is_learner: 0,
		etcd_mvcc_db_total_size_in_bytes: 734_003_200,
		etcd_mvcc_db_total_size_in_use_in_bytes: 411_041_792 + 9000 * second,
		etcd_debugging_mvcc_current_revision: 1_203_456 + second * 52,
		etcd_server_proposals_committed_total: 1_310_500 + second * 54,
		etcd_server_proposals_applied_total: 1_310_500 + second * 54,
	}),
};

/** Comes and goes, and is gone for the moment. */
const flapping: Script = {
	...healthy,
	status: (member, second) => (member === m3 && second >= 560 && second < 590 && second % 10 < 6 ? 'timeout' : {}),
};

const learner: Script = {
	...healthy,
	members: membersOf(4).map((member, index) => ({ ...member, isLearner: index === 3 })),
	status: (member, second) =>
		member.isLearner
			? { raftIndex: 1_290_000n + BigInt(second * 54), raftAppliedIndex: 1_290_000n + BigInt(second * 54) }
			: {},
};

const defragmenting: Script = {
	...healthy,
	status: (member, second) => (member === m2 && second >= 591 ? 'timeout' : {}),
	page: (member, second) => (member === m2 && second >= 590 ? { etcd_disk_defrag_inflight: 1 } : {}),
};

const storm: Script = {
	...healthy,
	unlisted: second => (second > 590 ? 12_345 : 0),
	watch: second => {
		if (second === 0) return { kind: 'live', endpoint: m2.clientUrls[0]!, fromRevision: 1_203_457n };
		if (second === 596) return { kind: 'gap', fromRevision: 1_234_400n, toRevision: 1_239_999n, reason: 'compacted' };
		return second === 597 ? { kind: 'live', endpoint: m3.clientUrls[0]!, fromRevision: 1_240_000n } : null;
	},
};

const faults: readonly FaultChoice[] = [
	{ id: 'kill-leader', title: 'Kill the leader', description: 'what it does', state: '', disabled: null },
	{
		id: 'revive',
		title: 'Bring dead members back',
		description: 'what it does',
		state: '',
		disabled: 'all members are running',
	},
	{ id: 'freeze', title: 'Freeze a member', description: 'what it does', state: 'm2 is frozen', disabled: null },
	{ id: 'thaw', title: 'Thaw the frozen members', description: 'what it does', state: '', disabled: null },
	{ id: 'cut-off', title: 'Cut the leader off from its peers', description: 'what it does', state: '', disabled: null },
	{
		id: 'flood',
		title: 'Flood the cluster with writes',
		description: 'what it does',
		state: '500 writes a second',
		disabled: null,
	},
	{ id: 'fill', title: 'Fill the database to its quota', description: 'what it does', state: '', disabled: null },
];

/** Situations of a cluster: each is drawn at every size. */
export const situations = {
	healthy: { script: healthy },
	'member-frozen': { script: frozen },
	'new-leader': { script: newLeader },
	'quorum-lost': { script: quorumLost },
	nospace: { script: noSpace },
	'no-metrics': { script: noMetrics },
	'auth-denied': { script: denied },
	'auth-denied-with-metrics': { script: deniedWithMetrics },
	'single-member': { script: { ...healthy, members: membersOf(1) } },
	'seven-members': { script: { ...healthy, members: membersOf(7) } },
	learner: { script: learner },
	defragmenting: { script: defragmenting },
	'watch-storm': { script: storm },
} satisfies Record<string, Scene>;

const [small, usual, large] = sizes;

/** The line in the footer is over with the next tick. */
const recording = (stand: RecordingStand): Event => ({ kind: 'recording', news: { stand, text: stand, lastsMs: 0 } });

/** What the person does with the screen, at the sizes at which it differs. */
export const choices = {
	'paused-before-the-change': { script: newLeader, keys: [...Array(8).fill('left')], at: [small, usual, large] },
	'member-selected': { script: frozen, keys: ['down', 'down', 'down'], at: [small, usual, large] },
	'watch-zoomed': { script: storm, keys: ['shift+tab', 'enter'], at: [small, usual, large] },
	'watch-scrolled': { script: healthy, keys: ['shift+tab', 'pageup', 'up'], at: [small, large] },
	'disk-zoomed': { script: frozen, keys: ['tab', 'tab', 'enter'], at: [small, usual] },
	'members-zoomed': { script: learner, keys: ['enter'], at: [small, usual] },
	'leaders-zoomed': { script: newLeader, keys: ['tab', 'tab', 'tab', 'enter'], at: [small, usual] },
	'database-zoomed': { script: noSpace, keys: ['tab', 'enter'], at: [small, usual] },
	findings: { script: frozen, keys: ['f'], at: sizes },
	'findings-zoomed': { script: healthy, keys: ['f', 'z'], at: [small, usual, large] },
	'findings-scrolled': { script: quorumLost, keys: ['f', 'down', 'down', 'down'], at: [small, usual] },
	'findings-flapping': { script: flapping, at: [large] },
	'noise-hidden': { script: healthy, keys: ['n', 'shift+tab'], at: [usual] },
	'filter-typed': { script: healthy, keys: ['/', ...'backup'], at: [small, usual] },
	'filter-without-match': { script: healthy, keys: ['/', ...'nothing', 'enter'], at: [usual] },
	help: { script: healthy, keys: ['?'], at: sizes },
	menu: { script: healthy, keys: ['b', 'down'], faults, at: sizes },
	recording: { script: healthy, events: [recording('running'), later(0)], at: sizes },
	'recording-stopped': { script: healthy, events: [recording('stopped'), later(0)], at: [small, usual] },
	'not-possible-now': { script: healthy, keys: ['right'], at: [usual] },
} satisfies Record<string, Scene & { readonly at: readonly Size[] }>;

const y: Event = { kind: 'key', name: 'y', text: 'y' };
const enter: Event = { kind: 'key', name: 'enter', text: '' };

/** Ends at the last moment of the story, at which the second step is at work. */
const rollingBegun: readonly Event[] = [
	later(-21),
	prepared(rolling),
	y,
	begins(0),
	later(-9),
	ends(0, '734 MB → 416 MB'),
	begins(1),
	says(1, 'm2 is defragmenting; m1 answers in 0.8 ms, m3 in 0.9 ms'),
	later(0),
];

const rollingDone: readonly Event[] = [
	later(-34),
	prepared(rolling),
	y,
	begins(0),
	later(-22),
	ends(0, '734 MB → 416 MB'),
	begins(1),
	later(-13),
	ends(1, '734 MB → 416 MB'),
	begins(2),
	later(-12),
	ends(2, 'm3 leads, term 5'),
	begins(3),
	later(0),
	ends(3, '734 MB → 416 MB'),
	over('done', '3 members, from 734 MB to 416 MB each'),
];

const snapshotBegun: readonly Event[] = [
	later(-3),
	prepared(snapshot),
	enter,
	begins(0),
	says(0, '308 MB of 734 MB, 4 s left', 0.42),
	later(0),
];

const manySteps: readonly Event[] = [
	later(-53),
	prepared(sevenSteps),
	y,
	...[0, 1, 2, 3].flatMap(index => [begins(index), later(12 * index - 41), ends(index, '734 MB → 416 MB')]),
	begins(4),
	later(0),
];

const failing: readonly Event[] = [
	...rollingBegun,
	ends(1, 'm2: connection refused at https://10.0.0.12:2379', 'failed'),
	over(
		'failed',
		'm2: connection refused at https://10.0.0.12:2379; done: defragment m3; not done: defragment m2, move the leader from m1 to m3, defragment m1',
		{ advice: 'look whether etcd runs on m2; what it said last stands in its log' },
	),
];

const refused: Event = {
	kind: 'refused',
	ticket: 1,
	text: 'the member list could not be read: no answer from https://10.0.0.11:2379 within 5 s',
	advice: 'try again when a member answers; --dial-timeout gives it longer',
};

/** Maintenance: every panel in front of the panes. */
export const maintenance = {
	'finding-open': { script: noSpace, keys: ['f', 'enter'], at: sizes },
	'finding-open-below': { script: noSpace, keys: ['f', 'enter', 'pagedown', 'pagedown'], at: [small, usual] },
	'finding-open-paused': { script: noSpace, keys: ['left', 'f', 'enter'], at: [usual] },
	'finding-open-read-only': { script: noSpace, readOnly: true, keys: ['f', 'enter'], at: [usual] },
	'alert-open': { script: quorumLost, keys: ['f', 'end', 'enter'], at: [small, usual, large] },
	palette: { script: healthy, keys: ['x', 'down', 'down'], at: sizes },
	'palette-without-leader': { script: quorumLost, keys: ['x'], at: [usual] },
	'menu-leader': { script: healthy, keys: ['m'], at: [small, usual] },
	'menu-members': { script: learner, keys: ['M'], at: [small, usual] },
	'menu-defragment': { script: healthy, keys: ['d'], at: [usual, large] },
	'menu-alarms': { script: noSpace, keys: ['a'], at: [usual] },
	form: { script: healthy, keys: ['M', 'enter', ...'m4 http'], at: [small, usual] },
	'form-wrong': { script: healthy, keys: ['M', 'enter', ...'m4 nowhere', 'enter'], at: [small, usual] },
	'confirm-looking': { script: healthy, keys: ['D'], at: [small, usual] },
	'confirm-refused': { script: healthy, keys: ['D'], events: [refused], at: [small, usual] },
	'confirm-safe': { script: healthy, keys: ['s', 'enter'], events: [prepared(snapshot)], at: [small, usual, large] },
	'confirm-careful': { script: healthy, keys: ['D'], events: [prepared(warned)], at: sizes },
	'confirm-scrolled': {
		script: healthy,
		keys: ['D'],
		events: [prepared(warned)],
		keysAfter: Array(8).fill('down'),
		at: [small, usual],
	},
	'confirm-dangerous': {
		script: healthy,
		keys: ['D'],
		events: [prepared(removal)],
		keysAfter: ['m'],
		at: [small, usual, large],
	},
	'confirm-wrong': {
		script: healthy,
		keys: ['D'],
		events: [prepared(removal)],
		keysAfter: ['m', '2', 'enter'],
		at: [small, usual],
	},
	'confirm-stopped': { script: frozen, keys: ['D'], events: [prepared(stopped)], at: sizes },
	'confirm-forcible': { script: healthy, keys: ['D'], events: [prepared(forcible)], at: [small, usual, large] },
	'confirm-nothing': { script: healthy, keys: ['D'], events: [prepared(nothing)], at: [small, usual] },
	run: { script: defragmenting, keys: ['D'], events: rollingBegun, at: sizes },
	'run-between-steps': {
		script: healthy,
		keys: ['D'],
		events: [...rollingBegun, ends(1, '734 MB → 416 MB')],
		at: [usual],
	},
	'run-leaving': { script: defragmenting, keys: ['D'], events: rollingBegun, keysAfter: ['escape'], at: [usual] },
	'run-with-bar': { script: healthy, keys: ['D'], events: snapshotBegun, at: [small, usual, large] },
	'run-many-steps': { script: healthy, keys: ['D'], events: manySteps, at: [small, usual] },
	'run-done': { script: healthy, keys: ['D'], events: rollingDone, at: sizes },
	'run-failed': { script: newLeader, keys: ['D'], events: failing, at: [small, usual, large] },
	'run-behind-help': { script: defragmenting, keys: ['D'], events: rollingBegun, keysAfter: ['?'], at: [small, usual] },
	'run-behind-zoom': {
		script: defragmenting,
		keys: ['D'],
		events: rollingBegun,
		keysAfter: ['enter'],
		at: [small, usual],
	},
	'run-behind-filter': {
		script: defragmenting,
		keys: ['D'],
		events: rollingBegun,
		keysAfter: ['/', ...'backup'],
		at: [small, usual],
	},
	journal: { script: healthy, keys: ['J'], events: [journalWith()], keysAfter: ['down'], at: sizes },
	'journal-unread': { script: healthy, keys: ['J'], at: [usual] },
	'journal-empty': { script: healthy, keys: ['J'], events: [journalWith({ runs: [] })], at: [small, usual] },
	'journal-trouble': {
		script: healthy,
		keys: ['J'],
		events: [
			journalWith({
				trouble: '/root/.local/state/etcdtop/journal.jsonl cannot be read: permission denied; look who owns it',
			}),
		],
		at: [small, usual],
	},
	'journal-entry': {
		script: healthy,
		keys: ['J'],
		events: [journalWith()],
		keysAfter: ['enter'],
		at: [small, usual, large],
	},
	'journal-snapshot': {
		script: healthy,
		keys: ['J'],
		events: [journalWith()],
		keysAfter: ['down', 'enter'],
		at: [small, usual],
	},
	'journal-interrupted': {
		script: healthy,
		keys: ['J'],
		events: [journalWith()],
		keysAfter: ['down', 'down', 'enter'],
		at: [usual],
	},
	'snapshot-age': { script: healthy, events: [journalWith()], at: sizes },
	'no-snapshot': { script: healthy, events: [journalWith({ runs: [] })], at: [usual] },
	'read-only': { script: healthy, readOnly: true, keys: ['?', 'pagedown'], at: [usual] },
} satisfies Record<string, Scene & { readonly at: readonly Size[] }>;

/** Judging each second of ten minutes would take longer than all else: most of it is judged every ten. */
const judgedEachSecond = 60;

/** Judged as it is told: findings have an age. */
function toldAndJudged(script: Script) {
	const judge = createJudge(createAlertLog());
	const history = createHistory({ quotaFlagBytes: script.quotaFlagBytes ?? null });
	let judged = 0;
	const { endMs } = tell(script, reading => {
		const second = Math.floor(reading.atMs / 1000);
		const step = second > script.seconds - judgedEachSecond ? 1 : 10;
		if (second >= judged + step) {
			judge.advance(history, second * 1000 - 50);
			judged = second;
		}
		record(history, reading);
	});
	judge.advance(history, endMs);
	return { history, judge, endMs };
}

const told = new Map<Script, ReturnType<typeof toldAndJudged>>();

/** The state of a scene at a size. The story of a script is recorded once. */
export function stateOf(scene: Scene, size: Size): State {
	const { script, keys = [], events = [], keysAfter = [], faults, readOnly = false } = scene;
	const story = told.get(script) ?? toldAndJudged(script);
	told.set(script, story);
	const { history, endMs, judge } = story;
	const state = initialState({
		history,
		judge,
		now: timeAt(endMs),
		size,
		source: '--endpoints',
		faults: faults ?? null,
		readOnly,
	});
	return pressed(happened(pressed(state, keys), events), keysAfter);
}

/** The state after some keys; single characters are typed as text too. */
export const pressed = (state: State, keys: readonly string[]): State =>
	happened(
		state,
		keys.map(name => ({ kind: 'key', name, text: name.length === 1 ? name : '' })),
	);

export const happened = (state: State, events: readonly Event[]): State =>
	events.reduce((before, event) => update(before, event)[0], state);

/** The first moment: nothing was read yet. */
export const nothingYet = (size: Size): State =>
	initialState({
		history: createHistory({ quotaFlagBytes: null }),
		judge: createJudge(null),
		now: timeAt(0),
		size,
		source: 'ETCDCTL_ENDPOINTS',
		faults: null,
		readOnly: false,
	});
