import { describe, expect, it } from 'vitest';
import { createTheme, type Theme } from '../../source/components/theme.ts';
import type { State } from '../../source/control/state.ts';
import type { Tone } from '../../source/format/line.ts';
import { frameOf } from './draw.tsx';
import { choices, pressed, situations, stateOf } from './scenes.ts';

const usual = createTheme('256', true);
/** A theme that writes each tone as a style of its own, so that tones can be read back from a frame. */
const tones = Object.keys(usual.styles) as Tone[];
const readable: Theme = {
	...usual,
	styles: Object.fromEntries(tones.map((tone, index) => [tone, `38;5;${index}`])) as Theme['styles'],
};

type Piece = { readonly text: string; readonly tone: Tone; readonly isSelected: boolean };

/** The pieces of each row with what they mean. */
const piecesOf = (state: State): Piece[][] =>
	frameOf(state, readable).map(row =>
		[...row.matchAll(/\x1b\[38;5;(\d+)(;7)?m(.*?)\x1b\[0m/g)].map(([, index, inverse, text]) => ({
			text: text!,
			tone: tones[Number(index)]!,
			isSelected: inverse !== undefined,
		})),
	);

const size = { columns: 120, rows: 40 };
const screen = (name: keyof typeof situations) => piecesOf(stateOf(situations[name], size));

/** The tone of the piece that holds a text, in the first row that matches. */
function toneOf(rows: readonly Piece[][], row: RegExp, text: string): Tone | undefined {
	const found = rows.find(pieces => row.test(pieces.map(piece => piece.text).join('')));
	return found?.find(piece => piece.text.includes(text))?.tone;
}

describe('tones', () => {
	it('mark how the cluster is', () => {
		expect(toneOf(screen('healthy'), /HEALTHY/, 'HEALTHY')).toBe('good');
		expect(toneOf(screen('member-frozen'), /WARNING/, 'WARNING')).toBe('warning');
		expect(toneOf(screen('quorum-lost'), /CRITICAL/, 'CRITICAL')).toBe('alarm');
		expect(toneOf(screen('quorum-lost'), /members {2}3 voters/, 'needed')).toBe('critical');
		expect(toneOf(screen('quorum-lost'), /members {2}3 voters/, 'no leader')).toBe('critical');
		expect(toneOf(screen('nospace'), /members {2}3 voters/, 'NOSPACE')).toBe('alarm');
		expect(toneOf(screen('member-frozen'), /members {2}3 voters/, 'can lose 0')).toBe('warning');
	});

	it('mark each member, and fade the numbers of one that does not answer', () => {
		const rows = screen('member-frozen');
		expect(toneOf(rows, /┃ m1 .*serving/, 'serving')).toBe('good');
		expect(toneOf(rows, /┃ m1 .*serving/, '734 MB')).toBe('normal');
		expect(toneOf(rows, /┃ m1 .*serving/, 'leader')).toBe('accent');
		expect(toneOf(rows, /┃ m3 /, 'no answer')).toBe('critical');
		expect(toneOf(rows, /┃ m3 /, '734 MB')).toBe('muted');
		expect(toneOf(screen('defragmenting'), /┃ m2 /, 'defragmenting')).toBe('warning');
		expect(toneOf(screen('nospace'), /┃ m2 /, 'NOSPACE')).toBe('critical');
		expect(toneOf(screen('learner'), /┃ m4 /, '20,500')).toBe('warning');
	});

	it('mark how full a database is', () => {
		expect(toneOf(screen('healthy'), /│ m1 .*34%/, '34%')).toBe('normal');
		expect(toneOf(screen('nospace'), /│ m2 .*100%/, '100%')).toBe('critical');
		expect(toneOf(screen('nospace'), /│ m2 .*100%/, '█')).toBe('critical');
		expect(toneOf(screen('healthy'), /│ m1 .*34%/, '█')).toBe('accent');
	});

	it('mark slow disks', () => {
		expect(toneOf(screen('healthy'), /┃ m1 /, '~11 ms')).toBe('warning');
		expect(toneOf(screen('quorum-lost'), /┃ m3 /, '~5.8 ms')).toBe('normal');
	});

	it('mark what is missing in the watch, and that the screen is not live', () => {
		const zoomed = piecesOf(stateOf(choices['watch-zoomed'], size));
		expect(toneOf(zoomed, /revisions not seen/, 'not seen')).toBe('warning');
		expect(toneOf(zoomed, /update pods/, 'update')).toBe('normal');
		const paused = piecesOf(pressed(stateOf(situations.healthy, size), ['space']));
		expect(toneOf(paused, /PAUSED/, 'PAUSED')).toBe('warning');
	});

	it('select one whole row', () => {
		const rows = piecesOf(stateOf(choices['member-selected'], size));
		const selected = rows.filter(row => row.some(({ isSelected }) => isSelected));
		expect(selected).toHaveLength(1);
		expect(selected[0]!.slice(1, -1).every(({ isSelected }) => isSelected)).toBe(true);
		expect(selected[0]!.some(({ text }) => text.startsWith('m3'))).toBe(true);
	});

	it('give the keys to the menu while it is open', () => {
		const rows = piecesOf(stateOf(choices.menu, size));
		expect(rows.flat().filter(({ tone, text }) => tone === 'focus' && text === '┏')).toHaveLength(1);
		const selected = rows.filter(row => row.some(({ isSelected }) => isSelected));
		expect(selected.map(row => row.map(({ text }) => text).join(''))).toEqual([
			expect.stringContaining('Bring dead members back'),
		]);
	});

	it('say nothing that is not said in words too: without colour only weight, underline and inverse are left', () => {
		const plainTheme = createTheme('none', true);
		for (const name of ['member-frozen', 'quorum-lost', 'nospace'] as const) {
			const frame = frameOf(stateOf(situations[name], size), plainTheme).join('');
			expect(frame).not.toMatch(/\x1b\[(?![0-247;]*m)/);
			expect(frame).toMatch(name === 'member-frozen' ? /\x1b\[1m▲ WARNING/ : /\x1b\[1;7m✗ CRITICAL/);
		}
	});
});
