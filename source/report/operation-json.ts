import { type Outcome, type Plan, riskOf } from '../operations/plan.ts';
import { jsonText } from './json-text.ts';
import type { RunLog } from './progress.ts';

export type OperationReport = {
	readonly plan: Plan;
	/** Null where nothing was run: a dry run, a stop, or no confirmation. */
	readonly log: RunLog | null;
	readonly outcome: Outcome | null;
	readonly isDryRun: boolean;
};

/**
 * `-o json` of an operation, version 1 of the contract, on one line. `end`, `text` and `seconds` of a step are null where
 * it was not begun; a step that has begun and whose end nobody saw has the end `unknown`.
 */
export function operationJson({ plan, log, outcome, isDryRun }: OperationReport): string {
	return jsonText({
		version: 1,
		operation: plan.operation,
		title: plan.title,
		cluster: plan.clusterId,
		member: plan.member,
		risk: riskOf(plan),
		checks: plan.checks.map(({ title, verdict, detail, mayBeForced = false }) => {
			return { title, verdict, detail, mayBeForced };
		}),
		plan: plan.nothingToDo ?? plan.summary,
		steps: plan.steps.map(({ title, memberId, warnings }, index) => {
			const run = log?.[index];
			const end = run?.end ?? (run?.startedMs == null ? null : 'unknown');
			return { title, member: memberId, warnings, end, text: run?.text ?? null, seconds: run?.seconds ?? null };
		}),
		consequence: plan.consequence,
		outcome,
		dryRun: isDryRun,
	});
}
