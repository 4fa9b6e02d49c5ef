import { alarmTypes } from '../../cluster/alarms.ts';
import { mostMembers } from '../../cluster/bounds.ts';
import type { Member } from '../../cluster/member.ts';
import type {
	AlarmsReading,
	MembersReading,
	MetricsReading,
	Reading,
	Stamp,
	StatusReading,
} from '../../cluster/reading.ts';
import { examinationFrom } from './examination-json.ts';
import { failureFrom, failureOfText } from './failure-json.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf, textOf, textsOf, timeOf } from './fields.ts';
import type { FileClock } from './file-clock.ts';
import { keysFrom, watchFrom } from './keys-json.ts';
import { CarriedSamples } from './samples.ts';
import { statusFrom } from './status-json.ts';
import { RecordingError } from './trouble.ts';

/** An operation that was done while it was recorded: an entry of the journal, as it was written there. */
export type OperationItem = Stamp & { readonly kind: 'operation'; readonly entry: Fields };

/** What a recording tells, one after the other. */
export type Recorded = Reading | OperationItem;

/** The only version that is known. */
const version = 1;

/**
 * Turns the lines of a recording into what was read. Lines of types that nobody knows say nothing; null means that a
 * line is not understood and was passed over.
 */
export class LineReader {
	readonly #clock: FileClock;
	readonly #samples = new CarriedSamples();
	readonly #pages = new Map<string, string>();
	/** The cluster of a Status that does not tell its own: as the header claims, else as others told. */
	#clusterId: string | null = null;
	#isEnded = false;

	constructor(clock: FileClock) {
		this.#clock = clock;
	}

	/** Whether the newest line says that it is the last. */
	get isEnded(): boolean {
		return this.#isEnded;
	}

