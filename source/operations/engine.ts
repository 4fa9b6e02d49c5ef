import { figuresOf } from './figures.ts';
import { lookForJournal } from './leaving.ts';
import { type Outcome, type Progress, standingOf } from './plan.ts';
import type { RunRecord } from './record.ts';
import { endedEarly, factsOf, faultText, figuresOfNow, note, type Run, type RunOptions, stopText } from './run.ts';
import type { Prepared } from './step.ts';
import { takeTurn } from './turn.ts';

/**
 * Carries a prepared operation out: each step is checked again, recorded, done, and recorded. Ends at the first step that
 * is not done. What a cluster, a disk or an operator can cause is told by the outcome; a bug of ours is thrown once the
 * journal has been told of it. The journal is ended, too, where the generator is returned in the middle.
 */
export async function* runOperation(prepared: Prepared, options: RunOptions): AsyncGenerator<Progress, Outcome> {
	const { checks, nothingToDo } = prepared.plan;
	const standing = standingOf(prepared.plan);
	if (standing === 'stopped' || (standing === 'forcible' && !options.isForced))
		return notStarted(stopText(checks), null);
	const run: Run = { ...prepared, ...options, results: [], journalTrouble: null, seen: null };
	const startMs = run.world.nowMs();
	const trouble = await note(run, startOf(prepared, standing === 'forcible'));
	if (trouble !== null) return notStarted(trouble.text, trouble.advice);
	let outcome: Outcome | null = null;
	let isFault = false;
	try {
		outcome = nothingToDo === null ? yield* runSteps(run) : done(nothingToDo, {});
	} catch (error) {
		isFault = true;
		outcome = endedEarly(run, 'unknown', faultText(error), null);
		throw error;
	} finally {
		const seconds = (run.world.nowMs() - startMs) / 1000;
		outcome = await endJournal(run, outcome ?? abandoned(run), seconds, isFault);
	}
	return outcome;
}

const done = (text: string, facts: Outcome['facts']): Outcome => ({ kind: 'done', text, advice: null, facts });

const notStarted = (text: string, advice: string | null): Outcome => ({
	kind: 'stopped',
	text: `${text}; nothing was done`,
	advice,
	facts: {},
});

const startOf = ({ plan, look }: Prepared, isForced: boolean): RunRecord => ({
	kind: 'started',
	operation: plan.operation,
	title: plan.title,
	clusterId: plan.clusterId,
	member: plan.member,
	risk: plan.risk,
	isForced,
	plan: plan.summary,
	steps: plan.steps.map(({ title }) => title),
	checks: plan.checks,
	before: figuresOf(look),
});

async function* runSteps(run: Run): AsyncGenerator<Progress, Outcome> {
	const { steps, results, world, signal, conclude } = run;
	let { course } = run;
	for (const [index, step] of steps.entries()) {
		const turn = yield* takeTurn(run, step, index, course);
		if (turn.kind === 'over') return turn.outcome;
		course = turn.result.course ?? course;
	}
	run.seen = await lookForJournal(world, signal);
	// What was seen before the last step says nothing of what has come of it.
	const text = run.seen === null ? results.map(result => result.text).join('; ') : conclude(results, run.seen);
	return done(text, factsOf(results));
}

/** Nobody asked for more: the generator was returned. */
function abandoned(run: Run): Outcome {
	const { steps, results } = run;
	const last = results.at(-1);
	if (last === undefined || last.end === 'done' || last.end === 'skipped')
		return endedEarly(run, 'stopped', 'left by the operator', null);
	const text = `left by the operator during “${steps[results.length - 1]!.title}”: ${last.text}`;
	return endedEarly(run, last.end === 'unknown' ? 'unknown' : 'stopped', text, null);
}

/** Writes down how it ended; what could not be written is added to the outcome. */
async function endJournal(run: Run, outcome: Outcome, seconds: number, isFault: boolean): Promise<Outcome> {
	const { kind, text, advice, facts } = outcome;
	const isTold = run.journalTrouble !== null && text.includes(run.journalTrouble.text);
	const after = isFault ? [] : run.seen === null ? await figuresOfNow(run) : figuresOf(run.seen);
	await note(run, { kind: 'ended', outcome: kind, text, advice, facts, seconds, after });
	if (run.journalTrouble === null || isTold) return outcome;
	const { journalTrouble } = run;
	return {
		...outcome,
		text: `${text}; not all of it is written down: ${journalTrouble.text}`,
		advice: advice ?? journalTrouble.advice,
	};
}

export { failureIn } from './trouble.ts';
