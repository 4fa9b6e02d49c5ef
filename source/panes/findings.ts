import type { Glyphs } from '../components/glyphs.ts';
import { fitLine } from '../components/paint.ts';
import { type AlertRuns, chosenEntry, entriesIn, type FindingEntry } from '../control/finding-entries.ts';
import { isInFront } from '../control/in-front.ts';
import type { View } from '../control/view.ts';
import type { KnownFinding } from '../diagnosis/finding-log.ts';
import { type Line, line, select } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth } from '../format/width.ts';
import { coverageParts } from './coverage.ts';
import { ageOf, alertAge, alertMembers, severitySign, severityTone, timesOf } from './finding-words.ts';
import { type Fragment, joinFragments, spread } from './fragments.ts';
import { hanging } from './words.ts';

/*
 *  ▲ m3 does not answer                    3x in the last hour, for 42s
 *    no answer within 1 s at https://10.0.0.13:2379
 *    → look at its process and log
 *  alerts of the etcd-mixin:
 *  ▲ etcdHighFsyncDurations  m1             pending for 2m 10s of 10m 00s
 *  ● judged: 38 rules and 15 alerts of the etcd-mixin, over 10m 00s of readings
 */

/** An entry's rows: the first one is what is chosen, the others say more where there is room. */
type Entry = { readonly entry: FindingEntry; readonly head: Line; readonly more: readonly Line[] };

type Place = { readonly columns: number; readonly glyphs: Glyphs };

/** What is wrong by severity, then the alerts, then what was judged: as much of it as fits, the gravest first. */
export function findingsLines(view: View, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const place = { columns, glyphs };
	const entries = entriesIn(view).map(entry => entryOf(entry, view, place));
	const opening = openingLines(view, place);
	const chosen = isChoosing(view) ? chosenOf(entries, view.state.findingKey) : null;
	const findings = entries.filter(({ entry }) => entry.kind === 'finding');
	const alerts = entries.filter(({ entry }) => entry.kind === 'alert');
	const isNone = alerts.length === 0;
	const title = line(`alerts of the etcd-mixin:${isNone ? ' none pending' : ''}`, isNone ? 'muted' : 'title');
	let room = rows - opening.length - entries.length - 1;
	const told = new Set(
		[...(chosen === null ? [] : [chosen]), ...entries].filter((entry, index, all) => {
			if (all.indexOf(entry) !== index || entry.more.length > room) return false;
			room -= entry.more.length;
			return true;
		}),
	);
	const rowsOf = (entry: Entry): readonly Line[] => [
		entry === chosen ? select(fitLine(entry.head, columns, glyphs.ellipsis)) : entry.head,
		...(told.has(entry) ? entry.more : []),
	];
	const list = [...opening, ...findings.flatMap(rowsOf), title, ...alerts.flatMap(rowsOf)];
	if (list.length > rows) return windowOf(list, rows);
	const coverage = coverageParts(view, columns, glyphs).filter(part => {
		const isFitting = part.length <= room;
		if (isFitting) room -= part.length;
		return isFitting;
	});
	return [...list, ...coverage.flat()];
}

/** The rows around the chosen one. */
function windowOf(lines: readonly Line[], rows: number): readonly Line[] {
	const chosen = lines.findIndex(drawn => drawn.some(({ isSelected }) => isSelected === true));
	const first = Math.max(0, Math.min(chosen - Math.floor(rows / 2), lines.length - rows));
	return lines.slice(first, first + rows);
}

/** Whether the list, and not what stands in front of it, is moved by the arrows. */
const isChoosing = ({ state }: View) => state.focus === 'findings' && !isInFront(state);

function chosenOf(entries: readonly Entry[], key: string | null): Entry | null {
	const chosen = chosenEntry(
		entries.map(({ entry }) => entry),
		key,
	);
	return entries.find(({ entry }) => entry === chosen) ?? null;
}

/** One row, where anything is said before the list. */
const openingRows = ({ findings }: Pick<View, 'findings'>): number =>
	findings.some(({ severity, goneAtMs }) => severity !== 'info' && goneAtMs === null) ? 0 : 1;

