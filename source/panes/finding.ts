import type { Glyphs } from '../components/glyphs.ts';
import { type AlertRuns, entriesIn } from '../control/finding-entries.ts';
import { type FindingMode, openEntry } from '../control/finding-mode.ts';
import { type Help, helpAgainst } from '../control/remedy.ts';
import type { View } from '../control/view.ts';
import type { AlertRule, AlertRun } from '../diagnosis/alerts/alert.ts';
import type { KnownFinding } from '../diagnosis/finding-log.ts';
import { formatClock } from '../format/duration.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { findingChartLines } from './finding-chart.ts';
import { ageOf, alertAge, alertSubject, memberOf, severitySign, severityTone, timesOf } from './finding-words.ts';
import { shownKey } from './help.ts';
import { type Panel, panelWith } from './panel.ts';
import { hanging, section, sectionOf, sectionWidth } from './words.ts';

/*
 *  ┏ m1 writes slowly to its disk ━━━━━━━━━━━━━━━━━━━━ finding 2 of 3  12 below ┓
 *  ┃ ▲ warning  m1, for 2m 10s, 3x in the last hour                             ┃
 *  ┃ Evidence WAL fsync p99 64–128 ms                                           ┃
 *  ┃ Why      ● round trips are normal: it is the disk, not the network         ┃
 *  ┃ Advice   → move the leader, then look at the disk                          ┃
 *  ┃ Chart    WAL fsync p99  ● m1                                               ┃
 *  ┃ → press m or Enter: Move the leader to m2                                  ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 */

const chartRows = 9;
const leastFindingRows = 11;

/** One finding, or one alert, with all that is known of it. */
export function findingPanel(mode: FindingMode, view: View, width: number, glyphs: Glyphs): Panel {
	const entries = entriesIn(view);
	const { entry, isGone } = openEntry(mode, entries);
	const index = entries.findIndex(({ key }) => key === entry.key);
	const hint =
		index === -1
			? []
			: [{ line: [{ text: `finding ${index + 1} of ${entries.length}`, tone: 'muted' } as const], importance: 1 }];
	const common = {
		hint,
		at: { kind: 'first', row: mode.offset },
		place: 'hidden',
		leastRows: leastFindingRows,
	} as const;
	if (entry.kind === 'alert') return panelWith({ ...common, ...alertParts(entry.runs, isGone, view, width, glyphs) });
	return panelWith({ ...common, ...findingParts(entry.finding, isGone, view, width, glyphs) });
}

type Parts = Pick<Panel, 'title' | 'head' | 'body' | 'foot'>;

function findingParts(finding: KnownFinding, isGone: boolean, view: View, width: number, glyphs: Glyphs): Parts {
	const help = isGone ? null : helpAgainst(view.state, finding);
	const chartLines =
		finding.chart === null ? [] : findingChartLines(finding.chart, view, sectionWidth(width), chartRows, glyphs);
	return {
		title: safeText(finding.title),
		head: standing(finding, isGone, view, width, glyphs),
		body: [
			...sectionOf('Evidence', safeText(finding.evidence), width),
			...section(
				'Why',
				finding.reasoning.flatMap(sentence =>
					hanging([{ text: `${glyphs.bullet} `, tone: 'muted' }], safeText(sentence), sectionWidth(width)),
				),
			),
			...adviceLines(finding.advice, width, glyphs),
			...section('Chart', chartLines),
			...alertNotes(finding.rule, view, width),
		],
		foot: help === null ? [] : helpLines(help, width, glyphs),
	};
}

