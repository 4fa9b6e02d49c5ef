import { describe, expect, it } from 'vitest';
import { helpNotes } from '../../source/control/help.ts';
import type { Choice } from '../../source/control/operating.ts';
import type { State } from '../../source/control/state.ts';
import { catalog } from '../../source/operations/catalog.ts';
import type { Request } from '../../source/operations/request.ts';
import { memberOf, story } from '../cluster/story.ts';
import { effectsOf, nowMs, press, quietHistory, stateWith } from './operator.ts';
import { ready } from './plans.ts';

const choicesIn = ({ mode }: State): readonly Choice[] => (mode.kind === 'menu' ? mode.choices : []);
const titlesIn = (state: State) => choicesIn(state).map(({ title }) => title);

/** What the last of these keys asks for. */
function asked(state: State, ...names: string[]): Request | null {
	const [effect] = effectsOf(press(state, ...names.slice(0, -1)), names.at(-1)!);
	return effect?.kind === 'prepare' ? effect.request : null;
}

/** Two voters, a learner, and a member that was added and has not started. */
function mixed(status: Parameters<ReturnType<typeof story>['answer']>[2] = {}): State {
	const told = story();
	told.list(0, [
		memberOf('1'),
		memberOf('2'),
		memberOf('3', { isLearner: true }),
		memberOf('4', { name: '', clientUrls: [], peerUrls: ['http://4:2380'] }),
	]);
	for (const id of ['1', '2', '3']) told.answer(nowMs - 1000, id, { isLearner: id === '3', ...status });
	return stateWith({ history: told.history });
}

describe('the key of an operation', () => {
	it('opens its menu where there is something to choose, at the first line', () => {
		expect(press(ready(), 'c').mode).toMatchObject({ kind: 'menu', menu: 'compact', index: 0 });
		expect(asked(ready(), 'c', 'enter')).toEqual({ operation: 'compact', target: { kind: 'keep', seconds: 300 } });
		expect(asked(ready(), 'c', 'end', 'enter')).toEqual({ operation: 'compact', target: { kind: 'head' } });
	});

	it('opens the confirmation where there is not', () => {
		expect(asked(ready(), 'D')).toEqual({ operation: 'defragment-cluster', rule: null });
		expect(asked(ready(), 'h')).toEqual({ operation: 'check-hash' });
	});

	it('means the selected member', () => {
		const selected = press(ready(), 'down', 'down');
		expect(asked(selected, 'd')).toEqual({ operation: 'defragment-member', member: 'm2', rule: null });
		expect(asked(selected, 'm')).toEqual({ operation: 'move-leader', to: 'm2' });
		expect(asked(selected, 's', 'enter')).toMatchObject({ operation: 'snapshot', member: 'm2', path: null });
		expect(asked(ready(), 's', 'enter')).toMatchObject({ member: null, overwrite: false });
	});

	it('asks for the member where the selected one cannot be meant', () => {
		const leader = press(ready(), 'down');
		expect(press(leader, 'm').mode).toMatchObject({ kind: 'menu', menu: 'move-leader', index: 1 });
	});

	it('says why not now', () => {
		expect(press(ready(), 'a').notice?.text).toBe('no alarm is raised');
		expect(press(ready(), 'space', 'c').notice?.text).toBe('the screen is paused; Space goes live');
		expect(press(ready(), 'space', 'x', 'enter').notice?.text).toContain('paused; Esc, then Space goes live');
		expect(press(stateWith(), 'c').notice?.text).toContain('no member of the cluster answers');
		expect(press(ready({ size: { columns: 59, rows: 40 } }), 'D').notice?.text).toContain('60x15');
		const leaderless = mixed({ leaderId: null });
		expect(press(leaderless, 'D').notice?.text).toContain('nobody leads');
		// Where nobody leads a snapshot is worth most.
		expect(press(leaderless, 's').mode.kind).toBe('menu');
	});

	it('is not there in read-only mode, but for the journal', () => {
		for (const name of ['c', 'd', 'D', 's', 'a', 'm', 'M', 'h', 'x']) {
			const state = press(ready({ readOnly: true }), name);
			expect([state.mode.kind, state.notice]).toEqual(['browse', null]);
		}
		expect(press(ready({ readOnly: true }), 'J').mode.kind).toBe('journal');
		const notes = (readOnly: boolean) => JSON.stringify(helpNotes(ready({ readOnly })));
		expect([notes(false), notes(true)].map(text => text.includes('confirm'))).toEqual([true, false]);
	});
});

