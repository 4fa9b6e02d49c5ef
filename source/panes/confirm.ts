import type { Glyphs } from '../components/glyphs.ts';
import { type ConfirmMode, type Demand, demandOf } from '../control/confirm.ts';
import type { View } from '../control/view.ts';
import { type Line, line, type Segment, type Tone } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth } from '../format/width.ts';
import { entryOf } from '../operations/catalog.ts';
import {
	type Check,
	clusterNameOf,
	type Plan,
	type PlannedStep,
	type Risk,
	riskOf,
	standingOf,
} from '../operations/plan.ts';
import { checkLines, titleCellsOf } from './check-lines.ts';
import { type Fragment, joinFragments } from './fragments.ts';
import { type Panel, panelWith } from './panel.ts';
import { endOf, hanging, section, sectionOf, sectionWidth } from './words.ts';

/*
 *  ┏ Defragment m2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ m2, cluster 7f3a54cd  careful ┓
 *  ┃ Warnings ▲ nothing else is under way  not known of m3: no metrics             ┃
 *  ┃ Plan     defragment m2; about 12 s, from 1.9 GB to about 420 MB               ┃
 *  ┃ Steps    1  defragment m2                                                     ┃
 *  ┃             ▲ etcd 3.4: …                                                     ┃
 *  ┃ Checks   ✓ all voters serve           3 of 3                                  ┃
 *  ┃ Effect   ● m2 serves nobody for about 12 s                                    ┃
 *  ┃ ▸ y to start · Esc leaves, and nothing is done                                ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 *
 * What stops it stays above, its effect and what to press below; the rest scrolls where it is longer than the screen.
 */

/** Stops, what it means, and what to press need this much on the smallest screen. */
const leastConfirmRows = 12;

const riskTones: Readonly<Record<Risk, Tone>> = { safe: 'good', careful: 'warning', dangerous: 'critical' };

const key = (text: string): Segment => ({ text, tone: 'key' });

/** The confirmation: all that is known before anything is done, and what has to be pressed. */
export function confirmPanel(mode: ConfirmMode, view: View, width: number, glyphs: Glyphs): Panel {
	const { preparation, request } = mode;
	switch (preparation.kind) {
		case 'looking':
			return panelWith({
				title: entryOf(request.operation).title,
				body: [line(`looking at the cluster${glyphs.ellipsis} nothing is changed by that`, 'muted')],
				foot: [leaveLine(glyphs)],
			});
		case 'refused':
			return panelWith({
				title: entryOf(request.operation).title,
				body: [
					...hanging([{ text: `${glyphs.cross} `, tone: 'critical' }], safeText(preparation.text), width, 'strong'),
					...(preparation.advice === null
						? []
						: hanging([{ text: `${glyphs.right} `, tone: 'muted' }], safeText(preparation.advice), width)),
				],
				at: { kind: 'first', row: mode.offset },
				foot: [leaveLine(glyphs)],
			});
		case 'ready':
			return planPanel(mode, preparation.plan, view, width, glyphs);
	}
}

const leaveLine = (glyphs: Glyphs): Line => [
	{ text: `${glyphs.running} `, tone: 'muted' },
	key('Esc'),
	{ text: ' leaves, and nothing is done' },
];

function planPanel(mode: ConfirmMode, plan: Plan, view: View, width: number, glyphs: Glyphs): Panel {
	const cells = sectionWidth(width);
	const titleCells = titleCellsOf(plan.checks);
	const checksOf = (wanted: Check['verdict']) =>
		checkLines(
			plan.checks.filter(({ verdict }) => verdict === wanted),
			cells,
			glyphs,
			titleCells,
		);
	const demand = demandOf(mode.preparation);
	const canStart = demand === 'enter' || demand === 'y' || demand === 'phrase';
	const effect = section('Effect', consequenceLines(plan, cells, glyphs));
	return panelWith({
		title: safeText(plan.title),
		hint: targetHint(plan, demand, view),
		// Nothing is to be done, so nothing is stopped.
		head: demand === 'nothing' ? [] : section('Stopped', checksOf('stop')),
		body: [
			...section('Warnings', checksOf('warn')),
			// Why there is nothing to be done stands below.
			...(plan.summary === plan.nothingToDo ? [] : sectionOf('Plan', safeText(plan.summary, 2048), width)),
			...section('Steps', stepLines(plan.steps, cells, glyphs)),
			...(canStart ? [] : effect),
			// What holds is the last to be looked for.
			...section('Checks', [...(demand === 'nothing' ? checksOf('stop') : []), ...checksOf('pass')]),
		],
		tail: canStart ? effect : [],
		foot: actionLines(mode, plan, demand, width, glyphs),
		at: { kind: 'first', row: mode.offset },
		leastRows: leastConfirmRows,
	});
}

/** What it is about, and how dangerous it is; the name of the cluster only where there is no doubt about it. */
function targetHint(plan: Plan, demand: Demand, { snapshot }: View): readonly Fragment[] {
	const cluster = `cluster ${safeText(clusterNameOf(plan.clusterId ?? snapshot.clusterId))}`;
	const target = plan.member === null ? cluster : `${safeText(plan.member, 40)}, ${cluster}`;
	const risk = riskOf(plan);
	const standing: readonly Fragment[] =
		demand === 'nothing'
			? []
			: demand === 'stopped'
				? [{ line: line('stopped', 'critical'), importance: 2 }]
				: [{ line: line(risk, riskTones[risk]), importance: 2 }];
	return [{ line: line(target, 'muted'), importance: 1 }, ...standing];
}

