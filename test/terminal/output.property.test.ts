import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Output } from '../../source/terminal/output.ts';
import { cells, emulator, written } from './emulator.ts';
import { fakeSink } from './fake-sink.ts';

const narrow = ['a', 'Z', '0', ' ', '   ', '[31m', '│', '█', '▁', '…', 'ß', '×', 'e\u0301', 'ж', '~'];
const wide = ['日', '한', 'ガ', '😀', '👨‍👩‍👧', '🇩🇪', '❤️', '👍🏽', '1️⃣', '🏴‍☠️'];
/** Terminals and string-width disagree on these. */
const disputed = ['क्षि', 'กำ', '☎', '👩‍🦰', '🫱🏻‍🫲🏿', 'ᄀᄀ', '؀1', '🇩', '\u200d', 'ﷺ', 'o\u0308\u0323\u0301'];
const styles = ['', '1', '2', '7', '31', '1;36', '38;5;244', '4;93;44', '38;2;1;2;3'];

type Piece = { readonly text: string; readonly style: string };
type FrameRows = readonly (readonly Piece[])[];

const frames = (signs: readonly string[]) =>
	fc.array(
		fc.array(
			fc.record({
				text: fc.array(fc.constantFrom(...signs), { maxLength: 8 }).map(all => all.join('')),
				style: fc.constantFrom(...styles),
			}),
			{ maxLength: 5 },
		),
		{ minLength: 1, maxLength: 5 },
	);

/** A frame as Ink writes it. */
const inkFrame = (rows: FrameRows): string =>
	rows
		.map(row => row.map(({ text, style }) => (style === '' ? text : `\x1b[${style}m${text}\x1b[0m`)).join(''))
		.join('\n');

const segmenter = new Intl.Segmenter();

/** The plainest painter there is: erase all, then every cluster at its own place. */
function fullFrame(rows: FrameRows, columns: number, height: number): string {
	let bytes = '\x1b[m\x1b[2J';
	for (const [y, row] of rows.slice(0, height).entries()) {
		let x = 0;
		for (const { text, style } of row)
			for (const { segment } of segmenter.segment(text)) {
				const width = stringWidth(segment);
				const fits = x + width <= columns;
				const shown = fits ? segment : ' '.repeat(Math.max(0, columns - x));
				if (x < columns) bytes += `\x1b[${y + 1};${x + 1}H\x1b[0;${style}m${shown}\x1b[m`;
				x += width;
			}
	}
	return bytes;
}

const sizes = fc.record({ columns: fc.integer({ min: 2, max: 30 }), rows: fc.integer({ min: 1, max: 6 }) });

const steps = (signs: readonly string[]) =>
	fc.array(
		fc.oneof(
			{ weight: 6, arbitrary: frames(signs).map(rows => ({ kind: 'frame', rows }) as const) },
			// One row of the frame before replaced: what most frames are.
			{
				weight: 6,
				arbitrary: fc.tuple(frames(signs), fc.nat(4)).map(([rows, at]) => ({ kind: 'row', rows, at }) as const),
			},
			{ weight: 1, arbitrary: sizes.map(size => ({ kind: 'resize', size }) as const) },
			{ weight: 2, arbitrary: fc.constantFrom({ kind: 'stall' } as const, { kind: 'drain' } as const) },
			{ weight: 1, arbitrary: fc.constant({ kind: 'repaint' } as const) },
		),
		{ minLength: 1, maxLength: 12 },
	);

type Step = Parameters<Parameters<ReturnType<typeof steps>['map']>[0]>[0][number];

/** Plays the steps through our output into one terminal and compares it with another that is given full frames. */
async function agrees(
	size: { columns: number; rows: number },
	script: readonly Step[],
	graphemes: boolean,
	full: (rows: FrameRows, columns: number, height: number) => string,
): Promise<void> {
	const ours = emulator(size.columns, size.rows, graphemes);
	let reference = emulator(size.columns, size.rows, graphemes);
	const fake = fakeSink(size.columns, size.rows);
	const output = new Output({ sink: fake.sink, onBroken: () => {} });
	output.open();
	let latest: FrameRows = [[]];
	for (const step of script) {
		if (step.kind === 'frame') latest = step.rows;
		else if (step.kind === 'row') latest = latest.with(step.at % latest.length, step.rows[0]!);
		else if (step.kind === 'stall') fake.isStalled = true;
		else if (step.kind === 'repaint') output.repaint();
		else if (step.kind === 'resize') {
			output.hold();
			fake.size = step.size;
			ours.resize(step.size.columns, step.size.rows);
			reference = emulator(step.size.columns, step.size.rows, graphemes);
		}
		output.write(inkFrame(latest));
		if (step.kind === 'resize') output.release();
		if (step.kind === 'drain') fake.isStalled = false;
		if (step.kind === 'drain' || step.kind === 'resize') fake.drain();
		await written(ours, fake.take());
		if (fake.isStalled) continue;
		await written(reference, full(latest, fake.size.columns, fake.size.rows));
		expect(cells(ours)).toEqual(cells(reference));
	}
}

describe('what the terminal shows', () => {
	it('is what full frames would show, cell for cell', async () => {
		await fc.assert(
			fc.asyncProperty(sizes, steps([...narrow, ...wide]), (size, script) => agrees(size, script, true, fullFrame)),
			{ numRuns: 150 },
		);
	});

	it('depends on the newest frame alone where the terminal has other widths than we', async () => {
		const whole = (rows: FrameRows, columns: number, height: number) => {
			const fake = fakeSink(columns, height);
			const output = new Output({ sink: fake.sink, onBroken: () => {} });
			output.write(inkFrame(rows));
			output.open();
			return `\x1b[m\x1b[2J${fake.take()}`;
		};
		for (const graphemes of [false, true])
			await fc.assert(
				fc.asyncProperty(sizes, steps([...narrow, ...wide, ...disputed]), (size, script) =>
					agrees(size, script, graphemes, whole),
				),
				{ numRuns: 100 },
			);
	});
});