describe('the menu of members', () => {
	it('tells each one’s role, and whether a defragmentation is worth it', () => {
		const choices = choicesIn(press(mixed(), 'd'));
		expect(choices.map(({ title }) => title).slice(0, 3)).toEqual(['m1', 'm2', 'm3']);
		expect(choices[0]?.note).toMatch(/^leader; not worth it: 50% of 20 MB free/);
		expect(choices[2]).toMatchObject({
			note: expect.stringMatching(/^learner/),
			disabled: expect.stringContaining('learner'),
		});
	});

	it('lets leadership go to voters only', () => {
		const choices = choicesIn(press(mixed(), 'm'));
		expect(choices.slice(0, 3).map(({ disabled }) => disabled)).toEqual([
			'it leads already',
			null,
			'a learner cannot lead',
		]);
		expect(press(press(mixed(), 'm'), 'up', 'enter').notice?.text).toBe('m1: it leads already');
	});

	it('counts what a voter is behind', () => {
		const noteWith = (raftIndex: bigint) => {
			const told = story();
			told.list(0, [memberOf('1'), memberOf('2')]);
			told.answer(nowMs - 1000, '1');
			told.answer(nowMs - 1000, '2', { raftIndex, raftAppliedIndex: raftIndex });
			return choicesIn(press(stateWith({ history: told.history }), 'm'))[1]?.note;
		};
		expect(noteWith(1000n)).toBe('follower; 0 entries behind');
		expect(noteWith(999n)).toBe('follower; 1 entry behind');
	});

	it('reaches members that have never started, by their ids', () => {
		const state = press(mixed(), 'M');
		expect(titlesIn(state)).toContain('remove 4 (not started yet)');
		expect(titlesIn(state)).toContain('promote m3');
		expect(titlesIn(state).filter(title => title.startsWith('promote'))).toHaveLength(1);
		expect(asked(state, 'end', 'enter')).toEqual({ operation: 'member-remove', member: '4' });
	});

	it('asks by id for members of the same name', () => {
		const told = story();
		told.list(0, [memberOf('1'), memberOf('2', { name: 'm1' })]);
		for (const id of ['1', '2']) told.answer(nowMs - 1000, id);
		const state = stateWith({ history: told.history });
		expect(asked(state, 'down', 'down', 'd')).toMatchObject({ member: '2' });
		for (const name of ['d', 'm']) expect(titlesIn(press(state, name)), name).toEqual(['m1 1', 'm1 2']);
		expect(titlesIn(press(state, 'M')).slice(-2)).toEqual(['remove m1 1', 'remove m1 2']);
	});
});

describe('the menu of alarms', () => {
	const alarmed = () => {
		const told = story();
		told.list(
			0,
			['1', '2', '3'].map(id => memberOf(id)),
		);
		for (const id of ['1', '2', '3']) told.answer(nowMs - 1000, id, { errors: ['alarm:NOSPACE'] });
		told.alarms(nowMs - 1000, [{ memberId: '2', type: 'NOSPACE' }]);
		return stateWith({ history: told.history });
	};

	it('offers the whole recovery first, and each alarm on its member', () => {
		expect(titlesIn(press(alarmed(), 'a'))).toEqual(['recover from NOSPACE', 'disarm NOSPACE on m2']);
		expect(asked(alarmed(), 'a', 'enter')).toEqual({ operation: 'recover-space' });
		expect(asked(alarmed(), 'a', 'down', 'enter')).toEqual({
			operation: 'disarm-alarm',
			member: 'm2',
			type: 'NOSPACE',
		});
	});
});

describe('a menu', () => {
	it('keeps its lines while the cluster changes', () => {
		const told = story();
		told.list(
			0,
			['1', '2', '3'].map(id => memberOf(id)),
		);
		for (const id of ['1', '2', '3']) told.answer(nowMs - 1000, id);
		const state = press(stateWith({ history: told.history }), 'd', 'down');
		told.list(nowMs, [memberOf('1'), memberOf('3')]);
		expect(asked(state, 'enter')).toMatchObject({ member: 'm2' });
	});

	it('leads nowhere once operations cannot be had any more', () => {
		const told = story();
		told.list(0, [memberOf('1')]);
		told.answer(nowMs - 1000, '1');
		const state = press(stateWith({ history: told.history }), 'c');
		told.fail(nowMs, '1');
		expect(press(state, 'enter').notice?.text).toContain('no member of the cluster answers');
		expect(effectsOf(state, 'enter')).toEqual([]);
	});

	it('is left by Escape, q and Ctrl+C', () => {
		for (const name of ['escape', 'q', 'ctrl+c']) expect(press(ready(), 'c', name).mode).toEqual({ kind: 'browse' });
	});
});

describe('the palette', () => {
	const at = (index: number, state = ready()) => press(state, 'x', ...Array(index).fill('down'));

	it('opens what the key of the operation opens', () => {
		expect(press(at(0), 'enter').mode).toMatchObject({ kind: 'menu', menu: 'compact' });
		expect(asked(at(2), 'enter')).toEqual({ operation: 'defragment-cluster', rule: null });
	});

	it('takes the letter of a line wherever the choice stands', () => {
		for (const { key: letter } of catalog) {
			const direct = press(ready(), letter);
			const { mode, notice } = press(at(3), letter);
			// What cannot be had now leaves each of them where it was.
			expect(mode, letter).toEqual(direct.mode.kind === 'browse' ? at(3).mode : direct.mode);
			expect(notice).toEqual(direct.notice);
		}
		expect(press(stateWith(), 'x', 'D').notice?.text).toBe(press(stateWith(), 'D').notice?.text);
	});

	it('begins a shared menu at the operation that was chosen', () => {
		const state = press(press(ready(), 'x', 'end', 'up'), 'enter');
		expect(state.mode).toMatchObject({ kind: 'menu', menu: 'members' });
		const { mode } = state;
		expect(mode.kind === 'menu' && mode.choices[mode.index]?.title).toBe('remove m1');
	});

	it('says why not now, and stays; it opens while nothing can be had', () => {
		const state = press(at(4), 'enter');
		expect([state.mode.kind, state.notice?.text]).toEqual(['palette', 'Recover from NOSPACE: no alarm is raised']);
		expect(press(stateWith(), 'x').mode.kind).toBe('palette');
		expect(press(ready({ history: quietHistory() }), 'x', 'up', 'end', 'end').mode).toMatchObject({ index: 11 });
	});
});