function stepLines(steps: readonly PlannedStep[], width: number, glyphs: Glyphs): readonly Line[] {
	const cells = String(steps.length).length;
	const lines = steps.flatMap(({ title, warnings }, index) => [
		...hanging([{ text: `${String(index + 1).padStart(cells)}  `, tone: 'muted' }], safeText(title), width),
		...warnings.flatMap(text =>
			hanging(
				[{ text: ' '.repeat(cells + 2) }, { text: `${glyphs.warning} `, tone: 'warning' }],
				safeText(text),
				width,
				'warning',
			),
		),
	]);
	return [...lines, ...followedLines(steps, cells, width)];
}

/** Which steps go on on the server whatever we do. */
function followedLines(steps: readonly PlannedStep[], cells: number, width: number): readonly Line[] {
	const followed = steps.flatMap(({ isAbortable }, index) => (isAbortable ? [] : [String(index + 1)]));
	if (followed.length === 0) return [];
	const which =
		followed.length === steps.length
			? steps.length === 1
				? 'it'
				: 'none of them'
			: `${followed.length === 1 ? 'step' : 'steps'} ${followed.join(', ')}`;
	const text =
		which === 'none of them' ? 'once begun, none of them can be stopped' : `once begun, ${which} cannot be stopped`;
	return hanging([{ text: ' '.repeat(cells + 2) }], text, width, 'muted');
}

const consequenceLines = ({ consequence }: Plan, width: number, glyphs: Glyphs): readonly Line[] =>
	consequence.flatMap(text => hanging([{ text: `${glyphs.bullet} `, tone: 'accent' }], safeText(text), width));

/** What to press, always in view. */
function actionLines(mode: ConfirmMode, plan: Plan, demand: Demand, width: number, glyphs: Glyphs): readonly Line[] {
	switch (demand) {
		case 'looking':
		case 'refused':
			return [leaveLine(glyphs)];
		case 'stopped': {
			const stops = plan.checks.filter(({ verdict }) => verdict === 'stop').length;
			const what = stops === 1 ? 'a check stops it' : `${stops} checks stop it`;
			const lead: Line = [{ text: `${glyphs.cross} `, tone: 'critical' }];
			return [...hanging(lead, `${what}: it cannot be done until that is mended`, width, 'strong'), leaveLine(glyphs)];
		}
		case 'nothing': {
			const lead: Line = [{ text: `${glyphs.check} `, tone: 'good' }];
			const text = `nothing to do: ${safeText(plan.nothingToDo ?? '', 2048)}`;
			return [...hanging(lead, text, width, 'strong'), leaveLine(glyphs)];
		}
		case 'enter':
			return [pressLine('Enter', width, glyphs)];
		case 'y':
			return [pressLine('y', width, glyphs)];
		case 'phrase':
			return phraseLines(mode, plan, standingOf(plan) === 'forcible', width, glyphs);
	}
}

const pressLine = (name: string, width: number, glyphs: Glyphs): Line => [
	{ text: `${glyphs.running} `, tone: 'focus' },
	...joinFragments(
		[
			{ line: [key(name), { text: ' to start', tone: 'strong' }], importance: 2 },
			{ line: [key('Esc'), { text: ' leaves, and nothing is done' }], importance: 1 },
		],
		width - 2,
	),
];

/** What was typed is never longer than this on the screen; its end is what one looks at. */
const mostTypedCells = 40;

function phraseLines(
	{ typed, isWrong }: ConfirmMode,
	plan: Plan,
	isForced: boolean,
	width: number,
	glyphs: Glyphs,
): readonly Line[] {
	const phrase = safeText(plan.phrase);
	// In the same row, so that nothing above it moves.
	const wrong = isWrong ? `${glyphs.cross} nothing was started: ` : '';
	const why = `${wrong}type ${phrase} and press Enter${isForced ? ' to do it all the same' : ''}:`;
	const tone: Tone = isForced ? 'critical' : isWrong ? 'warning' : 'strong';
	const shown = endOf(safeText(typed), Math.max(8, Math.min(mostTypedCells, width - 4)), glyphs);
	const input: Line = [
		{ text: shown, tone: 'strong' },
		{ text: glyphs.inputCursor, tone: 'accent' },
	];
	const lead: Segment = { text: `${glyphs.running} `, tone: 'focus' };
	const cells = 2 + displayWidth(why) + 1 + Math.max(displayWidth(phrase), displayWidth(shown)) + 1;
	// The line is the same while one types: whether the input is in it depends on the phrase, or on too much typed.
	if (cells <= width) {
		const esc: Line = [{ text: '   ' }, key('Esc'), { text: ' leaves' }];
		const isRoom = cells + displayWidth(phrase) + 14 <= width;
		const drawn: Line = [lead, { text: `${why} `, tone }, ...input];
		return [isRoom ? [...drawn, ...esc] : drawn];
	}
	return [...hanging([lead], why, width, tone), [{ text: '  ' }, ...input]];
}