	/** Throws a `RecordingError` at the header of a newer version. */
	take(line: string): readonly Recorded[] | null {
		const fields = parse(line);
		if (fields === null || typeof fields.type !== 'string') return null;
		const timeMs = timeOf(fields.time);
		this.#isEnded = fields.type === 'end';
		if (fields.type === 'header') return this.#header(fields);
		if (!Object.hasOwn(this.#readers, fields.type)) return [];
		const read = this.#readers[fields.type]!;
		return timeMs === null ? null : read(fields, timeMs);
	}

	#header(fields: Fields): readonly Recorded[] {
		checkVersion(fields);
		this.#clusterId = idOf(fields.clusterId);
		this.#samples.clear();
		this.#clock.tell(0);
		return [];
	}

	readonly #readers: Readonly<Record<string, (fields: Fields, timeMs: number) => readonly Recorded[] | null>> = {
		clock: fields => {
			const offsetMs = numberOf(fields.offsetMs);
			if (offsetMs === null) return null;
			this.#clock.tell(offsetMs);
			return [];
		},
		members: (fields, timeMs) => this.#members(fields, timeMs),
		'members-unread': (fields, timeMs) => this.#members(fields, timeMs),
		reading: (fields, timeMs) => this.#reading(fields, timeMs),
		keys: (fields, timeMs) => {
			const keys = keysFrom(fields);
			return keys === null ? null : [{ ...this.#clock.stamp(timeMs), kind: 'keys', ...keys }];
		},
		watch: (fields, timeMs) => {
			const state = watchFrom(fields.state);
			return state === null ? null : [{ ...this.#clock.stamp(timeMs), kind: 'watch', state }];
		},
		alarms: (fields, timeMs) => {
			const alarms = listOf(fields.alarms)?.slice(0, mostMembers).map(alarmFrom);
			if (alarms === undefined || alarms.includes(null)) return null;
			return [{ ...this.#clock.stamp(timeMs), kind: 'alarms', alarms: alarms.filter(alarm => alarm !== null) }];
		},
		examination: (fields, timeMs) => {
			const examination = examinationFrom(fields.examination);
			if (examination === null) return null;
			if (examination === 'unknown') return [];
			return [{ ...this.#clock.stamp(timeMs), kind: 'examination', examination }];
		},
		operation: (entry, timeMs) => [{ ...this.#clock.stamp(timeMs), kind: 'operation', entry }],
	};

	#members(fields: Fields, timeMs: number): readonly Recorded[] | null {
		const list = listOf(fields.members)?.slice(0, mostMembers).map(memberFrom);
		if (list === undefined || list.includes(null)) return null;
		const members = list.filter(member => member !== null);
		// The header's claim is not repeated here: where every answer says otherwise, it is the header that is wrong.
		const clusterId = idOf(fields.clusterId);
		this.#clusterId = clusterId ?? this.#clusterId;
		const told = listOf(fields.targets)?.slice(0, mostMembers).map(targetFrom);
		const targets = told?.filter(target => target !== null) ?? members.map(targetOf);
		const failure = failureFrom(fields.failure);
		return [{ ...this.#clock.stamp(timeMs), kind: 'members', clusterId, members, targets, failure }];
	}

	#reading(fields: Fields, timeMs: number): readonly Recorded[] | null {
		const member = idOf(fields.member);
		const endpoint = textOf(fields.endpoint) ?? '';
		const who = member ?? endpoint;
		if (who === '') return null;
		const row = { who, key: textOf(fields.key) ?? who, endpoint };
		const outcome = this.#statusOutcome(fields, row.endpoint, member);
		if (outcome === null) return null;
		const scrape = isEmptyHanded(fields, outcome) ? null : this.#scrape(fields, row, timeMs);
		if (scrape === 'wrong') return null;
		const stamp = this.#clock.stamp(timeMs);
		const readings: Recorded[] = [];
		if (scrape !== null) {
			const scrapedMs = timeOf(fields.metricsTime);
			const agoMs = scrapedMs === null ? 0 : Math.max(0, timeMs - scrapedMs);
			readings.push({
				atMs: stamp.atMs - agoMs,
				timeMs: timeMs - agoMs,
				kind: 'metrics',
				key: row.key,
				outcome: scrape,
			});
		}
		// It was told at its own time; here it only keeps its place.
		const isRepeated = fields.statusTime !== undefined;
		if (!isRepeated && outcome !== 'untold')
			readings.push({ ...stamp, kind: 'status', key: row.key, endpoint: row.endpoint, outcome });
		return readings;
	}

	/** `untold`: the line says nothing of a Status; null: it is not understood. */
	#statusOutcome(fields: Fields, endpoint: string, member: string | null): StatusReading['outcome'] | 'untold' | null {
		if (fields.status !== null && fields.status !== undefined) {
			const status = statusFrom(fields.status, { clusterId: this.#clusterId ?? '', memberId: member ?? '' });
			if (status === null) return null;
			this.#clusterId ??= status.clusterId;
			return { kind: 'answered', status, latencySeconds: Math.max(0, numberOf(fields.latencySeconds) ?? 0) };
		}
		const failure = failureFrom(fields.failure);
		if (failure !== null) return { kind: 'failed', failure };
		const error = errorOf(fields);
		return error === null ? 'untold' : { kind: 'failed', failure: failureOfText(error, endpoint) };
	}

	#scrape(fields: Fields, { who, endpoint }: Row, timeMs: number): MetricsReading['outcome'] | null | 'wrong' {
		const failure = failureFrom(fields.metricsFailure);
		if (failure !== null) return { kind: 'failed', failure };
		if (fields.metrics === undefined || fields.metrics === null) return null;
		const samples = this.#samples.next(who, fields.metrics, fields.metricsComplete === true, timeMs);
		if (samples === null) return 'wrong';
		const page = textOf(fields.metricsUrl);
		if (page !== null) this.#pages.set(who, page);
		const url = this.#pages.get(who) ?? `${endpoint}/metrics`;
		return { kind: 'answered', url, samples, serverTimeMs: timeOf(fields.metricsDate) };
	}
}

/** Why there is no Status; null where the line only speaks of metrics, or of nothing. */
function errorOf({ status, error, metrics, metricsFailure }: Fields): string | null {
	if (typeof error === 'string') return textOf(error);
	if (error !== undefined && error !== null) return textOf(JSON.stringify(error));
	const isAlone = status === null && (metrics ?? metricsFailure ?? null) === null;
	return isAlone ? 'no Status, and nobody wrote down why' : null;
}

/** Who got no answer at all may write down an empty set of samples; a scrape that answered has a time, or a sample. */
const isEmptyHanded = (
	{ metrics, metricsTime, metricsFailure }: Fields,
	outcome: StatusReading['outcome'] | 'untold',
) =>
	outcome !== 'untold' &&
	outcome.kind === 'failed' &&
	metricsTime === undefined &&
	metricsFailure === undefined &&
	Object.keys(fieldsOf(metrics) ?? { none: true }).length === 0;

type Row = { readonly who: string; readonly endpoint: string };

function parse(line: string): Fields | null {
	try {
		return fieldsOf(JSON.parse(line));
	} catch {
		return null;
	}
}

/** Throws where the header is of a version whose lines may mean something else. */
export function checkVersion(header: Fields): void {
	// Of `2.1.0` only the 2 counts.
	const major = Number.parseInt(String(header.version ?? version), 10);
	if (major > version)
		throw new RecordingError(
			`it is a recording of version ${major}, and this program knows version ${version}; try a newer etcdtop`,
		);
}

function memberFrom(value: unknown): Member | null {
	const fields = fieldsOf(value);
	const id = idOf(fields?.id);
	if (fields === null || id === null) return null;
	// An empty name means that it never started: one that is only not told goes by the id.
	const clientUrls = textsOf(fields.clientUrls);
	return {
		id,
		name: textOf(fields.name) ?? (clientUrls?.length === 0 ? '' : id),
		peerUrls: textsOf(fields.peerUrls) ?? [],
		clientUrls: clientUrls ?? [],
		isLearner: fields.isLearner === true,
	};
}

type Target = MembersReading['targets'][number];

function targetFrom(value: unknown): Target | null {
	const fields = fieldsOf(value);
	const key = textOf(fields?.key);
	return key === null ? null : { key, endpoint: textOf(fields?.endpoint) ?? key };
}

const targetOf = ({ id, clientUrls }: Member): Target => ({ key: id, endpoint: clientUrls[0] ?? id });

function alarmFrom(value: unknown): AlarmsReading['alarms'][number] | null {
	const fields = fieldsOf(value);
	const memberId = idOf(fields?.member);
	const type = alarmTypes.find(known => known === fields?.type);
	return memberId === null || type === undefined ? null : { memberId, type };
}
