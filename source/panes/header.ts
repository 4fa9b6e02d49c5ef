import { isAnswering } from '../cluster/member-state.ts';
import { isLed, ownMembers } from '../cluster/own-members.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Glyphs } from '../components/glyphs.ts';
import { type Help, helpAgainst } from '../control/remedy.ts';
import type { RecordingStand } from '../control/state.ts';
import type { View } from '../control/view.ts';
import type { HealthLevel } from '../diagnosis/health.ts';
import { isStanding } from '../diagnosis/index.ts';
import { formatClock, formatDuration } from '../format/duration.ts';
import type { Line, Segment, Tone } from '../format/line.ts';
import { formatCount, formatRate } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { truncate } from '../format/width.ts';
import { lastSnapshotOf } from '../operations/last-snapshot.ts';
import { type Fragment, joinFragments, lineWidth, spread } from './fragments.ts';

/*
 *  ✔ HEALTHY  3 of 3 members serve                     cluster 7f3a54cd  12:04:31  live
 *  3/3 members  3 voters, can lose 1  leader m1 for 2h 05m  term 4  revision 123,456  52 writes/s  no alarms
 *  nothing to do; metrics of 3 of 3 members                                     snapshot 2h 05m ago
 */

const healthTones: Readonly<Record<HealthLevel, Tone>> = {
	healthy: 'good',
	warning: 'warning',
	critical: 'critical',
	unreachable: 'critical',
	waiting: 'muted',
};

const label = (text: string): Segment => ({ text, tone: 'muted' });

function healthGlyph(level: HealthLevel, glyphs: Glyphs): string {
	switch (level) {
		case 'healthy':
			return glyphs.check;
		case 'warning':
			return glyphs.warning;
		case 'critical':
		case 'unreachable':
			return glyphs.cross;
		case 'waiting':
			return glyphs.hollowBullet;
	}
}

/** The header: the verdict first, then the numbers that matter, then what to do or where the data comes from. */
export function headerLines(view: View, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const cells = columns - 2;
	const facts = factsLine(view, cells, glyphs);
	const lines =
		rows > 2
			? [verdictLine(view, cells, glyphs), facts, withSnapshot(adviceLine(view, cells, glyphs), view, cells)]
			: [verdictLine(view, cells, glyphs), withSnapshot(facts, view, cells)];
	return lines.map(line => [{ text: ' ' }, ...line]);
}

/** What is only worth knowing leaves this much for it. */
const roomForAge = 24;

/** The age of the last good snapshot stands at the right of the last line, where that leaves room for it. */
function withSnapshot(left: Line, view: View, columns: number): Line {
	const age = snapshotLine(view);
	const blanks = columns - lineWidth(left) - lineWidth(age);
	return age.length === 0 || blanks < 2 ? left : [...left, { text: ' '.repeat(blanks) }, ...age];
}

/**
 * Never a warning: whoever saves snapshots by other means has none in this journal. Nothing is said where the journal
 * was not read, or where it is not known of which cluster.
 */
function snapshotLine({ state: { journal }, snapshot: { clusterId }, timeMs }: View): Line {
	if (journal === null || journal.trouble !== null || clusterId === null) return [];
	const last = lastSnapshotOf(
		journal.runs.filter(({ endedMs }) => endedMs !== null && endedMs <= timeMs),
		clusterId,
	);
	if (last === null) return [label('no snapshot')];
	return [label('snapshot '), { text: formatDuration((timeMs - last.timeMs) / 1000) }, label(' ago')];
}

/** Clock and age of a paused screen: which moment it shows is what one pauses for. */
const leastRightCells = 28;

