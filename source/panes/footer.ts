import type { Glyphs } from '../components/glyphs.ts';
import { bindingsOf } from '../control/keymap.ts';
import type { View } from '../control/view.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { joinFragments } from './fragments.ts';
import { shownKey } from './help.ts';

/** What a key can do now; or the filter while it is typed; or what the last command had to say. */
export function footerLine({ state }: View, columns: number, glyphs: Glyphs): Line {
	if (state.notice !== null && state.mode.kind !== 'filter')
		return [{ text: ' ' }, { text: safeText(state.notice.text), tone: 'strong' }];
	const hints = bindingsOf(state.mode.kind, state).filter(({ hint }) => hint !== undefined);
	const keys = hints.map(({ keys: [key], hint }, index) => ({
		line: [
			{ text: shownKey(key!, glyphs), tone: 'key' },
			{ text: ` ${hint}`, tone: 'muted' },
		] as Line,
		// These stand late in the table and have to stay; what breaks things is what a demonstration is for.
		importance: hint === 'help' || hint === 'quit' || hint === 'break' ? 100 : 50 - index,
	}));
	if (state.mode.kind === 'faults') {
		const description = state.faults?.[state.mode.index]?.description ?? '';
		return [
			{ text: ' ' },
			...joinFragments([...keys, { line: line(description, 'muted'), importance: 0 }], columns - 1),
		];
	}
	if (state.mode.kind !== 'filter') return [{ text: ' ' }, ...joinFragments(keys, columns - 1)];
	const typed: Line = [
		{ text: ' filter: ', tone: 'title' },
		{ text: safeText(state.filter), tone: 'strong' },
		{ text: glyphs.inputCursor, tone: 'accent' },
	];
	return [...typed, ...line('   '), ...joinFragments(keys, Math.max(0, columns - 14 - state.filter.length))];
}
