import { formatDuration } from '../format/duration.ts';
import type { Line, Tone } from '../format/line.ts';
import { formatPercent } from '../format/number.ts';
import { behindWord, shownFacts } from '../operations/facts.ts';
import { type Outcome, type Plan, type Progress, type StepEnd, standingOf } from '../operations/plan.ts';

/** One step as far as it went. */
export type StepRun = {
	readonly end: StepEnd | null;
	readonly text: string | null;
	readonly startedMs: number | null;
	readonly seconds: number | null;
};

/** Every step of a plan, from what the operation has said so far. */
export type RunLog = readonly StepRun[];

export const emptyLog = ({ steps }: Pick<Plan, 'steps'>): RunLog =>
	steps.map(() => ({ end: null, text: null, startedMs: null, seconds: null }));

/** The log with one more word of the operation, said at a moment of a clock that never jumps. */
export const logged = (log: RunLog, progress: Progress, nowMs: number): RunLog =>
	log.map((step, index) => (index === progress.step ? steppedOn(step, progress, nowMs) : step));

function steppedOn(step: StepRun, progress: Progress, nowMs: number): StepRun {
	switch (progress.kind) {
		case 'step-started':
			return { ...step, startedMs: nowMs };
		case 'step-progress':
			return { ...step, text: progress.text };
		case 'step-ended':
			return { ...step, end: progress.end, text: progress.text, seconds: (nowMs - (step.startedMs ?? nowMs)) / 1000 };
	}
}

/** Whether anything was asked of a server. */
export const hasBegun = (log: RunLog): boolean => log.some(({ startedMs }) => startedMs !== null);

const signs: Readonly<Record<StepEnd, { readonly sign: string; readonly tone: Tone }>> = {
	done: { sign: '✔', tone: 'good' },
	skipped: { sign: '–', tone: 'muted' },
	failed: { sign: '✘', tone: 'critical' },
	unknown: { sign: '?', tone: 'warning' },
	left: { sign: '■', tone: 'warning' },
};

const counted = (index: number, { steps }: Pick<Plan, 'steps'>) => `${index + 1}/${steps.length}`;

/** A step's word as one line; null where it is only for a line that is painted over. */
export function progressLine(plan: Plan, log: RunLog, progress: Progress, nowMs: number): Line {
	const { step } = progress;
	const title = plan.steps[step]?.title ?? '';
	const run = log[step];
	const number = { text: `${counted(step, plan)} `, tone: 'muted' } as const;
	switch (progress.kind) {
		case 'step-started':
			return [number, { text: title }];
		case 'step-progress': {
			const share = progress.fraction === null ? '' : ` ${formatPercent(progress.fraction)}`;
			const elapsed = formatDuration((nowMs - (run?.startedMs ?? nowMs)) / 1000);
			return [number, { text: title }, { text: ` · ${elapsed}${share} · ${progress.text}`, tone: 'muted' }];
		}
		case 'step-ended': {
			const { sign, tone } = signs[progress.end];
			const took = formatDuration(run?.seconds ?? 0);
			return [number, { text: `${sign} `, tone }, { text: title }, { text: ` · ${took} · ${progress.text}` }];
		}
	}
}

const endings: Readonly<Record<Outcome['kind'], { readonly word: string; readonly tone: Tone }>> = {
	done: { word: 'done', tone: 'good' },
	stopped: { word: 'stopped', tone: 'warning' },
	failed: { word: 'failed', tone: 'critical' },
	unknown: { word: 'not known', tone: 'critical' },
};

/** Commands, files and sums on lines of their own, to be copied. */
export const factLines = (facts: Outcome['facts']): readonly Line[] =>
	shownFacts(facts).flatMap(({ title, rows, isShort }): readonly Line[] =>
		isShort
			? [[{ text: `${title}: `, tone: 'muted' }, { text: rows[0]! }]]
			: [[{ text: `${title}:`, tone: 'muted' }], ...rows.map((text): Line => [{ text: `  ${text}` }])],
	);

/** How it ended, in a line, and what to try. */
export function outcomeLines({ kind, text, advice }: Outcome): readonly Line[] {
	const { word, tone } = endings[kind];
	return [
		[{ text: word, tone }, { text: behindWord(word, text) }],
		...(advice === null ? [] : [[{ text: '→ ', tone: 'muted' }, { text: advice }] as Line]),
	];
}

/** A failure as one line that says what, where and what to try. */
export const failureText = ({ kind, text, advice }: Outcome): string =>
	`${endings[kind].word}${behindWord(endings[kind].word, text)}${advice === null ? '' : `; ${advice}`}`;

/** Why the checks of a plan do not let it pass, as one line. */
export function refusalText(plan: Pick<Plan, 'checks'>): string {
	const stops = plan.checks
		.filter(({ verdict }) => verdict === 'stop')
		.map(({ title, detail }) => `${title}: ${detail}`);
	const how = standingOf(plan) === 'forcible' ? '; --force passes it' : '';
	return `refused, nothing was changed: ${stops.join('; ')}${how}`;
}