function verdictLine({ state, snapshot, health, timeMs }: View, columns: number, glyphs: Glyphs): Line {
	const tone = healthTones[health.level];
	const left: Line = [
		{
			text: `${healthGlyph(health.level, glyphs)} ${health.level.toUpperCase()}`,
			tone: health.level === 'critical' ? 'alarm' : tone,
		},
		{ text: '  ' },
		{
			text: safeText(health.cause),
			tone: health.level === 'healthy' || health.level === 'waiting' ? 'normal' : 'strong',
		},
	];
	const cursor: Segment =
		state.cursor.kind === 'live'
			? { text: 'live', tone: 'good' }
			: {
					text: `PAUSED ${formatDuration(Math.max(0, (state.now.atMs - state.cursor.at.atMs) / 1000))} ago`,
					tone: 'warning',
				};
	const id: Fragment[] =
		snapshot.clusterId === null
			? []
			: [{ line: [label('cluster '), { text: safeText(snapshot.clusterId, longestIdLength) }], importance: 1 }];
	const clock: Fragment = { line: [{ text: formatClock(timeMs), tone: 'strong' }], importance: 3 };
	const most = Math.max(leastRightCells, Math.floor(columns * 0.45));
	const rightWith = (extra: readonly Fragment[]) =>
		joinFragments([...extra, clock, { line: [cursor], importance: 5 }], most);
	// The verdict needs its room: the id is the first to go, and that all is well with a recording the next.
	const whole = rightWith([...id, ...recordingFragments(state.recording, glyphs)]);
	const isTight = state.recording === 'running' && lineWidth(left) + lineWidth(whole) >= columns;
	const right = isTight ? rightWith([]) : whole;
	return spread(left, right, columns, glyphs.ellipsis);
}

function recordingFragments(stand: RecordingStand, glyphs: Glyphs): readonly Fragment[] {
	switch (stand) {
		case 'off':
			return [];
		case 'running':
			return [{ line: [label(`${glyphs.bullet} recording`)], importance: 2 }];
		case 'stopped':
			return [{ line: [{ text: 'recording stopped', tone: 'warning' }], importance: 4 }];
	}
}

function factsLine({ snapshot, atMs }: View, columns: number, glyphs: Glyphs): Line {
	const facts: readonly (Fragment | null)[] = [
		membersFact(snapshot),
		quorumFact(snapshot),
		leaderFact(snapshot, atMs, glyphs),
		snapshot.term === null ? null : { line: [label('term '), { text: String(snapshot.term) }], importance: 4 },
		snapshot.revision === null
			? null
			: { line: [label('revision '), { text: formatCount(snapshot.revision) }], importance: 2 },
		snapshot.writesPerSecond === null
			? null
			: { line: [label('writes '), { text: formatRate(snapshot.writesPerSecond) }], importance: 5 },
		alarmFact(snapshot),
	];
	return joinFragments(
		facts.filter(fact => fact !== null),
		columns,
	);
}

function membersFact(snapshot: Snapshot): Fragment {
	const members = ownMembers(snapshot);
	const answering = members.filter(isAnswering).length;
	const tone =
		members.length === 0 ? 'muted' : answering === members.length ? 'good' : answering === 0 ? 'critical' : 'warning';
	// With the given endpoints alone the cluster may be larger than what is read of it.
	const { length: listed } = snapshot.list;
	const words = listed > members.length ? ` members read, of ${listed}` : ' members';
	return { line: [{ text: `${answering}/${members.length}`, tone }, label(words)], importance: 8 };
}

function quorumFact({ voters, canLose, reachableVoters, quorum }: Snapshot): Fragment | null {
	if (canLose === null) return null;
	const count = `${voters} ${voters === 1 ? 'voter' : 'voters'}, `;
	if (canLose < 0)
		return {
			line: [label(count), { text: `${reachableVoters} of ${quorum} needed`, tone: 'critical' }],
			importance: 9,
		};
	const isTight = canLose === 0 && voters > 2;
	return { line: [label(count), { text: `can lose ${canLose}`, tone: isTight ? 'warning' : 'normal' }], importance: 7 };
}

/** A longer name would push the whole fact off the line. */
const longestNameCells = 20;
/** A 64-bit id in hex. */
const longestIdLength = 16;

