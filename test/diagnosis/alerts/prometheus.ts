import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertRun, AlertSample } from '../../../source/diagnosis/alerts/alert.ts';
import { alertRules } from '../../../source/diagnosis/alerts/rules.ts';
import { fetchPromtool } from '../../support/promtool.ts';
import { type Round, roundsOf, type Scenario } from './scenario.ts';

/** What Prometheus is to find when it evaluates an expression at a moment. */
export type Expectation = {
	readonly seconds: number;
	readonly expression: string;
	readonly samples: readonly {
		readonly name: string;
		readonly labels: AlertSample['labels'];
		readonly value: number;
	}[];
};

export type Trial = { readonly scenario: Scenario; readonly expectations: readonly Expectation[] };

const text = (value: string) => JSON.stringify(value);
const labelsText = (labels: AlertSample['labels']) =>
	`{${Object.entries(labels)
		.map(([name, value]) => `${name}=${text(value)}`)
		.join(',')}}`;

/** `name{le="1"}` of a member's page as Prometheus stores it. */
function seriesName(sample: string, instance: string): string {
	const own = `job="etcd",instance=${text(instance)}`;
	return sample.includes('{') ? sample.replace(/\}$/, `,${own}}`) : `${sample}{${own}}`;
}

/** One series over all rounds; `stale` where a scrape lacks it or failed, as Prometheus marks it. */
function valuesOf(rounds: readonly Round[], sample: string): string {
	return rounds
		.map(round => {
			if (round === 'unread') return '_';
			if (sample === 'up') return round === 'failed' ? '0' : '1';
			return round === 'failed' ? 'stale' : String(round.get(sample) ?? 'stale');
		})
		.join(' ');
}

function inputSeries(scenario: Scenario): { readonly series: string; readonly values: string }[] {
	return scenario.members.flatMap(member => {
		const rounds = roundsOf(scenario).map(seconds => scenario.round(member, seconds));
		const names = new Set(['up']);
		for (const round of rounds) if (typeof round !== 'string') for (const name of round.keys()) names.add(name);
		return [...names].map(name => ({ series: seriesName(name, member), values: valuesOf(rounds, name) }));
	});
}

/** The series that Prometheus writes for alerts that are pending or firing. */
export const alertSeries = (runs: readonly AlertRun[]): Expectation['samples'] =>
	runs.map(({ rule, labels, firingAtMs }) => ({
		name: 'ALERTS',
		labels: {
			...labels,
			alertname: rule.name,
			severity: rule.severity,
			alertstate: firingAtMs === null ? 'pending' : 'firing',
		},
		value: 1,
	}));

const testOf = ({ scenario, expectations }: Trial) => ({
	name: scenario.name,
	interval: `${scenario.stepSeconds}s`,
	input_series: inputSeries(scenario),
	promql_expr_test: expectations.map(({ seconds, expression, samples }) => ({
		expr: expression,
		eval_time: `${seconds}s`,
		exp_samples: samples.map(({ name, labels, value }) => ({ labels: `${name}${labelsText(labels)}`, value })),
	})),
});

const rulesFile = {
	groups: [
		{
			name: 'etcd',
			interval: '30s',
			rules: alertRules.map(({ name, severity, forSeconds, expression }) => ({
				alert: name,
				expr: expression,
				for: `${forSeconds}s`,
				labels: { severity },
			})),
		},
	],
};

/** Lets a real Prometheus judge; gives what it has to say, the empty text where it agrees with every expectation. */
export async function judgeByPrometheus(trials: readonly Trial[]): Promise<string> {
	const promtool = await fetchPromtool();
	const folder = await mkdtemp(join(tmpdir(), 'etcdtop-promtool-'));
	try {
		await writeFile(join(folder, 'rules.json'), JSON.stringify(rulesFile));
		const tests = { rule_files: ['rules.json'], evaluation_interval: '30s', tests: trials.map(testOf) };
		await writeFile(join(folder, 'tests.json'), JSON.stringify(tests));
		return await new Promise((resolve, reject) => {
			// It makes much garbage and runs for seconds: collecting it less often halves the time.
			const options = { cwd: folder, env: { ...process.env, GOGC: '800' }, maxBuffer: 64 * 1024 * 1024 };
			execFile(promtool, ['test', 'rules', 'tests.json'], options, (error, stdout, stderr) => {
				if (error === null && !stdout.includes('SUCCESS')) reject(new Error(`no verdict: ${stdout}${stderr}`));
				else resolve(error === null ? '' : `${stdout}${stderr}`.replaceAll(/\n\n+/g, '\n').slice(0, 5000));
			});
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
