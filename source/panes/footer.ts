import type { Glyphs } from '../components/glyphs.ts';
import { bindingsOf } from '../control/keymap.ts';
import type { View } from '../control/view.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { joinFragments } from './fragments.ts';
import { shownKey } from './help.ts';

/** What a key can do now; or the filter while it is typed; or what the last command had to say. */
export function footerLine({ state }: View, columns: number, glyphs: Glyphs): Line {
	if (state.notice !== null) return [{ text: ' ' }, { text: safeText(state.notice.text), tone: 'strong' }];
	const hints = bindingsOf(state.mode.kind, state).filter(({ hint }) => hint !== undefined);
	const keys = hints.map(({ keys: [key], hint }, index) => ({
		line: [
			{ text: shownKey(key!, glyphs), tone: 'key' },
			{ text: ` ${hint}`, tone: 'muted' },
		] as Line,
		// Help and quit come last in the table and have to stay.
		importance: hint === 'help' || hint === 'quit' ? 100 : 50 - index,
	}));
	if (state.mode.kind !== 'filter') return [{ text: ' ' }, ...joinFragments(keys, columns - 1)];
	const typed: Line = [
		{ text: ' filter: ', tone: 'title' },
		{ text: safeText(state.filter), tone: 'strong' },
		{ text: glyphs.inputCursor, tone: 'accent' },
	];
	return [...typed, ...line('   '), ...joinFragments(keys, Math.max(0, columns - 14 - state.filter.length))];
}
