import { describe, expect, it } from 'vitest';
import { watchLines } from '../../source/cluster/watch-view.ts';
import { paneIds, shownAtMs, shownTimeMs } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import { memberOf, startTimeMs, story } from '../cluster/story.ts';
import { at, choices, effectsOf, key, nowMs, press, quietHistory, stateWith } from './operator.ts';

const busy = () => stateWith({ history: quietHistory() });

describe('panes', () => {
	it('are visited by Tab in their order, and backwards', () => {
		const visited = paneIds.map((_, count) => press(stateWith(), ...Array(count + 1).fill('tab')).focus);
		expect(visited).toEqual(['database', 'disk', 'leaders', 'findings', 'watch', 'members']);
		expect(press(stateWith(), 'shift+tab').focus).toBe('watch');
	});

	it('are zoomed and back by Enter, and back by Escape', () => {
		expect(press(stateWith(), 'enter').isZoomed).toBe(true);
		expect(press(stateWith(), 'enter', 'enter').isZoomed).toBe(false);
		expect(press(stateWith(), 'enter', 'escape').isZoomed).toBe(false);
	});
});

describe('the selection', () => {
	it('goes through all members and each one, and stops at both ends', () => {
		const keys = ['down', 'down', 'j', 'down'].map(
			(_, index, all) => press(busy(), ...all.slice(0, index + 1)).selectedKey,
		);
		expect(keys).toEqual(['1', '2', '3', '3']);
		expect(press(busy(), 'end').selectedKey).toBe('3');
		expect(press(busy(), 'end', 'k').selectedKey).toBe('2');
		expect(press(busy(), 'end', 'home').selectedKey).toBeNull();
		expect(press(busy(), 'up').selectedKey).toBeNull();
	});

	it('starts anew when its member has left', () => {
		const state = stateWith({ history: quietHistory(), selectedKey: 'gone' });
		expect(press(state, 'down').selectedKey).toBe('1');
	});

	it('survives a cluster of which nothing is known', () => {
		expect(press(stateWith(), 'down', 'end', 'pagedown').selectedKey).toBeNull();
	});
});

describe('the cursor', () => {
	it('stands still while paused, and follows the clock again', () => {
		const paused = press(busy(), 'space');
		const later = update(paused, { kind: 'tick', now: at(nowMs + 5000) })[0];
		expect(shownAtMs(later)).toBe(nowMs);
		expect(shownTimeMs(later)).toBe(startTimeMs + nowMs);
		expect(shownAtMs(press(later, 'space'))).toBe(nowMs + 5000);
	});

	it('goes back and forth by ten seconds on both clocks, and goes live at the end', () => {
		const state = press(busy(), 'left', '[');
		expect([shownAtMs(state), shownTimeMs(state)]).toEqual([nowMs - 20_000, startTimeMs + nowMs - 20_000]);
		expect(shownAtMs(press(state, 'right'))).toBe(nowMs - 10_000);
		expect(press(state, 'right', ']').cursor).toEqual({ kind: 'live' });
	});

	it('goes no further back than the first reading, and forward from there at once', () => {
		const state = press(busy(), ...Array(50).fill('left'));
		expect(shownAtMs(state)).toBe(0);
		expect(shownAtMs(press(state, 'right'))).toBe(10_000);
		expect(press(stateWith(), 'left').cursor).toEqual({ kind: 'live' });
	});

	it('cannot go forward while live, and says why', () => {
		const state = press(busy(), 'right');
		expect(state.cursor).toEqual({ kind: 'live' });
		expect(state.notice?.text).toContain('live');
	});
});

