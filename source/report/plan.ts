import type { Line, Segment, Tone } from '../format/line.ts';
import { displayWidth, pad } from '../format/width.ts';
import { wrapWords } from '../format/wrap.ts';
import { type Check, type Plan, type PlannedStep, type Risk, riskOf, standingOf } from '../operations/plan.ts';

/*
 * Defragment m2
 * cluster cdf81819 · member m2 · careful
 *
 * Checks
 *   ✔ all voters serve             3 of 3
 *   ! nothing else is under way    not known of m2: no metrics
 *   ✘ writes go on without one …   2 of 3 voters serve and 2 are needed (--force passes it)
 *
 * Plan
 *   defragment m2, about 40 s, from 1.9 GB to 420 MB
 *   1 defragment m2
 *     ! 3.5.5: a crash while it defragments may leave its revision behind
 *
 * Consequence
 *   m2 serves nobody until it is done
 */

const signs: Readonly<Record<Check['verdict'], { readonly sign: string; readonly tone: Tone }>> = {
	pass: { sign: '✔', tone: 'good' },
	warn: { sign: '!', tone: 'warning' },
	stop: { sign: '✘', tone: 'critical' },
};

const riskTones: Readonly<Record<Risk, Tone>> = { safe: 'good', careful: 'warning', dangerous: 'critical' };

/** The risk in a word; a plan that no confirmation lets pass has none. */
function riskSegment(plan: Plan): Segment {
	if (standingOf(plan) === 'stopped') return { text: 'refused by a check', tone: 'critical' };
	const risk = riskOf(plan);
	return { text: risk, tone: riskTones[risk] };
}

const widestTitle = 40;
const narrowestText = 20;

/** Text in rows behind a hanging first cell. */
function hanging(first: Line, firstCells: number, text: string, tone: Tone, widthCells: number): readonly Line[] {
	const rows = wrapWords(text, Math.max(narrowestText, widthCells - firstCells));
	const [head = '', ...rest] = rows;
	return [
		[...first, { text: head, tone }],
		...rest.map((row): Line => [{ text: ' '.repeat(firstCells) }, { text: row, tone }]),
	];
}

function checkLines(checks: readonly Check[], widthCells: number): readonly Line[] {
	const titleCells = Math.min(widestTitle, Math.max(...checks.map(({ title }) => displayWidth(title))));
	return checks.flatMap(({ title, verdict, detail, mayBeForced }) => {
		const { sign, tone } = signs[verdict];
		const first: Line = [
			{ text: `  ${sign} `, tone },
			{ text: `${pad(title, titleCells)}  `, tone: verdict === 'pass' ? 'normal' : tone },
		];
		const how = verdict === 'stop' && mayBeForced ? ' (--force passes it)' : '';
		const firstCells = 6 + Math.max(titleCells, displayWidth(title));
		return hanging(first, firstCells, `${detail}${how}`, verdict === 'pass' ? 'muted' : 'normal', widthCells);
	});
}

const stepLines = (steps: readonly PlannedStep[], widthCells: number): readonly Line[] =>
	steps.flatMap(({ title, warnings }, index) => {
		const number = `  ${String(index + 1).padStart(String(steps.length).length)} `;
		const cells = displayWidth(number);
		return [
			...hanging([{ text: number, tone: 'muted' }], cells, title, 'normal', widthCells),
			...warnings.flatMap(warning =>
				hanging([{ text: `${' '.repeat(cells)}! `, tone: 'warning' }], cells + 2, warning, 'warning', widthCells),
			),
		];
	});

const section = (title: string, lines: readonly Line[]): readonly Line[] =>
	lines.length === 0 ? [] : [[], [{ text: title, tone: 'title' }], ...lines];

const sentence = (text: string, widthCells: number): readonly Line[] =>
	hanging([{ text: '  ' }], 2, text, 'normal', widthCells);

/** What was checked, what would be done and what it means, before anything is. */
export function planLines(plan: Plan, widthCells: number): readonly Line[] {
	const where = [
		...(plan.clusterId === null ? [] : [`cluster ${plan.clusterId}`]),
		...(plan.member === null ? [] : [`member ${plan.member}`]),
	];
	return [
		[{ text: plan.title, tone: 'strong' }],
		[{ text: where.map(part => `${part} · `).join(''), tone: 'muted' }, riskSegment(plan)],
		...section('Checks', checkLines(plan.checks, widthCells)),
		...section('Plan', [
			...(plan.nothingToDo === null
				? sentence(plan.summary, widthCells)
				: sentence(`nothing to do: ${plan.nothingToDo}`, widthCells)),
			...stepLines(plan.steps, widthCells),
		]),
		...section(
			'Consequence',
			plan.nothingToDo === null ? plan.consequence.flatMap(text => sentence(text, widthCells)) : [],
		),
	];
}
