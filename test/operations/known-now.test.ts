import { describe, expect, it } from 'vitest';
import type { Member } from '../../source/cluster/member.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { knownNow } from '../../source/operations/known-now.ts';
import type { OperationId } from '../../source/operations/plan.ts';
import type { MemberFigures, PastRun } from '../../source/operations/record.ts';
import type { Look } from '../../source/operations/world.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';

const figuresOf = (id: string, patch: Partial<MemberFigures> = {}): MemberFigures => ({
	id,
	name: `m${id}`,
	state: 'serving',
	role: id === '1' ? 'leader' : 'follower',
	dbSizeBytes: 1_900_000_000,
	dbInUseBytes: 420_000_000,
	quotaBytes: null,
	revision: '90',
	raftTerm: '5',
	...patch,
});

const before = ['1', '2', '3'].map(id => figuresOf(id));

type PastStep = PastRun['steps'][number];

const stepOf = (title: string, end: PastStep['end'], member: string | null = null): PastStep => ({
	title,
	member,
	before: end === 'waiting' ? [] : before,
	end,
	text: '',
	seconds: null,
});

const runOf = (operation: OperationId, patch: Partial<PastRun> = {}): PastRun => ({
	id: 'r',
	operation,
	title: 'x',
	clusterId: 'c1',
	member: null,
	user: 'alice',
	host: 'h',
	pid: 1,
	startedMs: 0,
	endedMs: null,
	isForced: false,
	plan: '',
	checks: [],
	steps: [stepOf('the step', 'running')],
	state: 'interrupted',
	text: '',
	advice: null,
	facts: {},
	before,
	after: [],
	...patch,
});

/** Three members that serve, and what is different. */
function lookAt(
	change: (play: Story) => void = () => {},
	members: readonly Member[] = ['1', '2', '3'].map(id => memberOf(id)),
): Look {
	const play = story();
	play.list(0, members);
	for (const { id } of members) play.answer(10, id, { dbSizeBytes: 420_000_000, dbInUseBytes: 419_000_000 });
	change(play);
	return { history: play.history, atMs: 30, snapshot: snapshotAt(play.history, 30) };
}

const underWay = '“the step” was under way; ';

describe('an interrupted defragmentation', () => {
	const run = runOf('defragment-cluster', {
		steps: [
			stepOf('defragment m3', 'done', 'm3'),
			stepOf('defragment m2', 'running', 'm2'),
			stepOf('defragment m1', 'waiting'),
		],
	});
	const stand = 'done: defragment m3; “defragment m2” was under way, not begun: defragment m1; ';

	it('that the member has ended', () => {
		expect(knownNow(run, lookAt())).toBe(
			`${stand}m2 serves now, its file went from 1.9 GB to 420 MB; m1 leads as before`,
		);
	});

	it('that has changed nothing', () => {
		const look = lookAt(play => play.answer(20, '2', { dbSizeBytes: 1_900_000_000 }));
		expect(knownNow(run, look)).toContain('m2 serves now, its file has 1.9 GB as before;');
	});

	it('that the member is still at', () => {
		const look = lookAt(play => {
			play.scrape(15, '2', [['etcd_disk_defrag_inflight', 1]]);
			play.fail(20, '2', 'timeout');
		});
		expect(knownNow(run, look)).toContain('m2 is still defragmenting');
	});

	it('whose member cannot be reached', () => {
		const look = lookAt(play => play.fail(20, '2'));
		expect(knownNow(run, look)).toContain('m2: connection refused at http://127.0.0.1:2379');
	});

	it('whose member is gone, or whose member list cannot be read', () => {
		expect(
			knownNow(
				run,
				lookAt(() => {}, [memberOf('1'), memberOf('3')]),
			),
		).toContain('m2 is not in the cluster now');
		expect(knownNow(run, { ...lookAt(), snapshot: snapshotAt(story().history, 0) })).toBe(
			`${stand}the member list cannot be read now; nobody is seen to lead now`,
		);
	});

	it('after which another member leads', () => {
		const look = lookAt(play => {
			for (const id of ['1', '2', '3']) play.answer(20, id, { leaderId: '2', raftTerm: 6n });
		});
		expect(knownNow(run, look)).toContain('m2 leads now, before it was m1');
	});
});