describe('scrolling the watch', () => {
	const watch = () => stateWith({ history: quietHistory(), focus: 'watch' });

	it('holds the list still at the moment it began', () => {
		const state = press(watch(), 'up', 'up');
		expect(state.watchScroll).toEqual({ offset: 2, anchorMs: nowMs });
		const later = press(update(state, { kind: 'tick', now: at(nowMs + 9000) })[0], 'up');
		expect(later.watchScroll).toEqual({ offset: 3, anchorMs: nowMs });
	});

	it('ends where the oldest line is in view, and comes back at once', () => {
		const oldest = press(watch(), 'home');
		const { offset } = oldest.watchScroll;
		const query = { atMs: nowMs, limit: 1000, offset };
		const { lines, matching } = watchLines(oldest.history, query);
		expect(matching).toBe(80);
		expect(offset).toBeGreaterThan(0);
		expect(lines.length).toBeGreaterThan(1);
		expect(press(oldest, 'up').watchScroll.offset).toBe(offset);
		expect(press(oldest, 'down').watchScroll.offset).toBe(offset - 1);
		expect(press(oldest, 'end').watchScroll).toEqual({ offset: 0, anchorMs: null });
		expect(press(oldest, 'pagedown', 'pageup').watchScroll.offset).toBe(offset);
	});

	it('counts only what the filter and the hidden noise leave', () => {
		const filtered = press(watch(), '/', ...'pod-7', 'enter', 'home');
		expect(filtered.filter).toBe('pod-7');
		expect(filtered.watchScroll.offset).toBe(0);
		const hidden = press(watch(), 'n', 'home').watchScroll.offset;
		expect(hidden).toBe(press(watch(), 'home').watchScroll.offset - 20);
	});

	it('follows again when what is listed changes', () => {
		expect(press(watch(), 'up', 'n').watchScroll.offset).toBe(0);
		expect(press(watch(), 'up', '/', 'x').watchScroll.offset).toBe(0);
		expect(press(watch(), 'up', 'left').watchScroll.offset).toBe(0);
	});

	it('has nowhere to go where all lines are in view', () => {
		const empty = stateWith({ focus: 'watch' });
		expect(press(empty, 'home', 'pageup', 'up').watchScroll).toEqual({ offset: 0, anchorMs: null });
	});
});

describe('scrolling the leaders', () => {
	it('ends where the oldest one is in view', () => {
		const told = story();
		told.list(0, [memberOf('1'), memberOf('2')]);
		for (let term = 0; term < 60; term++)
			for (const id of ['1', '2'])
				told.answer(term * 1000, id, { leaderId: String(1 + (term % 2)), raftTerm: BigInt(5 + term) });
		const state = stateWith({ history: told.history, focus: 'leaders' });
		const oldest = press(state, 'end').leadersScroll.offset;
		expect(oldest).toBeGreaterThan(0);
		expect(oldest).toBeLessThan(60);
		expect(press(state, 'end', 'up').leadersScroll.offset).toBe(oldest - 1);
		expect(press(state, 'end', 'home').leadersScroll.offset).toBe(0);
	});
});

describe('the filter', () => {
	it('takes what is typed, pasted and erased, and keeps it by Enter', () => {
		const typed = press(stateWith(), '/', 'p', 'o', 'd', 'space', 'x', 'backspace');
		expect([typed.mode.kind, typed.filter, typed.focus]).toEqual(['filter', 'pod ', 'watch']);
		const pasted = update(typed, { kind: 'key', name: 'paste', text: 'q?b' })[0];
		expect(press(pasted, 'enter')).toMatchObject({ mode: { kind: 'browse' }, filter: 'pod q?b' });
		expect(press(pasted, 'ctrl+u').filter).toBe('');
	});

	it('brings back the filter before on Escape', () => {
		const kept = press(stateWith(), '/', 'a', 'enter', '/', 'b');
		expect(kept.filter).toBe('ab');
		expect(press(kept, 'escape')).toMatchObject({ mode: { kind: 'browse' }, filter: 'a' });
		expect(press(kept, 'ctrl+c').filter).toBe('a');
	});

	it('takes no letter that came with Ctrl or Alt', () => {
		const state = press(stateWith(), '/');
		expect(update(state, { kind: 'key', name: 'ctrl+a', text: 'a' })[0].filter).toBe('');
		expect(update(state, { kind: 'key', name: 'meta+b', text: 'b' })[0].filter).toBe('');
	});

	it('has an end, in whole characters', () => {
		const state = update(press(stateWith(), '/', 'x'), { kind: 'key', name: 'paste', text: '🦀'.repeat(5000) })[0];
		expect(state.filter.length).toBeLessThan(1000);
		expect(state.filter.isWellFormed()).toBe(true);
		expect(press(state, 'backspace').filter.isWellFormed()).toBe(true);
	});
});

describe('Escape', () => {
	it('leaves one thing at a time', () => {
		const state = press(
			stateWith({ history: quietHistory(), selectedKey: '2', filter: 'pod', focus: 'watch', isZoomed: true }),
			'space',
			'up',
		);
		const steps = [state];
		for (let step = 0; step < 6; step++) steps.push(press(steps.at(-1)!, 'escape'));
		expect(
			steps.map(each => [each.isZoomed, each.watchScroll.offset, each.filter, each.selectedKey, each.cursor.kind]),
		).toEqual([
			[true, 1, 'pod', '2', 'paused'],
			[false, 1, 'pod', '2', 'paused'],
			[false, 0, 'pod', '2', 'paused'],
			[false, 0, '', '2', 'paused'],
			[false, 0, '', null, 'paused'],
			[false, 0, '', null, 'live'],
			[false, 0, '', null, 'live'],
		]);
	});
});

