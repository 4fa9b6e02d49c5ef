import { describe, expect, it } from 'vitest';
import type { MemberStatus } from '../../source/cluster/member.ts';
import { defragmentRechecks } from '../../source/operations/defragment-checks.ts';
import { prepareClusterDefragmentation } from '../../source/operations/defragment-cluster.ts';
import { prepareMemberDefragmentation } from '../../source/operations/defragment-member.ts';
import { roomForCopy } from '../../source/operations/defragment-plan.ts';
import { conclusionOf } from '../../source/operations/defragment-words.ts';
import { prepareLeaderMove } from '../../source/operations/move-leader.ts';
import { type Check, type Plan, standingOf } from '../../source/operations/plan.ts';
import { Refused } from '../../source/operations/refused.ts';
import type { Look } from '../../source/operations/world.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';
import { lookAt, scriptedWorld } from './scripted-world.ts';

const MB = 1_000_000;
const atMs = 1000;

type Scene = {
	/** Of each member by its id, laid over a healthy one with 100 MB of which 20 MB are in use; null is down. */
	readonly members?: Readonly<Record<string, Partial<MemberStatus> | null>>;
	readonly learners?: readonly string[];
	readonly samples?: Readonly<Record<string, readonly (readonly [string, number])[]>>;
	readonly also?: (told: Story) => void;
};

const healthyPage: readonly (readonly [string, number])[] = [
	['process_start_time_seconds', 1],
	['etcd_debugging_mvcc_compact_revision', 90],
	['etcd_server_quota_backend_bytes', 8000 * MB],
];

/** Member 1 leads. */
function scene({ members = {}, learners = [], samples = {}, also }: Scene = {}): Look {
	const told = story();
	const ids = [...new Set(['1', '2', '3', ...Object.keys(members), ...learners])];
	told.list(
		atMs,
		ids.map(id => memberOf(id, { isLearner: learners.includes(id) })),
	);
	for (const id of ids) {
		const given = members[id];
		if (given === null) {
			told.fail(atMs, id);
			told.failScrape(atMs, id);
			continue;
		}
		told.answer(atMs, id, {
			dbSizeBytes: 500 * MB,
			dbInUseBytes: 100 * MB,
			isLearner: learners.includes(id),
			...given,
		});
		told.scrape(atMs, id, [...healthyPage, ...(samples[id] ?? [])]);
	}
	also?.(told);
	return lookAt(told, atMs);
}

const rolling = async (look: Look, rule: string | null = null): Promise<Plan> =>
	(await prepareClusterDefragmentation({ operation: 'defragment-cluster', rule }, scriptedWorld(look))).plan;
const single = async (look: Look, member: string): Promise<Plan> =>
	(await prepareMemberDefragmentation({ operation: 'defragment-member', member, rule: null }, scriptedWorld(look)))
		.plan;
const move = async (look: Look, to: string): Promise<Plan> =>
	(await prepareLeaderMove({ operation: 'move-leader', to }, scriptedWorld(look))).plan;

const stopsOf = ({ checks }: Pick<Plan, 'checks'>) =>
	checks.filter(({ verdict }) => verdict === 'stop').map(({ title, detail }) => `${title}: ${detail}`);
const checkOf = ({ checks }: Pick<Plan, 'checks'>, title: string): Check =>
	checks.find(check => check.title === title)!;
const titlesOf = ({ steps }: Plan) => steps.map(({ title }) => title).filter(title => !title.startsWith('see that'));

const past = (seconds: number): readonly (readonly [string, number])[] => [
	['etcd_disk_backend_defrag_duration_seconds_count', 2],
	['etcd_disk_backend_defrag_duration_seconds_sum', 2 * seconds],
];

