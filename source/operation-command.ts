import { abandoned, endOf, type Flight, leavingText, startFlight, tellOutcome } from './carry-out.ts';
import { Interrupted, UsageError } from './config/errors.ts';
import { type OperationEnd, operationExits } from './config/operation-exits.ts';
import type { OperationSettings } from './config/settings.ts';
import { canAsk } from './confirm.ts';
import { connect } from './connect.ts';
import { type Leaving, watchForLeaving } from './leaving.ts';
import { type OpenTools, openTools } from './maintenance-tools.ts';
import { createDesk, type Desk } from './operation-desk.ts';
import { type Outcome, type Plan, standingOf } from './operations/plan.ts';
import type { Prepared } from './operations/step.ts';
import { prepareAsked } from './prepare-asked.ts';
import { operationJson } from './report/operation-json.ts';
import { outcomeLines, refusalText } from './report/progress.ts';

/** How a command ends, and what `-o json` tells of it. */
type Ending = {
	readonly end: OperationEnd;
	readonly plan: Plan;
	readonly outcome: Outcome | null;
	readonly flight: Flight | null;
};

type Run = { readonly settings: OperationSettings; readonly desk: Desk; readonly leaving: Leaving };

/** One operation without the screen: looked at, shown, confirmed, carried out. The exit code says how it ended. */
export async function operationCommand(settings: OperationSettings): Promise<number> {
	if (!settings.isDryRun && !settings.isConfirmed && !canAsk())
		throw new UsageError(
			'there is no terminal to confirm on; try --dry-run to see the plan, or --yes to confirm it beforehand',
		);
	const calls = connect(settings.profile);
	const desk = createDesk(settings);
	const leaving = watchForLeaving();
	try {
		const { profile, quotaBytes } = settings;
		const run = { settings, desk, leaving };
		const ending = await perform(run, openTools({ calls, profile, quotaBytes, history: null }));
		report(run, ending);
		return operationExits[ending.end].code;
	} finally {
		leaving.stop();
		calls.close();
	}
}

const report = ({ desk, settings: { isDryRun } }: Run, { plan, outcome, flight }: Ending): void =>
	desk.report(() => operationJson({ plan, outcome, log: flight?.log() ?? null, isDryRun }));

async function perform(run: Run, tools: OpenTools): Promise<Ending> {
	const { settings, desk, leaving } = run;
	// A dry run leaves no trace, not even in the journal.
	if (!settings.isDryRun) for (const line of await unlessLeft(tools.explain(), leaving.signal)) desk.complain(line);
	const preparation = await unlessLeft(prepareAsked(tools, settings.request), leaving.signal);
	// Of a cluster that does not answer there is nothing to plan: its checks would only say so in many ways.
	const isPlanned = preparation.kind === 'planned' && preparation.complaints.length === 0;
	if (isPlanned) desk.plan(preparation.prepared.plan);
	for (const line of preparation.complaints) desk.complain(line);
	if (preparation.kind === 'over') {
		if (preparation.end === 'done') desk.end(outcomeLines(preparation.outcome));
		return { ...preparation, flight: null };
	}
	const { prepared, complaints } = preparation;
	const { plan } = prepared;
	const end = complaints.length > 0 ? 'unreadable' : (endOfPlan(run, plan) ?? (await endOfQuestion(run, plan)));
	if (end === null) return carryOut(run, tools, prepared);
	return { end, plan, flight: null, outcome: end === 'done' ? nothingDone(plan) : null };
}

const nothingDone = ({ nothingToDo }: Plan): Outcome | null =>
	nothingToDo === null ? null : { kind: 'done', text: nothingToDo, advice: null, facts: {} };

/** How it ends before anybody is asked; null where somebody has to be. */
function endOfPlan({ settings: { isForced, isDryRun }, desk }: Run, plan: Plan): OperationEnd | null {
	const standing = standingOf(plan);
	if (standing === 'stopped' || (standing === 'forcible' && !isForced)) {
		desk.complain(refusalText(plan));
		return 'refused';
	}
	return isDryRun || plan.nothingToDo !== null ? 'done' : null;
}

/** Null once it is confirmed. */
async function endOfQuestion(run: Run, plan: Plan): Promise<OperationEnd | null> {
	const { settings, desk, leaving } = run;
	const answer = settings.isConfirmed ? 'confirmed' : await desk.ask(plan, leaving.signal);
	const end = leaving.signal.aborted || answer === 'left' ? 'left' : answer === 'declined' ? 'refused' : null;
	if (end !== null) desk.complain('not confirmed; nothing was changed');
	return end;
}

async function carryOut(run: Run, { operator, world }: OpenTools, prepared: Prepared): Promise<Ending> {
	const { desk, leaving } = run;
	const { plan } = prepared;
	const { isForced } = run.settings;
	const flight = startFlight({ operator, prepared, isForced, signal: leaving.signal, desk, nowMs: world.nowMs });
	leaving.listen({
		onFirst: () => desk.complain(leavingText(plan, flight.log())),
		onAgain() {
			const outcome = abandoned(plan, flight.log());
			tellOutcome(desk, outcome);
			const end = endOf(outcome, flight.log(), true);
			report(run, { end, plan, outcome, flight });
			process.exit(operationExits[end].code);
		},
	});
	const outcome = await flight.land();
	tellOutcome(desk, outcome);
	return { end: endOf(outcome, flight.log(), leaving.signal.aborted), plan, outcome, flight };
}

/** What is only being looked at is left at once. */
function unlessLeft<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
	const { promise, reject } = Promise.withResolvers<never>();
	const leave = () => reject(new Interrupted('left before there was a plan'));
	if (signal.aborted) leave();
	signal.addEventListener('abort', leave, { once: true });
	// Whichever comes second is of no interest.
	work.catch(() => undefined);
	return Promise.race([work, promise]);
}
