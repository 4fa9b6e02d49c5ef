import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { watchLines } from '../../source/cluster/watch-view.ts';
import type { Effect, Event } from '../../source/control/event.ts';
import { bindingFor, keymap } from '../../source/control/keymap.ts';
import { layoutOf } from '../../source/control/layout.ts';
import { paneIds, type State, shownAtMs } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import { at, choices, key, nowMs, quietHistory, stateWith } from './operator.ts';
import { outcomeOf, plans } from './plans.ts';

const names = [...new Set(keymap.flatMap(({ keys }) => keys)), 'z', 'f1', 'meta+q', 'ctrl+y', '語'];

const event: fc.Arbitrary<Event> = fc.oneof(
	{ weight: 8, arbitrary: fc.constantFrom(...names).map(key) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary' }).map(text => ({ kind: 'key', name: 'paste', text }) as const) },
	{ weight: 2, arbitrary: fc.nat(30_000).map(ms => ({ kind: 'tick', now: at(nowMs + ms) }) as const) },
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.nat(320), fc.nat(110))
			.map(([columns, rows]) => ({ kind: 'resized', columns, rows }) as const),
	},
	{ weight: 1, arbitrary: fc.subarray([...choices]).map(faults => ({ kind: 'faults', faults }) as const) },
	{ weight: 1, arbitrary: fc.string().map(text => ({ kind: 'notice', text }) as const) },
	{
		weight: 1,
		arbitrary: fc
			.constantFrom('running' as const, 'stopped' as const)
			.map(stand => ({ kind: 'recording', news: { stand, text: stand, lastsMs: 6000 } }) as const),
	},
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.nat(90), fc.nat(40))
			.map(([lastOffset, panelRows]) => ({ kind: 'drawn', lastOffset, panelRows }) as const),
	},
	{
		weight: 3,
		arbitrary: fc
			.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(...Object.values(plans)))
			.map(([ticket, plan]) => ({ kind: 'prepared', ticket, plan }) as const),
	},
	{
		weight: 1,
		arbitrary: fc
			.integer({ min: 1, max: 4 })
			.map(ticket => ({ kind: 'refused', ticket, text: 'no such member', advice: null }) as const),
	},
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(2))
			.map(([ticket, step]) => ({ kind: 'progress', ticket, progress: { kind: 'step-started', step } }) as const),
	},
	{
		weight: 1,
		arbitrary: fc.integer({ min: 1, max: 4 }).map(ticket => ({ kind: 'ended', ticket, outcome: outcomeOf() }) as const),
	},
);

/** What each command may ask for; all others ask for nothing. */
const effectsOf: Readonly<Record<string, readonly Effect['kind'][]>> = {
	quit: ['quit'],
	suspend: ['suspend'],
	redraw: ['redraw'],
	'fault-run': ['fault'],
	operate: ['prepare'],
	'palette-open': ['prepare'],
	'menu-choose': ['prepare'],
	'form-submit': ['prepare'],
	'look-again': ['prepare'],
	confirm: ['run', 'prepare'],
	'leave-operation': ['leave'],
	journal: ['read-journal'],
};

const history = quietHistory();

/** What holds whatever was pressed. */
function wrongWith(state: State): string[] {
	const watch = watchLines(state.history, {
		atMs: state.watchScroll.anchorMs ?? shownAtMs(state),
		limit: 1,
		offset: state.watchScroll.offset,
		text: state.filter,
		hideNoise: state.hideNoise,
	});
	const layout = layoutOf({ ...state.size, members: 3, focus: state.focus, isZoomed: state.isZoomed });
	const shown =
		layout.kind === 'panes' ? layout.bands.flatMap(({ panes }) => panes.map(({ id }) => id)) : [state.focus];
	return [
		shown.includes(state.focus) ? '' : `${state.focus} has the focus and is not on the screen`,
		paneIds.includes(state.focus) ? '' : 'no such pane',
		state.watchScroll.offset >= 0 ? '' : 'scrolled beyond the newest line',
		state.watchScroll.offset > 0 && watch.lines.length === 0 ? 'scrolled beyond the oldest line' : '',
		state.watchScroll.offset === 0 || state.watchScroll.anchorMs !== null ? '' : 'scrolled, but not held still',
		state.selectedKey === null || ['1', '2', '3'].includes(state.selectedKey) ? '' : 'selected nobody',
		state.cursor.kind === 'paused' && state.cursor.at.atMs < 0 ? 'before the first reading' : '',
		state.operation !== null || state.mode.kind !== 'run' ? '' : 'runs nothing',
		state.operation === null || state.mode.kind !== 'browse' ? '' : 'the operation is out of sight',
		'index' in state.mode && state.mode.index < 0 ? 'chose a line above the first' : '',
		state.filter.isWellFormed() ? '' : 'half a character in the filter',
	].filter(text => text !== '');
}

describe('whatever is pressed', () => {
	it('never throws, asks for nothing but what its binding says, and stays within what there is to see', () => {
		fc.assert(
			fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (events, isDemo) => {
				let state = stateWith({ history, faults: isDemo ? choices : null });
				for (const each of events) {
					const command = each.kind === 'key' ? bindingFor(state, each.name)?.command : undefined;
					const [next, effects] = update(state, each);
					const allowed = each.kind === 'ended' ? ['read-journal'] : (effectsOf[command ?? ''] ?? []);
					expect(effects.map(({ kind }) => kind).filter(kind => !allowed.includes(kind))).toEqual([]);
					expect(wrongWith(next)).toEqual([]);
					state = next;
				}
			}),
			{ numRuns: 300 },
		);
	});
});
