import type { Glyphs } from '../components/glyphs.ts';
import { progressBar } from '../components/progress-bar.ts';
import type { OperationRun, RunningStep } from '../control/operating.ts';
import { formatDuration } from '../format/duration.ts';
import { type Line, line, type Segment } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { pad } from '../format/width.ts';
import { behindWord } from '../operations/facts.ts';
import type { Outcome } from '../operations/plan.ts';
import { factLines } from './facts.ts';
import type { Fragment } from './fragments.ts';
import { lookOf } from './outcomes.ts';
import { type Panel, panelWith } from './panel.ts';
import { stepLines, timeCells } from './steps.ts';
import { hanging, wrapped } from './words.ts';

/*
 *  ┏ Defragment the cluster ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ step 2 of 4   1m 12s ┓
 *  ┃ ✓ 1  defragment m2                   41s  1.9 GB → 420 MB                    ┃
 *  ┃ ▸ 2  defragment m3                   12s                                     ┃
 *  ┃ · 3  move the leader from m1 to m2                                           ┃
 *  ┃ · 4  defragment m1                                                           ┃
 *  ┃ m3 defragments; m1 answers in 0.8 ms, m2 in 0.9 ms                           ┃
 *  ┃ ████████████░░░░░░░░░░░░░░░░░░  42%                                          ┃
 *  ┃ ▸ this step cannot be stopped; Esc leaves after it                           ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 *
 * While it runs nothing changes its place; where its steps are too many, those around the running one are in view.
 */

const secondsBetween = (fromMs: number, toMs: number) => Math.max(0, (toMs - fromMs) / 1000);

/** How long a step took, or has taken so far; null where it was not begun. */
const secondsOf = ({ startedMs, endedMs }: RunningStep, nowMs: number): number | null =>
	startedMs === null ? null : secondsBetween(startedMs, endedMs ?? nowMs);

/** The step that is at work, else the one whose turn is next, else the last one. */
function turnOf(steps: readonly RunningStep[]): number {
	const running = steps.findIndex(({ state }) => state === 'running');
	const next = running >= 0 ? running : steps.findIndex(({ state }) => state === 'waiting');
	return next >= 0 ? next : Math.max(0, steps.length - 1);
}

/** `step 2 of 5`; empty where there are no steps. */
export const placeOf = ({ steps }: Pick<OperationRun, 'steps'>): string =>
	steps.length === 0 ? '' : `step ${turnOf(steps) + 1} of ${steps.length}`;

/** How long the operation took, or has taken so far. */
export const elapsedSeconds = ({ startedMs, endedMs }: OperationRun, nowMs: number): number =>
	secondsBetween(startedMs, endedMs ?? nowMs);

/** The operation that runs, or has just ended. */
export function runPanel(run: OperationRun, nowMs: number, width: number, glyphs: Glyphs): Panel {
	const steps = stepLines(
		run.steps.map(step => ({ ...step, seconds: secondsOf(step, nowMs) })),
		width,
		glyphs,
	);
	// The panes keep the keys, but for Escape.
	const shared = {
		title: safeText(run.plan.title),
		hint: timeHint(run, nowMs),
		isFocused: false,
		// “2–2 of 4” beside “step 2 of 4” would be read as the same.
		place: 'hidden',
	} as const;
	if (run.outcome !== null)
		return panelWith({
			...shared,
			body: [...steps, ...outcomeLines(run.outcome, width, glyphs)],
			// As much of the steps as fits above the outcome.
			at: { kind: 'first', row: steps.length },
			foot: [endLine(run, glyphs)],
			leastRows: outcomeLines(run.outcome, width, glyphs).length + 4,
		});
	return panelWith({
		...shared,
		body: steps,
		at: { kind: 'middle', row: turnOf(run.steps) },
		foot: [...nowLines(run, width, glyphs), leaveLine(run, glyphs)],
	});
}

function timeHint(run: OperationRun, nowMs: number): readonly Fragment[] {
	const time = line(pad(formatDuration(elapsedSeconds(run, nowMs)), timeCells, 'right'), 'strong');
	const place: readonly Fragment[] =
		run.outcome === null && run.steps.length > 0 ? [{ line: line(placeOf(run), 'muted'), importance: 2 }] : [];
	return [...place, { line: time, importance: 3 }];
}

const mostBarCells = 60;

/** Two rows, whatever is known: what the step says, and how far it is. */
function nowLines({ steps }: OperationRun, width: number, glyphs: Glyphs): readonly Line[] {
	const step = steps.find(({ state }) => state === 'running');
	if (step === undefined) return [line('looking at the cluster before the next step', 'muted'), []];
	const [first = '', second = ''] = wrapped(safeText(step.text), width);
	if (step.fraction === null) return [line(first), line(second)];
	return [line(safeText(step.text)), progressBar(step.fraction, Math.min(mostBarCells, width), glyphs)];
}

const escLine = (before: string, after: string, glyphs: Glyphs): Line => [
	{ text: `${glyphs.running} `, tone: 'muted' },
	{ text: before },
	{ text: 'Esc', tone: 'key' },
	{ text: ` ${after}` },
];

/** What can be pressed at the end. The journal tells nothing of an operation that was never begun. */
const endLine = ({ steps }: OperationRun, glyphs: Glyphs): Line =>
	steps.some(({ state }) => state !== 'waiting')
		? [...escLine('', 'closes this   ', glyphs), { text: 'J', tone: 'key' }, { text: ' shows all of it' }]
		: escLine('', 'closes this', glyphs);

/** What Escape does now, or has done. */
function leaveLine({ steps, isLeaving }: OperationRun, glyphs: Glyphs): Line {
	const step = steps.find(({ state }) => state === 'running');
	const mark: Segment = { text: `${glyphs.running} `, tone: 'warning' };
	if (isLeaving)
		return step === undefined || step.isAbortable
			? [mark, { text: 'leaving: no further step is begun', tone: 'warning' }]
			: [mark, { text: 'leaving after this step: it cannot be stopped', tone: 'warning' }];
	if (step === undefined) return escLine('', 'leaves before the next step', glyphs);
	return step.isAbortable
		? escLine('', 'leaves at once', glyphs)
		: escLine('this step cannot be stopped; ', 'leaves after it', glyphs);
}

function outcomeLines({ kind, text, advice, facts }: Outcome, width: number, glyphs: Glyphs): readonly Line[] {
	const { glyph, word, tone } = lookOf(kind, glyphs);
	return [
		...hanging([{ text: `${glyph} `, tone }], `${word}${behindWord(word, safeText(text, 2048))}`, width, 'strong'),
		...factLines(facts, width),
		...(advice === null ? [] : hanging([{ text: `${glyphs.right} `, tone: 'muted' }], safeText(advice), width)),
	];
}