describe('how far it came', () => {
	it('is nothing where no step was begun', () => {
		const run = runOf('compact', { steps: [stepOf('a', 'waiting'), stepOf('b', 'waiting')] });
		expect(knownNow(run, lookAt())).toBe('it was interrupted before its first step: nothing was done');
	});

	it('is between two steps', () => {
		const run = runOf('move-leader', { steps: [stepOf('a', 'done'), stepOf('b', 'waiting')] });
		expect(knownNow(run, lookAt())).toContain('done: a; it was interrupted between two steps, not begun: b; ');
	});

	it('is its end, where only the end was not written down', () => {
		const run = runOf('move-leader', { steps: [stepOf('a', 'done')] });
		expect(knownNow(run, lookAt())).toContain('done: a; it was interrupted after its last step; ');
	});

	it('may be of an operation that this version does not know', () => {
		expect(knownNow(runOf('brew-coffee' as OperationId), lookAt())).toBe('“the step” was under way');
	});
});

describe('what is known now of an interrupted', () => {
	const compacted = (revision: number) => (play: Story) =>
		play.scrape(15, '1', [['etcd_debugging_mvcc_compact_revision', revision]]);
	const learner = memberOf('4', { isLearner: true });
	const three = ['1', '2', '3'].map(id => memberOf(id));

	it.each<[string, PastRun, Look, string]>([
		[
			'compaction',
			runOf('compact'),
			lookAt(compacted(12_345)),
			'the history is compacted to revision 12,345; in use: m1 420 MB → 419 MB, m2 420 MB → 419 MB, m3 420 MB → 419 MB',
		],
		[
			'compaction that no member tells of',
			runOf('compact'),
			lookAt(),
			'how far the history is compacted is not told by any member; in use: ',
		],
		['snapshot', runOf('snapshot'), lookAt(), 'a snapshot gets its name only when it is whole'],
		['move of the leader', runOf('move-leader'), lookAt(), 'm1 leads as before'],
		['consistency check', runOf('check-hash'), lookAt(), 'it only reads: nothing was changed'],
		['disarming', runOf('disarm-alarm'), lookAt(), 'no alarm is raised now'],
		[
			'disarming that was not carried out',
			runOf('disarm-alarm'),
			lookAt(play => {
				play.answer(15, '2', { errors: ['memberID:2 alarm:NOSPACE '] });
				play.alarms(15, [{ memberId: '2', type: 'NOSPACE' }]);
			}),
			'raised now: NOSPACE on m2',
		],
		[
			'disarming, of which not all can tell',
			runOf('disarm-alarm'),
			lookAt(play => play.fail(20, '3')),
			'those that answer tell of no alarm',
		],
		[
			'recovery',
			runOf('recover-space', { steps: [stepOf('defragment m2', 'running', 'm2')] }),
			lookAt(),
			'm2 serves now, its file went from 1.9 GB to 420 MB; how far the history is compacted is not told by any member; files: m1 1.9 GB → 420 MB, m2 1.9 GB → 420 MB, m3 1.9 GB → 420 MB; no alarm is raised now',
		],
		[
			'addition that came about',
			runOf('member-add'),
			lookAt(() => {}, [...three, { ...learner, name: '' }]),
			'new in the member list: 4',
		],
		[
			'addition of a member that has started',
			runOf('member-add'),
			lookAt(() => {}, [...three, learner]),
			'new in the member list: m4 (4)',
		],
		['addition that did not', runOf('member-add'), lookAt(), 'no member was added'],
		[
			'addition where not all were known',
			runOf('member-add', { before: [figuresOf('1', { id: null })] }),
			lookAt(),
			'the members now: m1, m2 and m3',
		],
		[
			'removal',
			runOf('member-remove', { member: 'm2' }),
			lookAt(() => {}, [memberOf('1'), memberOf('3')]),
			'm2 is no member any more',
		],
		['removal that did not happen', runOf('member-remove', { member: 'm2' }), lookAt(), 'm2 is still a member'],
		['promotion', runOf('member-promote', { member: 'm2' }), lookAt(), 'm2 is a voter now'],
		[
			'promotion that did not happen',
			runOf('member-promote', { member: 'm2' }),
			lookAt(() => {}, [memberOf('1'), memberOf('2', { isLearner: true })]),
			'm2 is still a learner',
		],
		[
			'change of peer URLs',
			runOf('member-update', { member: 'm2' }),
			lookAt(),
			'the peer URLs of m2 are now http://2:2380',
		],
		[
			'change of hostile peer URLs',
			runOf('member-update', { member: 'm2' }),
			lookAt(() => {}, [memberOf('2', { peerUrls: ['http://\x1b[2J'] })]),
			'the peer URLs of m2 are now http://\\x1b[2J',
		],
	])('%s', (_name, run, look, text) => {
		expect(knownNow(run, look).replace(/^“[^”]+” was under way; /, '')).toContain(text);
		expect(knownNow(run, look)).toMatch(/^“/);
	});
	it('says first what was under way', () => {
		expect(knownNow(runOf('check-hash'), lookAt())).toBe(`${underWay}it only reads: nothing was changed`);
	});
});