function leaderFact(snapshot: Snapshot, atMs: number, glyphs: Glyphs): Fragment | null {
	const { leader } = snapshot;
	if (leader === null)
		return !isLed(snapshot) && ownMembers(snapshot).some(isAnswering)
			? { line: [{ text: 'no leader', tone: 'critical' }], importance: 10 }
			: null;
	return {
		line: [
			label('leader '),
			{ text: truncate(safeText(leader.name), longestNameCells, glyphs.ellipsis), tone: 'strong' },
			label(ledFor(leader, atMs)),
		],
		importance: 6,
	};
}

function ledFor({ sinceMs, sinceIsAtLeast }: NonNullable<Snapshot['leader']>, atMs: number): string {
	if (sinceMs === null) return '';
	return ` for ${sinceIsAtLeast ? '>' : ''}${formatDuration(Math.max(0, (atMs - sinceMs) / 1000))}`;
}

function alarmFact({ alarms, list, members }: Snapshot): Fragment | null {
	// Only a Status tells of alarms: where none tells now, there may be some.
	if (alarms.length === 0)
		return members.some(member => isAnswering(member) && member.numbers?.source === 'status')
			? { line: [label('no alarms')], importance: 3 }
			: null;
	const nameOf = (id: string | null) =>
		id === null ? '' : ` ${safeText(list.find(member => member.id === id)?.name || id)}`;
	const types = [...new Set(alarms.map(({ type }) => type))];
	const texts = types.map(type => {
		const names = alarms.filter(alarm => alarm.type === type).map(({ member }) => nameOf(member));
		return type + names.toSorted().join('');
	});
	return { line: [{ text: ` ${texts.join(', ')} `, tone: 'alarm' }], importance: 10 };
}

const lowered = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

/** The key of the operation that helps. */
const pressLine = ({ entry }: Help, glyphs: Glyphs): Line => [
	label(`${glyphs.right} `),
	{ text: 'press ' },
	{ text: entry.key, tone: 'key' },
	{ text: `: ${lowered(entry.title)}`, tone: 'strong' },
];

/** The next step for the worst finding, by the key of the operation that helps where one does; while all is well, what is only worth knowing. */
function adviceLine({ state, snapshot, findings }: View, columns: number, glyphs: Glyphs): Line {
	const held = findings.filter(({ goneAtMs }) => goneAtMs === null);
	const worst = held.find(({ severity }) => severity !== 'info');
	if (worst !== undefined) {
		const others = held.filter(finding => finding !== worst && finding.severity !== 'info').length;
		// Whatever stands in front of the panes has keys of its own.
		const help = state.mode.kind === 'browse' || state.mode.kind === 'run' ? helpAgainst(state, worst) : null;
		// Half a sentence of evidence helps nobody: it stands here whole or not at all.
		const fragments: Fragment[] = [
			help?.reason === null
				? { line: pressLine(help, glyphs), importance: 3 }
				: { line: [label(`${glyphs.right} `), { text: safeText(worst.advice) }], importance: 3 },
			{ line: [label(safeText(worst.evidence))], importance: 1 },
		];
		if (others > 0) fragments.push({ line: [{ text: `and ${others} more`, tone: 'warning' }], importance: 2 });
		return joinFragments(fragments, columns);
	}
	const withMetrics = snapshot.members.filter(({ metrics }) => metrics.kind === 'answered').length;
	const note = held.find(({ rule }) => !isStanding(rule));
	if (note !== undefined)
		return joinFragments(
			[
				{ line: [label(`${glyphs.bullet} ${safeText(note.title)}`)], importance: 2 },
				{ line: [label(safeText(note.evidence))], importance: 1 },
			],
			columns - roomForAge,
		);
	return [
		label(`nothing to do; metrics of ${withMetrics} of ${snapshot.members.length} members`),
		...(held.length === 0 ? [] : [label(`; ${held.length} worth knowing: `), { text: 'f', tone: 'key' } as const]),
	];
}
