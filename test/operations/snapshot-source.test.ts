import { describe, expect, it } from 'vitest';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { chooseSource, corruptCheck } from '../../source/operations/snapshot-source.ts';
import type { Look } from '../../source/operations/world.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';

const ids = ['1', '2', '3', '4'];

/** m1 leads, m2 and m3 follow, m4 learns; `change` is what else has just been read. */
function look(change: (story: Story) => void = () => {}): Look {
	const play = story();
	play.list(
		0,
		ids.map(id => memberOf(id, { isLearner: id === '4' })),
	);
	const latencies: Readonly<Record<string, number>> = { 1: 0.001, 2: 0.009, 3: 0.004, 4: 0.001 };
	for (const id of ids) {
		play.answer(10, id, { isLearner: id === '4' }, latencies[id]);
		play.scrape(10, id, [['etcd_disk_defrag_inflight', 0]]);
	}
	change(play);
	return { history: play.history, atMs: 20, snapshot: snapshotAt(play.history, 20) };
}

const lagging = { raftIndex: 500n, raftAppliedIndex: 500n };

const behind =
	(...which: readonly string[]) =>
	(play: Story) => {
		for (const id of which) play.answer(11, id, lagging);
	};

/** Every member's Status tells of every alarm. */
const corrupting = (memberId: string) => (play: Story) => {
	play.answer(11, '1', { errors: [`memberID:${memberId} alarm:CORRUPT`] });
	play.alarms(11, [{ memberId, type: 'CORRUPT' }]);
};

const chosen = (seen: Look, wanted: string | null = null) => {
	const { source, check } = chooseSource(seen, wanted);
	return { name: source?.member.name ?? null, verdict: check.verdict, detail: check.detail };
};

describe('the member that a snapshot is taken from', () => {
	it('is the follower that answers quickest', () => {
		expect(chosen(look())).toEqual({
			name: 'm3',
			verdict: 'pass',
			detail: 'm3, follower, 0 entries behind, answers in 4 ms',
		});
	});

	it('is never one that is behind, busy, silent or corrupt', () => {
		expect(chosen(look(play => play.answer(11, '3', lagging))).name).toBe('m2');
		expect(chosen(look(play => play.answer(11, '3', { raftAppliedIndex: 800n }))).name).toBe('m2');
		expect(chosen(look(play => play.fail(11, '3'))).name).toBe('m2');
		expect(chosen(look(play => play.scrape(11, '3', [['etcd_disk_defrag_inflight', 1]]))).name).toBe('m2');
		const applies: [string, number][] = [['etcd_server_snapshot_apply_in_progress_total', 1]];
		expect(chosen(look(play => play.scrape(11, '3', applies))).name).toBe('m2');
		expect(chosen(look(corrupting('3'))).name).toBe('m2');
	});

	it('is a learner where no follower is fit, and the leader after it, with a warning', () => {
		const noFollower = look(behind('2', '3'));
		expect(chosen(noFollower)).toMatchObject({ name: 'm4', verdict: 'warn' });
		const onlyLeader = look(behind('2', '3', '4'));
		expect(chosen(onlyLeader)).toMatchObject({ name: 'm1', verdict: 'warn' });
		expect(chosen(onlyLeader).detail).toContain('it leads, and reading its whole file may slow every write down');
		expect(chosen(onlyLeader).detail).toContain('nobody else is fit');
	});

	it('is nobody where nobody is fit, and every reason is told', () => {
		const nobody = look(play => {
			for (const id of ids) play.fail(11, id);
		});
		const { name, verdict, detail } = chosen(nobody);
		expect({ name, verdict }).toEqual({ name: null, verdict: 'stop' });
		for (const id of ids) expect(detail).toContain(`m${id}: connection refused`);
	});

	it('is the one that was asked for, unless it is unfit', () => {
		expect(chosen(look(), 'm2')).toMatchObject({ name: 'm2', verdict: 'pass' });
		expect(chosen(look(), 'm1')).toMatchObject({ name: 'm1', verdict: 'warn' });
		expect(chosen(look(), 'm1').detail).toContain('m3 would do');
		const late = look(behind('2'));
		expect(chosen(late, 'm2')).toEqual({ name: 'm2', verdict: 'stop', detail: 'm2 is 500 entries behind' });
		const corrupt = look(corrupting('2'));
		expect(chosen(corrupt, 'm2')).toMatchObject({ verdict: 'stop', detail: 'm2 has raised CORRUPT' });
		expect(() => chooseSource(look(), 'm9')).toThrow('there is no member m9; the members are m1, m2, m3 and m4');
	});

	it('is whoever has most where nobody leads, with a warning', () => {
		const leaderless = look(play => {
			for (const id of ['1', '2', '4']) play.fail(11, id);
			play.answer(11, '3', { leaderId: null, raftIndex: 700n, raftAppliedIndex: 700n });
		});
		expect(chosen(leaderless)).toMatchObject({ name: 'm3', verdict: 'warn' });
		expect(chosen(leaderless).detail).toContain('nobody leads: what only absent members have is not in it');
		const two = look(play => {
			for (const id of ['1', '4']) play.fail(11, id);
			play.answer(11, '2', { leaderId: null, raftIndex: 900n, raftAppliedIndex: 900n });
			play.answer(11, '3', { leaderId: null, raftIndex: 700n, raftAppliedIndex: 700n });
		});
		expect(chosen(two).name).toBe('m2');
	});

	it('may be worth another look where a lag alone is in the way', () => {
		expect(chooseSource(look(), null).mayCatchUp).toBe(false);
		const noFollower = look(behind('2', '3'));
		expect(chooseSource(noFollower, null).mayCatchUp).toBe(true);
		expect(chooseSource(noFollower, 'm2').mayCatchUp).toBe(true);
		expect(chooseSource(noFollower, 'm1').mayCatchUp).toBe(false);
	});

	it('is warned of when CORRUPT is raised elsewhere', () => {
		expect(corruptCheck(look())).toMatchObject({ verdict: 'pass' });
		const corrupt = look(corrupting('3'));
		expect(corruptCheck(corrupt)).toMatchObject({ verdict: 'warn' });
		expect(corruptCheck(corrupt).detail).toContain('raised by m3');
	});
});