/** Severity, whom it is about, since when, and how often it came. */
function standing(finding: KnownFinding, isGone: boolean, view: View, width: number, glyphs: Glyphs): readonly Line[] {
	const { severity, sinceMs, goneAtMs } = finding;
	const since = formatClock(view.timeMs - (view.atMs - sinceMs));
	// What is no longer on the list was as it stands here when it was last seen.
	const age = isGone && goneAtMs === null ? 'it holds no more' : ageOf(finding, view);
	const words = [memberOf(finding, view), `${age}${goneAtMs === null && !isGone ? ` (since ${since})` : ''}`];
	const text = [...words, timesOf(finding)].filter(word => word !== '').join(', ');
	return hanging(
		[
			severitySign(severity, glyphs, isGone),
			{ text: `${severity}  `, tone: isGone ? 'muted' : severityTone(severity) },
		],
		text,
		width,
		isGone ? 'muted' : 'normal',
	);
}

const adviceLines = (advice: string, width: number, glyphs: Glyphs): readonly Line[] =>
	advice === ''
		? []
		: section(
				'Advice',
				hanging([{ text: `${glyphs.right} `, tone: 'muted' }], safeText(advice), sectionWidth(width), 'strong'),
			);

/** The key of the operation that helps, or why not now. */
function helpLines({ entry, member, reason, remedy }: Help, width: number, glyphs: Glyphs): readonly Line[] {
	const whom = member === null ? '' : remedy.operation === 'move-leader' ? ` to ${member}` : `, ${member}`;
	const name = safeText(`${entry.title}${whom}`);
	if (reason !== null)
		return hanging(
			[{ text: `${glyphs.warning} `, tone: 'warning' }],
			`${name} helps; not now: ${safeText(reason)}`,
			width,
			'muted',
		);
	const lead: Line = [
		{ text: `${glyphs.right} `, tone: 'muted' },
		{ text: 'press ' },
		{ text: shownKey(entry.key, glyphs), tone: 'key' },
		{ text: ' or ' },
		{ text: shownKey('enter', glyphs), tone: 'key' },
		{ text: ': ' },
	];
	const whole = hanging(lead, `${name}: ${entry.summary}`, width, 'strong');
	// What it does is told before it begins, too: here it must not take the place of what was found.
	return whole.length > 2 ? hanging(lead, name, width, 'strong') : whole;
}

/** The expression behind a finding that is an alert of the etcd-mixin. */
function alertNotes(rule: string, { alerts }: View, width: number): readonly Line[] {
	const run = alerts.find(each => each.rule.name === rule);
	return run === undefined ? [] : ruleLines(run.rule, width);
}

const ruleLines = ({ expression, blindSpot }: AlertRule, width: number): readonly Line[] => [
	...sectionOf('PromQL', safeText(expression, 2048), width, 'muted'),
	...(blindSpot === '' ? [] : sectionOf('Limits', safeText(blindSpot, 1024), width)),
];

/** More rows of one alert would push its expression out of view. */
const mostRuns = 8;

/** `m1 To=m2: 0.204, pending for 24s of 10m 00s`. */
function valueText(run: AlertRun, view: View): string {
	const subject = alertSubject(run, view);
	return `${subject === '' ? '' : `${subject}: `}${shortNumber(run.value)}, ${alertAge(run, view.atMs)}`;
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(4)));

function alertParts(runs: AlertRuns, isGone: boolean, view: View, width: number, glyphs: Glyphs): Parts {
	const [run] = runs;
	const { rule, pendingAtMs } = run;
	const since = formatClock(view.timeMs - (view.atMs - pendingAtMs));
	const state = isGone ? 'it holds no more' : `${alertAge(run, view.atMs)} (since ${since})`;
	return {
		title: rule.name,
		head: hanging(
			[
				severitySign(rule.severity, glyphs, isGone || run.firingAtMs === null),
				{ text: `${rule.severity}  `, tone: isGone ? 'muted' : severityTone(rule.severity) },
			],
			`alert of the etcd-mixin, ${state}`,
			width,
		),
		body: [
			...section(
				'Values',
				runs.slice(0, mostRuns).map(each => line(valueText(each, view))),
			),
			...ruleLines(rule, width),
		],
		foot: [],
	};
}
