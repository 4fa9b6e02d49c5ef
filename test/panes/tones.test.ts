import { describe, expect, it } from 'vitest';
import { createTheme, type Theme } from '../../source/components/theme.ts';
import type { State } from '../../source/control/state.ts';
import type { Tone } from '../../source/format/line.ts';
import { frameOf } from './draw.tsx';
import { choices, maintenance, pressed, situations, stateOf } from './scenes.ts';

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

	it('mark where a defragmentation is worth it', () => {
		expect(toneOf(screen('healthy'), /┃ m1 .*serving/, '43%')).toBe('warning');
		const dense = { ...situations.healthy.script, seconds: 20, status: () => ({ dbInUseBytes: 700_000_000 }) };
		const full = piecesOf(stateOf({ script: dense }, { columns: 200, rows: 50 }));
		expect(toneOf(full, /┃ m1 .*serving/, '5%')).toBe('normal');
		expect(toneOf(full, /┃ m1 .*serving/, 'no')).toBe('muted');
		const wide = piecesOf(stateOf(situations.healthy, { columns: 200, rows: 50 }));
		expect(toneOf(wide, /┃ m2 .*serving/, 'worth it')).toBe('warning');
		const silent = piecesOf(stateOf(situations['member-frozen'], { columns: 200, rows: 50 }));
		expect(toneOf(silent, /┃ m3 /, '43%')).toBe('muted');
	});

	it('mark what stops, what warns and what to press', () => {
		const careful = piecesOf(stateOf(maintenance['confirm-careful'], size));
		expect(toneOf(careful, /Defragment the cluster/, 'careful')).toBe('warning');
		expect(toneOf(careful, /nothing else is under way/, '▲')).toBe('warning');
		expect(toneOf(careful, /all voters serve/, '✓')).toBe('good');
		expect(toneOf(careful, /etcd 3\.5\.5/, 'etcd 3.5.5')).toBe('warning');
		expect(toneOf(careful, /to start/, 'y')).toBe('key');
		const stopped = piecesOf(stateOf(maintenance['confirm-stopped'], size));
		expect(toneOf(stopped, /all voters serve/, 'all voters serve')).toBe('critical');
		expect(toneOf(stopped, /Defragment the cluster/, 'stopped')).toBe('critical');
		const forcible = piecesOf(stateOf(maintenance['confirm-forcible'], size));
		expect(toneOf(forcible, /all the same/, 'all the same')).toBe('critical');
		const wrong = piecesOf(stateOf(maintenance['confirm-wrong'], { columns: 80, rows: 24 }));
		expect(toneOf(wrong, /nothing was started/, 'nothing was started')).toBe('warning');
	});

	it('mark the step at work, and how it all ended', () => {
		const running = piecesOf(stateOf(maintenance.run, size));
		expect(toneOf(running, /1 {2}defragment m3/, '✓')).toBe('good');
		expect(toneOf(running, /2 {2}defragment m2/, 'defragment m2')).toBe('strong');
		expect(toneOf(running, /3 {2}move the leader/, 'move the leader')).toBe('muted');
		expect(toneOf(piecesOf(stateOf(maintenance['run-done'], size)), /done: 3 members/, '✓')).toBe('good');
		expect(toneOf(piecesOf(stateOf(maintenance['run-failed'], size)), /failed: m2: conn.*done/, '✗')).toBe('critical');
		expect(
			toneOf(piecesOf(stateOf(maintenance['run-leaving'], { columns: 80, rows: 24 })), /leaving after/, 'leaving'),
		).toBe('warning');
	});

	it('mark what was interrupted in the journal', () => {
		const rows = piecesOf(stateOf(maintenance.journal, size));
		expect(toneOf(rows, /Defragment m3/, 'interrupted')).toBe('critical');
		expect(toneOf(rows, /Defragment the cluster/, 'done')).toBe('good');
		expect(toneOf(rows, /snapshot 2h/, '2h 11m')).toBe('normal');
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