describe('the plan of a rolling defragmentation', () => {
	it('takes followers by what they give back, and the leader last', async () => {
		const look = scene({
			members: { 3: { dbSizeBytes: 600 * MB } },
			samples: { 1: past(5), 2: past(4), 3: past(12) },
		});
		const plan = await rolling(look);
		expect(stopsOf(plan)).toEqual([]);
		expect(titlesOf(plan)).toEqual([
			'defragment m3',
			'defragment m2',
			'move the leader from m1 to m3',
			'defragment m1',
		]);
		expect(plan.steps.filter(({ isAbortable }) => isAbortable).map(({ title }) => title)).toEqual([
			'see that m3 is up to date',
			'see that m2 is up to date',
			'see that m3 is up to date',
			'see that m1 is up to date',
		]);
		// 12 + 4 + 5 of work, pauses of 12 and 10, a move and its pause of 10.
		expect(plan.summary).toBe(
			'Defragment m3, m2, then move the leader from m1 to m3, then m1; about 54s in all, from 500 MB–600 MB to about 100 MB each',
		);
		expect(plan.consequence[0]).toMatch(/^each member in its turn serves nobody until it is done/);
		expect(plan.consequence[1]).toMatch(/^leadership moves from m1 to m3 and stays there/);
		expect(plan.consequence[2]).toBe(
			'etcd cannot stop a defragmentation that has begun; between two members it can be left',
		);
		expect(checkOf(plan, 'room on the disk for the copy')).toMatchObject({
			verdict: 'warn',
			detail: 'not told by etcd; needed in the data folder: m3 up to 100 MB, m2 up to 100 MB, m1 up to 100 MB',
		});
		expect(plan).toMatchObject({ risk: 'careful', phrase: 'c1', member: null });
	});

	it('leaves out who is not worth it, and learners, and says so', async () => {
		const look = scene({ members: { 2: { dbInUseBytes: 499 * MB }, 4: {} }, learners: ['4'] });
		const plan = await rolling(look);
		expect(titlesOf(plan)).toEqual(['defragment m3', 'move the leader from m1 to m3', 'defragment m1']);
		expect(checkOf(plan, 'who is worth it').detail).toBe(
			'm1 free share 80%, size 500 MB (dbFreeShare >= 45% && dbSize >= 100MiB); m3 free share 80%, size 500 MB (dbFreeShare >= 45% && dbSize >= 100MiB); not worth it: m2 <1% of 500 MB free, quota use 6%',
		);
		expect(checkOf(plan, 'learners are left out').detail).toBe('m4: etcd defragments voters only');
	});

	it('lets the leanest voter lead where only the leader is worth it', async () => {
		const lean = { dbInUseBytes: 495 * MB };
		const plan = await rolling(scene({ members: { 2: { dbInUseBytes: 480 * MB }, 3: lean } }));
		expect(titlesOf(plan)).toEqual(['move the leader from m1 to m3', 'defragment m1']);
		expect(plan.summary).toMatch(
			/^Move the leader from m1 to m3, then defragment m1; how long is not known, because m1 has/,
		);
	});

	it('has nothing to do where nobody is worth it', async () => {
		const full = { dbInUseBytes: 498 * MB };
		const plan = await rolling(scene({ members: { 1: full, 2: full, 3: full } }));
		expect(plan).toMatchObject({ steps: [], consequence: [] });
		expect(plan.nothingToDo).toMatch(/^no member is worth it by dbFreeShare >= 45% && .*: m1 <1% of 500 MB free/);
	});

	it('has nothing to be forced where nobody is worth it and no voter can be spared', async () => {
		const look = (used: number) => {
			const told = story();
			told.list(atMs, [memberOf('1')]);
			told.answer(atMs, '1', { dbSizeBytes: 500 * MB, dbInUseBytes: used });
			told.scrape(atMs, '1', healthyPage);
			return lookAt(told, atMs);
		};
		expect(standingOf(await rolling(look(498 * MB)))).toBe('clear');
		expect(standingOf(await rolling(look(100 * MB)))).toBe('forcible');
		const full = { dbInUseBytes: 498 * MB };
		expect(stopsOf(await rolling(scene({ members: { 1: full, 2: full, 3: null } }))).join('; ')).toMatch(
			/^all voters serve/,
		);
	});

	it('makes up no sizes', () => {
		const silent = scene({ members: { 2: null } }).snapshot.members.find(({ name }) => name === 'm2')!;
		expect(roomForCopy([silent]).detail).toMatch(/; needed in the data folder: .*m2.* nobody knows how much$/);
		const [m1, m2] = scene().snapshot.members;
		expect(conclusionOf([m1!, m2!], [m1!, null])).toBe(
			'defragmented m1 and m2: from 1.0 GB to what not all of them tell',
		);
		expect(conclusionOf([m1!, m2!], [m1!, m2!])).toBe('defragmented m1 and m2: from 1.0 GB to 1.0 GB');
	});

	it('speaks of no pause between members where there is only one', async () => {
		const { consequence } = await rolling(scene({ members: { 2: { dbSizeBytes: 700 * MB } } }), 'dbSize > 600MB');
		expect(consequence.at(-1)).toBe('etcd cannot stop a defragmentation that has begun');
	});

	it('goes by the rule that is given, and refuses one that cannot be read with its column', async () => {
		expect(titlesOf(await rolling(scene({ members: { 2: { dbSizeBytes: 700 * MB } } }), 'dbSize > 600MB'))).toEqual([
			'defragment m2',
		]);
		await expect(rolling(scene(), 'dbSize > ')).rejects.toThrow(Refused);
		await expect(rolling(scene(), 'dbSize > ')).rejects.toThrow('the rule “dbSize > ”, column 10: expected a number');
	});

	it.each<[string, Scene, RegExp]>([
		[
			'a member is behind',
			{ members: { 3: { raftIndex: 850n, raftAppliedIndex: 850n } } },
			/^members are up to date: m3 is 150 entries/,
		],
		[
			'a member has not applied',
			{ members: { 3: { raftAppliedIndex: 700n } } },
			/^members are up to date: m3 is 300 entries/,
		],
		[
			'a learner is behind',
			{ members: { 4: { raftIndex: 1n, raftAppliedIndex: 1n } }, learners: ['4'] },
			/m4 is 999 entries/,
		],
		['terms differ', { members: { 3: { raftTerm: 6n } } }, /^all agree on one leader: /],
		['leaders differ', { members: { 3: { leaderId: '2' } } }, /^all agree on one leader: 2 different answers/],
		['revisions differ', { members: { 3: { revision: 5000n } } }, /^revisions are close: 4,900 apart/],
		[
			'a member defragments',
			{ samples: { 2: [['etcd_disk_defrag_inflight', 1]] } },
			/^nothing else is under way: m2 is defragmenting/,
		],
		[
			'a snapshot is sent',
			{ samples: { 1: [['etcd_network_snapshot_send_inflights_total', 1]] } },
			/m1 sends a snapshot/,
		],
		[
			'data are corrupt',
			{ members: { 2: { errors: ['memberID:2 alarm:CORRUPT '] } } },
			/^no CORRUPT alarm: CORRUPT is raised/,
		],
	])('stops for good where %s', async (_, given, stop) => {
		const plan = await rolling(scene(given));
		expect(stopsOf(plan).join('\n')).toMatch(stop);
		expect(standingOf(plan)).toBe('stopped');
	});

	it('can be forced where a voter is down, and leaves that one out', async () => {
		const plan = await rolling(scene({ members: { 3: null } }));
		expect(standingOf(plan)).toBe('forcible');
		expect(stopsOf(plan)).toEqual([
			expect.stringMatching(/^all voters serve: 2 of 3; m3: connection refused/),
			'writes go on without one voter: 2 of 3 voters serve and 2 are needed: every write stops until it is done',
		]);
		expect(titlesOf(plan)).not.toContain('defragment m3');
		expect(plan.consequence[0]).toContain('every write of the cluster waits for it');
	});

	it('advises to compact first where that gives more back', async () => {
		const long = { revision: 200_090n };
		const many = await rolling(scene({ members: { 1: long, 2: long, 3: long } }));
		expect(checkOf(many, 'history is compacted')).toEqual({
			title: 'history is compacted',
			verdict: 'warn',
			detail: '200,000 revisions are kept: compact first, and a defragmentation gives back more',
		});
		const some = { revision: 2090n };
		const full = { ...some, errors: ['memberID:1 alarm:NOSPACE '] };
		expect(
			checkOf(await rolling(scene({ members: { 1: some, 2: some, 3: some } })), 'history is compacted').verdict,
		).toBe('pass');
		expect(
			checkOf(await rolling(scene({ members: { 1: full, 2: some, 3: some } })), 'history is compacted').verdict,
		).toBe('warn');
	});

	it('warns of the faults of a version next to its step', async () => {
		const plan = await rolling(scene({ members: { 2: { version: '3.5.4' }, 3: { version: '3.4.23' } } }));
		const warningsOf = (title: string) => plan.steps.find(step => step.title === title)!.warnings;
		expect(warningsOf('defragment m1')).toEqual([]);
		expect(warningsOf('defragment m2')).toEqual([
			'etcd 3.5.4: a crash in the middle of a defragmentation may leave the member with other data than the rest; mended in 3.5.6',
			'etcd 3.5.4: may corrupt its data if the leader sends it a snapshot meanwhile; mended in 3.4.38, 3.5.23 and 3.6.5',
			'etcd 3.5.4: its process ends if the defragmentation fails, as for want of disk space; mended in 3.4.35 and 3.5.17',
		]);
		expect(warningsOf('defragment m3')).toHaveLength(2);
	});
});

