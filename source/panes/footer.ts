import type { Glyphs } from '../components/glyphs.ts';
import { fitLine } from '../components/paint.ts';
import { availabilityOf } from '../control/availability.ts';
import { isInFront } from '../control/in-front.ts';
import { type Binding, bindingsOf } from '../control/keymap.ts';
import type { State } from '../control/state.ts';
import type { View } from '../control/view.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth } from '../format/width.ts';
import { type Fragment, joinFragments, lineWidth } from './fragments.ts';
import { shownKey } from './help.ts';
import { isRunShown } from './panels.ts';
import { runningPhrase } from './running-phrase.ts';
import { endOf } from './words.ts';

/*
 *  Tab pane  Enter zoom  Space pause  / filter  x operations  ? help  q quit
 *  Esc close  ↓ more                          ▸ Defragment m2 · step 2 of 5 · 12s
 */

/** What is typed needs some room to be read in, other words less. */
const leastFilterCells = 26;
const leastWordsCells = 12;

/**
 * What a key can do now; or the filter while it is typed; or what the last command had to say. `canScroll`: there is more
 * of what stands in front of the panes than is in view.
 */
export function footerLine(view: View, columns: number, glyphs: Glyphs, canScroll: boolean): Line {
	const { state } = view;
	const { operation } = state;
	const cells = columns - 1;
	if (operation === null || isRunShown(view)) return [{ text: ' ' }, ...wordsOf(state, cells, glyphs, canScroll)];
	// What goes on has to be said whatever one looks at.
	const leastCells = state.mode.kind === 'filter' ? leastFilterCells : leastWordsCells;
	const phrase = runningPhrase(operation, state.now.atMs, cells - leastCells - 3, glyphs);
	const room = Math.max(0, cells - lineWidth(phrase) - 3);
	const words = fitLine(wordsOf(state, room, glyphs, canScroll), room, glyphs.ellipsis);
	return [{ text: ' ' }, ...words, { text: '  ' }, ...phrase];
}

function wordsOf(state: State, cells: number, glyphs: Glyphs, canScroll: boolean): Line {
	const { mode, notice } = state;
	if (mode.kind === 'filter') return filterLine(state, cells, glyphs);
	// In front of the panes what can be pressed matters more than what happened earlier.
	if (notice !== null && !(notice.isLasting && isInFront(state))) return line(safeText(notice.text), 'strong');
	return joinFragments([...keysOf(state, glyphs, canScroll), ...notesOf(state)], cells);
}

/** These stand late in the table and have to stay; what breaks things is what a demonstration is for. */
const lasting: readonly string[] = ['help', 'quit', 'break'];

function importanceOf({ command, hint = '' }: Binding, index: number): number {
	if (lasting.includes(hint) || command === 'leave-operation' || command === 'dismiss-operation') return 100;
	// The list of all operations tells of every single one; their own keys are for those who know them.
	if (command === 'palette') return 90;
	return 50 - index;
}

/** What can be had only at other times says why when it is pressed; it is not held out. */
function isOfUse(state: State): (binding: Binding) => boolean {
	const reasonOf = availabilityOf(state);
	return ({ operations }) => operations === undefined || operations.some(id => reasonOf(id) === null);
}

const keysOf = (state: State, glyphs: Glyphs, canScroll: boolean): readonly Fragment[] =>
	bindingsOf(state.mode.kind, state)
		.filter(({ hint }) => hint !== undefined)
		.filter(isOfUse(state))
		.filter(({ hint }) => canScroll || hint !== 'more')
		.map((binding, index) => ({
			line: [
				{ text: shownKey(binding.keys[0]!, glyphs), tone: 'key' },
				{ text: ` ${binding.hint}`, tone: 'muted' },
			],
			importance: importanceOf(binding, index),
		}));

/** What the chosen line of the demonstration's menu does. */
const notesOf = ({ mode, faults }: State): readonly Fragment[] =>
	mode.kind === 'faults' ? [{ line: line(faults?.[mode.index]?.description ?? '', 'muted'), importance: 0 }] : [];

function filterLine(state: State, cells: number, glyphs: Glyphs): Line {
	const keys = joinFragments(keysOf(state, glyphs, false), Math.max(0, cells - 13 - displayWidth(state.filter)));
	const filter = endOf(safeText(state.filter), Math.max(1, cells - 12 - lineWidth(keys)), glyphs);
	return [
		{ text: 'filter: ', tone: 'title' },
		{ text: filter, tone: 'strong' },
		{ text: glyphs.inputCursor, tone: 'accent' },
		{ text: '   ' },
		...keys,
	];
}
