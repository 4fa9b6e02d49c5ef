import { describe, expect, it } from 'vitest';
import { plainText } from '../../source/format/line.ts';
import type { Outcome, Progress } from '../../source/operations/plan.ts';
import { operationJson } from '../../source/report/operation-json.ts';
import { printLines } from '../../source/report/print.ts';
import {
	emptyLog,
	factLines,
	failureText,
	hasBegun,
	logged,
	outcomeLines,
	progressLine,
	refusalText,
} from '../../source/report/progress.ts';
import { forcible, plan, refused } from './plans.ts';

/** What is said one second after the other. */
const story: readonly Progress[] = [
	{ kind: 'step-started', step: 0 },
	{ kind: 'step-progress', step: 0, text: 'm2 is defragmenting', fraction: 0.5 },
	{ kind: 'step-ended', step: 0, end: 'done', text: '1.9 GB → 420 MB' },
	{ kind: 'step-started', step: 1 },
	{ kind: 'step-ended', step: 1, end: 'failed', text: 'm2 did not take over' },
];

const tell = (said: readonly Progress[]) =>
	said.reduce((log, progress, index) => logged(log, progress, index * 1000), emptyLog(plan));

describe('progress', () => {
	it('is a line for each step that begins, goes on and ends', () => {
		const lines = story.map((progress, index) =>
			plainText(progressLine(plan, tell(story.slice(0, index + 1)), progress, index * 1000)),
		);
		expect(lines).toEqual([
			'1/2 defragment m2',
			'1/2 defragment m2 · 1s 50% · m2 is defragmenting',
			'1/2 ✔ defragment m2 · 2s · 1.9 GB → 420 MB',
			'2/2 move the leader from m1 to m2',
			'2/2 ✘ move the leader from m1 to m2 · 1s · m2 did not take over',
		]);
	});

	it('knows whether anything was begun', () => {
		expect(hasBegun(emptyLog(plan))).toBe(false);
		expect(hasBegun(tell(story.slice(0, 1)))).toBe(true);
	});
});

const outcome: Outcome = {
	kind: 'done',
	text: 'added m4 as a learner',
	advice: 'start it now',
	facts: { commandLine: 'etcd --name m4 \\\n  --initial-cluster x', file: '/tmp/a.db', sizeBytes: 7, sha256: null },
};

describe('an outcome', () => {
	it('is a line, what to try, and what to copy', () => {
		expect(printLines([...outcomeLines(outcome), ...factLines(outcome.facts)], false)).toBe(`done: added m4 as a learner
→ start it now
file: /tmp/a.db
start it with:
  etcd --name m4 \\
    --initial-cluster x
`);
	});

	it('that is a failure is one line', () => {
		expect(failureText({ ...outcome, kind: 'unknown' })).toBe('not known: added m4 as a learner; start it now');
		expect(failureText({ ...outcome, kind: 'stopped', advice: null })).toBe('stopped: added m4 as a learner');
		const stopped = { ...outcome, kind: 'stopped', text: 'stopped before “b”: no', advice: null } as const;
		expect(failureText(stopped)).toBe('stopped before “b”: no');
		expect(printLines(outcomeLines(stopped), false)).toBe('stopped before “b”: no\n');
	});

	it('of checks names those that stop it, and whether force passes them', () => {
		expect(refusalText(refused)).toBe(
			'refused, nothing was changed: writes go on without one voter: 2 of 3 voters serve',
		);
		expect(refusalText(forcible)).toBe(`${refusalText(refused)}; --force passes it`);
	});
});

describe('an operation as JSON', () => {
	const read = (report: Partial<Parameters<typeof operationJson>[0]>) => {
		const text = operationJson({ plan, log: null, outcome: null, isDryRun: false, ...report });
		expect(text).not.toContain('\n');
		return JSON.parse(text);
	};

	it('is the contract of version 1', () => {
		expect(read({ log: tell(story), outcome: { ...outcome, kind: 'failed' } })).toEqual({
			version: 1,
			operation: 'defragment-cluster',
			title: 'Defragment the cluster, rolling',
			cluster: 'cdf818194e3a8c32',
			member: null,
			risk: 'careful',
			checks: plan.checks.map(check => ({ ...check, mayBeForced: false })),
			plan: plan.summary,
			steps: [
				{
					title: 'defragment m2',
					member: '1',
					warnings: ['3.5.5: a crash may tear its revision'],
					...{ end: 'done', text: '1.9 GB → 420 MB', seconds: 2 },
				},
				{
					title: 'move the leader from m1 to m2',
					member: '1',
					warnings: [],
					...{ end: 'failed', text: 'm2 did not take over', seconds: 1 },
				},
			],
			consequence: plan.consequence,
			outcome: { ...outcome, kind: 'failed' },
			dryRun: false,
		});
	});

	it('knows no end of what was not begun, and none for certain of what was left', () => {
		const nothing = { end: null, text: null, seconds: null };
		expect(read({ isDryRun: true })).toMatchObject({ outcome: null, dryRun: true, steps: [nothing, nothing] });
		expect(read({ log: tell(story.slice(0, 2)) }).steps).toMatchObject([
			{ end: 'unknown', text: 'm2 is defragmenting', seconds: null },
			nothing,
		]);
	});

	it('says what has to be forced, and that it is dangerous then', () => {
		const report = read({ plan: forcible });
		expect(report.risk).toBe('dangerous');
		expect(report.checks.at(-1)).toMatchObject({ verdict: 'stop', mayBeForced: true });
	});

	it('sends no control character to a terminal, and loses none', () => {
		const title = 'a\u202eb\u001b[31m';
		expect(operationJson({ plan: { ...plan, title }, log: null, outcome: null, isDryRun: false })).toMatch(
			/^[^\p{Cc}\p{Cf}]+$/u,
		);
		expect(read({ plan: { ...plan, title } }).title).toBe(title);
	});
});