describe('the plan of one defragmentation', () => {
	it('only warns where it is hardly worth it, and says where nothing would come of it', async () => {
		const full = { dbInUseBytes: 499 * MB };
		const look = scene({
			members: { 2: full },
			samples: { 2: [['etcd_server_quota_backend_bytes', 550 * MB]] },
		});
		const plan = await single(look, 'm2');
		expect(standingOf(plan)).toBe('clear');
		expect(checkOf(plan, 'worth it')).toEqual({
			title: 'worth it',
			verdict: 'warn',
			detail:
				'hardly: quota use 91% (dbQuotaUsage > 80%), but only 1.0 MB are free, a defragmentation would give nothing back',
		});
		expect(plan).toMatchObject({ phrase: 'm2', member: 'm2' });
	});

	it.each([
		['m4', 'm4 serves and is a voter: m4 is a learner: etcd defragments voters only'],
		['m3', 'm3 serves and is a voter: m3: connection refused'],
	])('is refused for %s', async (member, stop) => {
		const plan = await single(scene({ members: { 3: null, 4: {} }, learners: ['4'] }), member);
		expect(stopsOf(plan).join('\n')).toContain(stop);
		expect(standingOf(plan)).toBe('stopped');
		expect(plan.steps).toEqual([]);
	});

	it('is refused for a leader in whose place nobody can lead', async () => {
		const behind = { raftIndex: 1n, raftAppliedIndex: 1n };
		const plan = await single(scene({ members: { 2: behind, 3: behind } }), 'm1');
		expect(stopsOf(plan).join('\n')).toContain('a voter to lead meanwhile: no other voter serves and is up to date');
		expect(standingOf(plan)).toBe('stopped');
	});

	it('knows no member of that name', async () => {
		await expect(single(scene(), 'm9')).rejects.toThrow('there is no member m9; the members are m1, m2 and m3');
	});
});