describe('the menu of faults', () => {
	const demo = () => stateWith({ faults: choices });

	it('exists only in the demonstration', () => {
		expect(press(stateWith(), 'b').mode.kind).toBe('browse');
		expect(press(demo(), 'b').mode).toEqual({ kind: 'faults', index: 0 });
	});

	it('runs what is chosen and closes', () => {
		const [state, effects] = update(press(demo(), 'b'), key('enter'));
		expect(effects).toEqual([{ kind: 'fault', id: 'kill' }]);
		expect(state.mode.kind).toBe('browse');
	});

	it('says why something cannot be done, and stays', () => {
		const [state, effects] = update(press(demo(), 'b', 'down', 'down'), key('enter'));
		expect(effects).toEqual([]);
		expect(state.mode).toEqual({ kind: 'faults', index: 1 });
		expect(state.notice?.text).toBe('Bring it back: all members are running');
	});

	it('takes new choices while it is open', () => {
		const state = update(press(demo(), 'b', 'down'), { kind: 'faults', faults: [] })[0];
		expect(update(state, key('enter'))[1]).toEqual([]);
		expect(press(state, 'up').mode).toEqual({ kind: 'faults', index: 0 });
	});
});

describe('help', () => {
	it('scrolls to its end and comes back at once', () => {
		const small = stateWith({ size: { columns: 60, rows: 15 } });
		const end = press(small, '?', ...Array(60).fill('pagedown'));
		const offset = end.mode.kind === 'help' ? end.mode.offset : -1;
		expect(offset).toBeGreaterThan(10);
		expect(press(end, 'down').mode).toEqual({ kind: 'help', offset });
		expect(press(end, 'up').mode).toEqual({ kind: 'help', offset: offset - 1 });
		expect(press(end, 'q').mode.kind).toBe('browse');
	});

	it('does not scroll where all of it is in view', () => {
		expect(press(stateWith({ size: { columns: 120, rows: 100 } }), '?', 'down').mode).toEqual({
			kind: 'help',
			offset: 0,
		});
	});
});

describe('effects', () => {
	it('are asked for by their keys alone', () => {
		expect(effectsOf(stateWith(), 'q')).toEqual([{ kind: 'quit' }]);
		expect(effectsOf(stateWith(), 'ctrl+c')).toEqual([{ kind: 'quit' }]);
		expect(effectsOf(stateWith(), 'ctrl+z')).toEqual([{ kind: 'suspend' }]);
		expect(effectsOf(stateWith(), 'ctrl+l')).toEqual([{ kind: 'redraw' }]);
		expect(effectsOf(press(stateWith(), '/'), 'q')).toEqual([]);
		expect(effectsOf(press(stateWith(), '?'), 'ctrl+c')).toEqual([{ kind: 'quit' }]);
	});
});

describe('other events', () => {
	it('change the size, and nothing else', () => {
		const state = press(busy(), 'down', 'tab');
		const [resized, effects] = update(state, { kind: 'resized', columns: 61, rows: 16 });
		expect(resized).toEqual({ ...state, size: { columns: 61, rows: 16 } });
		expect(effects).toEqual([]);
	});

	it('show a notice for a while', () => {
		const told = update(stateWith(), { kind: 'notice', text: 'm1 was killed' })[0];
		expect(update(told, { kind: 'tick', now: at(nowMs + 1000) })[0].notice?.text).toBe('m1 was killed');
		expect(update(told, { kind: 'tick', now: at(nowMs + 60_000) })[0].notice).toBeNull();
	});

	it('give an answer its place until the next key that does something, and lasting news longer', () => {
		const paused = press(stateWith({ faults: choices }), 'right');
		expect(paused.notice?.text).toContain('live');
		expect(press(paused, 'w').notice).toEqual(paused.notice);
		for (const name of ['tab', 'x', '/', '?', 'b']) expect(press(paused, name).notice, name).toBeNull();
		expect(press(paused, 'right').notice?.text).toContain('live');
		const news = update(stateWith(), { kind: 'notice', text: 'an operation was interrupted', lastsMs: 60_000 })[0];
		expect(press(news, 'tab', 'x', 'escape').notice).toEqual(news.notice);
	});

	it('leave keys that nobody listens to without a trace, but that they were pressed', () => {
		const state = stateWith();
		for (const name of ['f5', 'paste', 'w', 'meta+q', ''])
			expect(update(state, key(name))).toEqual([{ ...state, lastKey: { name, atMs: state.now.atMs } }, []]);
	});
});