/** Said where nothing is wrong; nothing is said of a cluster that could not be read. */
function openingLines({ findings, health }: View, { columns, glyphs }: Place): readonly Line[] {
	if (openingRows({ findings }) === 0) return [];
	if (health.level === 'waiting' || health.level === 'unreachable')
		return hanging(
			[{ text: `${glyphs.hollowBullet} `, tone: 'muted' }],
			`nothing can be judged: ${safeText(health.cause)}`,
			columns,
			'strong',
		);
	const text = findings.length === 0 ? 'nothing is wrong' : 'nothing is wrong; worth knowing:';
	return hanging([{ text: `${glyphs.check} `, tone: 'good' }], text, columns, 'strong');
}

const entryOf = (entry: FindingEntry, view: View, place: Place): Entry =>
	entry.kind === 'finding'
		? { entry, ...findingRows(entry.finding, view, place) }
		: { entry, ...alertRows(entry.runs, view, place) };

function findingRows(finding: KnownFinding, view: View, { columns, glyphs }: Place): Omit<Entry, 'entry'> {
	const { severity, title, evidence, advice, goneAtMs } = finding;
	const isOver = goneAtMs !== null;
	const left: Line = [
		severitySign(severity, glyphs, isOver),
		{ text: safeText(title), tone: isOver ? 'muted' : severity === 'info' ? 'normal' : 'strong' },
	];
	const age = pastOf(finding, view, columns - displayWidth(safeText(title)) - 3);
	const indent: Line = [{ text: '  ' }];
	// A title that is cut off says less than one without its age.
	const isWithAge = displayWidth(safeText(title)) + age.length + 3 <= columns;
	const ageLine: Line = [{ text: age, tone: 'muted' }];
	return {
		head: isWithAge ? spread(left, ageLine, columns, glyphs.ellipsis) : left,
		more: [
			...(isWithAge ? [] : [[...indent, ...ageLine]]),
			...hanging(indent, safeText(evidence), columns, 'muted'),
			...(advice === '' || isOver
				? []
				: hanging([...indent, { text: `${glyphs.right} `, tone: 'muted' }], safeText(advice), columns)),
		],
	};
}

/** Age and count, in as many words as there is room for. */
function pastOf(finding: KnownFinding, view: View, room: number): string {
	const age = ageOf(finding, view);
	const times = timesOf(finding);
	if (times === '') return age;
	const whole = `${times}, ${age}`;
	return whole.length <= room ? whole : `${finding.count}x, ${age}`;
}

function alertRows(runs: AlertRuns, view: View, { columns, glyphs }: Place): Omit<Entry, 'entry'> {
	const [run] = runs;
	const isFiring = run.firingAtMs !== null;
	const left: Line = [
		severitySign(run.rule.severity, glyphs, !isFiring),
		{ text: run.rule.name, tone: isFiring ? 'strong' : 'normal' },
		{ text: `  ${alertMembers(runs, view)}`, tone: 'muted' },
	];
	const age: Line = [{ text: alertAge(run, view.atMs), tone: 'muted' }];
	const isWide = columns >= widthForAge;
	return {
		head: isWide ? spread(left, age, columns, glyphs.ellipsis) : left,
		more: isWide ? [] : [[{ text: '  ' }, ...age]],
	};
}

/** Name and age of an alert beside each other. */
const widthForAge = 66;

/** How many of each severity, for the border; and which of how many is chosen, where not all are in view. */
export function findingsHint(view: View, rows: number): Line {
	const { findings, alerts, state } = view;
	const entries = entriesIn({ findings, alerts });
	const chosen = chosenEntry(entries, isChoosing(view) ? state.findingKey : null);
	const isCut = chosen !== null && openingRows(view) + entries.length + 1 > rows;
	const place: Fragment[] = isCut
		? [{ line: line(`${entries.indexOf(chosen) + 1} of ${entries.length}`, 'muted'), importance: 2 }]
		: [];
	const held = findings.filter(({ goneAtMs }) => goneAtMs === null);
	const counts = (['critical', 'warning'] as const).flatMap((severity, index): Fragment[] => {
		const count = held.filter(finding => finding.severity === severity).length;
		const word = severity === 'warning' && count > 1 ? 'warnings' : severity;
		return count === 0 ? [] : [{ line: line(`${count} ${word}`, severityTone(severity)), importance: 3 - 2 * index }];
	});
	return joinFragments([...place, ...counts], hintCells);
}

/** What the narrowest border has room for. */
const hintCells = 30;