describe('what is looked at before each step', () => {
	const course = { leaderId: '1', term: 5n };
	const down = scene({ members: { 3: null } });
	const hardStops = (now: Look, planned: Look) =>
		defragmentRechecks(now, course, planned)
			.filter(({ verdict, mayBeForced }) => verdict === 'stop' && mayBeForced !== true)
			.map(({ title }) => title);

	it('lets pass what has not changed', () => {
		expect(defragmentRechecks(scene(), course, scene()).filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
		expect(hardStops(down, down)).toEqual([]);
	});

	it('stops for a voter that has fallen since, whatever was forced', () => {
		expect(hardStops(down, scene())).toEqual(['all voters serve', 'writes go on without one voter']);
		expect(hardStops(scene({ members: { 2: null } }), down)).toEqual([
			'all voters serve',
			'writes go on without one voter',
		]);
	});

	it('stops for another leader, another term and another member list', () => {
		const elected = { leaderId: '2', raftTerm: 6n };
		expect(hardStops(scene({ members: { 1: elected, 2: elected, 3: elected } }), scene())).toEqual([
			'no election since the last step',
		]);
		const again = { raftTerm: 6n };
		expect(hardStops(scene({ members: { 1: again, 2: again, 3: again } }), scene())).toEqual([
			'no election since the last step',
		]);
		expect(hardStops(scene({ members: { 4: {} } }), scene())).toEqual(['the same members as planned']);
		expect(hardStops(scene({ members: { 4: {} } }), scene({ members: { 4: {} }, learners: ['4'] }))).toEqual([
			'the same members as planned',
		]);
	});
});

describe('the plan of a move', () => {
	it('says who hands over to whom', async () => {
		const plan = await move(scene({ members: { 2: { raftIndex: 997n, raftAppliedIndex: 997n } } }), 'm2');
		expect(plan).toMatchObject({
			title: 'Move the leader to m2',
			summary: 'Move the leader from m1 to m2 (3 entries behind); about a second',
			phrase: 'm2',
			risk: 'careful',
		});
		expect(titlesOf(plan)).toEqual(['move the leader from m1 to m2']);
		expect(standingOf(plan)).toBe('clear');
	});

	it('has nothing to do where that member leads already', async () => {
		expect(await move(scene(), 'm1')).toMatchObject({ nothingToDo: 'm1 leads already, term 5', steps: [] });
	});

	it.each<[string, Scene, string]>([
		['m4', { members: { 4: {} }, learners: ['4'] }, 'm4 can lead: m4 is a learner: promote it first'],
		['m3', { members: { 3: null } }, 'm3 can lead: m3: connection refused'],
		[
			'm3',
			{ members: { 3: { raftIndex: 800n, raftAppliedIndex: 800n } } },
			'm3 is up to date: m3 is 200 entries behind',
		],
		['m3', { samples: { 3: [['etcd_disk_defrag_inflight', 1]] } }, 'm3 is defragmenting'],
		['m2', { members: { 1: null } }, 'the leader can be asked: m1: connection refused'],
		[
			'm2',
			{ members: { 1: { leaderId: null }, 2: { leaderId: null }, 3: { leaderId: null } } },
			'no member tells of a leader',
		],
	])('is refused for %s', async (to, given, stop) => {
		const plan = await move(scene(given), to);
		expect(stopsOf(plan).join('\n')).toContain(stop);
		expect(standingOf(plan)).toBe('stopped');
	});

	it('only warns of what it does not touch', async () => {
		const plan = await move(scene({ members: { 3: null } }), 'm2');
		expect(standingOf(plan)).toBe('clear');
		expect(checkOf(plan, 'all voters serve').verdict).toBe('warn');
	});
});
