import type { Failure } from '../../cluster/failure.ts';
import { failureText } from '../../cluster/failure-text.ts';
import type { MemberKey } from '../../cluster/member.ts';
import type { MembersReading, MetricsReading, Reading, Stamp, StatusReading } from '../../cluster/reading.ts';
import { formatIsoTime } from '../../format/duration.ts';
import { jsonText } from '../../format/json-text.ts';
import { failureJson, withoutLogin } from './failure-json.ts';
import type { Fields } from './fields.ts';
import { keysJson, watchJson } from './keys-json.ts';
import { completeEveryMs, SampleDeltas } from './samples.ts';
import { statusJson } from './status-json.ts';

/** What the header of a recording says. */
export type LineWriterOptions = {
	/** `etcdtop 0.1.0`. */
	readonly createdBy: string;
	readonly statusIntervalSeconds: number;
	readonly metricsIntervalSeconds: number;
	/** `--quota`, by which members were judged that do not tell theirs. */
	readonly quotaBytes: number | null;
};

/** The header waits this long for somebody to tell the cluster's id. */
const headerWaitsMs = 3000;
/** Smaller differences of the two clocks are the jitter of reading them one after the other. */
const clockJitterMs = 250;

/** What was last known of a row, and its scrape that waits for the next Status: one line holds both. */
type Row = { status: StatusReading | null; scrape: MetricsReading | null };

/**
 * Turns readings into the lines of a recording (`docs/recording.md`), in the order in which they come. Pure: the caller
 * writes what it gives.
 */
export class LineWriter {
	readonly #options: LineWriterOptions;
	readonly #deltas = new SampleDeltas();
	readonly #rows = new Map<MemberKey, Row>();
	readonly #pageOf = new Map<string, string>();
	#header: { waiting: string; readonly sinceMs: number } | 'written' | null = null;
	#members: MembersReading | null = null;
	#membersAtMs = Number.NEGATIVE_INFINITY;
	#clock: { readonly base: number; offset: number } | null = null;

	constructor(options: LineWriterOptions) {
		this.#options = options;
	}

	/** Whole lines, each with its newline; empty while the header is not known. */
	take(reading: Reading): string {
		const lines = this.#behindHeader(this.#clockLine(reading) + this.#linesOf(reading), reading);
		if (this.#header === null || this.#header === 'written') return lines;
		const clusterId = clusterIdOf(reading);
		const isOver = reading.atMs - this.#header.sinceMs >= headerWaitsMs;
		return clusterId !== null || isOver ? this.#open(clusterId, reading) : '';
	}

	/** A line that was made elsewhere, without its newline. */
	insert(text: string, stamp: Stamp): string {
		return this.#behindHeader(`${text}\n`, stamp);
	}

	/** The last lines: scrapes that no Status came for, and that it ended as it should. */
	end(stamp: Stamp, reason: string | null): string {
		let lines = '';
		for (const row of this.#rows.values()) lines += this.#release(row);
		lines = this.#behindHeader(`${lines}${line('end', stamp.timeMs, { reason })}`, stamp);
		return this.#header === 'written' ? lines : this.#open(null, stamp);
	}

	/** Lines that can be written now; what comes before the header waits for it. */
	#behindHeader(lines: string, { atMs }: Stamp): string {
		if (this.#header === 'written') return lines;
		this.#header ??= { waiting: '', sinceMs: atMs };
		this.#header.waiting += lines;
		return '';
	}

	#open(clusterId: string | null, { timeMs }: Stamp): string {
		const { createdBy, statusIntervalSeconds, metricsIntervalSeconds, quotaBytes } = this.#options;
		const lines = this.#header !== null && this.#header !== 'written' ? this.#header.waiting : '';
		this.#header = 'written';
		const facts = { clusterId, intervalSeconds: statusIntervalSeconds, metricsIntervalSeconds, quotaBytes };
		return `${jsonText({ type: 'header', version: 1, createdBy, time: formatIsoTime(timeMs), ...facts })}\n${lines}`;
	}

	/** Times are the wall clock's; where that jumps, durations are told apart from it by how far it has jumped since the start. */
	#clockLine({ atMs, timeMs }: Stamp): string {
		const offset = timeMs - atMs;
		this.#clock ??= { base: offset, offset };
		if (Math.abs(offset - this.#clock.offset) <= clockJitterMs) return '';
		this.#clock.offset = offset;
		return line('clock', timeMs, { offsetMs: Math.round(offset - this.#clock.base) });
	}

	#linesOf(reading: Reading): string {
		switch (reading.kind) {
			case 'members':
				return this.#adopt(reading) + this.#membersLine(reading, reading);
			case 'status':
				return this.#repeatMembers(reading) + this.#statusLine(reading);
			case 'metrics':
				return this.#scraped(reading);
			case 'keys':
				return line('keys', reading.timeMs, keysJson(reading));
			case 'watch':
				return line('watch', reading.timeMs, { state: watchJson(reading.state) });
			case 'alarms':
				return line('alarms', reading.timeMs, {
					alarms: reading.alarms.map(({ memberId, type }) => ({ member: memberId, type })),
				});
			case 'examination':
				return line('examination', reading.timeMs, { examination: reading.examination });
		}
	}

	#membersLine(reading: MembersReading, { atMs, timeMs }: Stamp): string {
		this.#members = reading;
		this.#membersAtMs = atMs;
		const { members, clusterId, targets, failure } = reading;
		// A list that could not be read is no empty list: other readers pass the line over.
		return line(failure === null || members.length > 0 ? 'members' : 'members-unread', timeMs, {
			members: members.map(({ id, name, peerUrls, clientUrls, isLearner }) => {
				return { id, name, peerUrls, clientUrls, isLearner };
			}),
			clusterId,
			targets,
			...(failure === null ? {} : { failure: failureJson(failure) }),
		});
	}

	/** Who begins to read in the middle has to learn who is there. */
	#repeatMembers(stamp: Stamp): string {
		if (this.#members === null || stamp.atMs - this.#membersAtMs < completeEveryMs) return '';
		return this.#membersLine(this.#members, stamp);
	}

	/** A row that was read under its endpoint goes on under its member's id; what is no longer read is let go. */
	#adopt({ targets }: MembersReading): string {
		let lines = '';
		for (const [key, row] of this.#rows) {
			if (targets.some(target => target.key === key)) continue;
			const heir = targets.find(({ endpoint }) => endpoint === key)?.key;
			if (heir !== undefined && !this.#rows.has(heir)) this.#rows.set(heir, row);
			else lines += this.#release(row);
			this.#rows.delete(key);
		}
		return lines;
	}

	#row(key: MemberKey): Row {
		let row = this.#rows.get(key);
		if (row === undefined) {
			row = { status: null, scrape: null };
			this.#rows.set(key, row);
		}
		return row;
	}

	#statusLine(reading: StatusReading): string {
		const row = this.#row(reading.key);
		row.status = reading;
		const { scrape } = row;
		row.scrape = null;
		return this.#readingLine(reading, scrape, reading.timeMs, false);
	}

	/** Waits for the next Status, so that one line holds both; a second scrape before it does not wait. */
	#scraped(reading: MetricsReading): string {
		const row = this.#row(reading.key);
		const lines = this.#release(row);
		row.scrape = reading;
		return lines;
	}

	/** The scrape that waits, on a line with the Status that was last known; without any it is left out. */
	#release(row: Row): string {
		const { status, scrape } = row;
		row.scrape = null;
		return status === null || scrape === null ? '' : this.#readingLine(status, scrape, scrape.timeMs, true);
	}

	#readingLine(
		{ key, endpoint, timeMs: statusTimeMs, outcome }: StatusReading,
		scrape: MetricsReading | null,
		timeMs: number,
		isRepeated: boolean,
	): string {
		const answer = outcome.kind === 'answered' ? outcome : null;
		const failure = outcome.kind === 'failed' ? outcome.failure : null;
		const member = answer?.status.memberId ?? this.#memberOf(key);
		return line('reading', timeMs, {
			member,
			endpoint,
			latencySeconds: answer?.latencySeconds ?? null,
			status: answer === null ? null : statusJson(answer.status),
			...(scrape === null ? {} : this.#metricsOf(scrape, member ?? endpoint)),
			error: failure === null ? null : errorText(failure),
			...(failure === null ? {} : { failure: failureJson(failure) }),
			...(key === (member ?? endpoint) ? {} : { key }),
			...(isRepeated ? { statusTime: formatIsoTime(statusTimeMs) } : {}),
		});
	}

	#metricsOf({ timeMs, atMs, outcome }: MetricsReading, who: string): Fields {
		const metricsTime = formatIsoTime(timeMs);
		if (outcome.kind === 'failed') return { metricsTime, metricsFailure: failureJson(outcome.failure) };
		const { metrics, isComplete } = this.#deltas.next(who, outcome.samples, atMs);
		const url = withoutLogin(outcome.url);
		const isNewPage = isComplete || this.#pageOf.get(who) !== url;
		this.#pageOf.set(who, url);
		return {
			metrics,
			metricsTime,
			...(isComplete ? { metricsComplete: true } : {}),
			...(isNewPage ? { metricsUrl: url } : {}),
			...(outcome.serverTimeMs === null ? {} : { metricsDate: formatIsoTime(outcome.serverTimeMs) }),
		};
	}

	/** A row's member where no answer tells it. */
	#memberOf(key: MemberKey): string | null {
		const { members = [], targets = [] } = this.#members ?? {};
		if (members.some(({ id }) => id === key)) return key;
		const endpoint = targets.find(target => target.key === key)?.endpoint ?? key;
		return members.find(({ clientUrls }) => clientUrls.includes(endpoint))?.id ?? null;
	}
}

const line = (type: string, timeMs: number, fields: Fields): string =>
	`${jsonText({ type, time: formatIsoTime(timeMs), ...fields })}\n`;

const errorText = (failure: Failure): string => withoutLogin(failureText(failure).line);

function clusterIdOf(reading: Reading): string | null {
	if (reading.kind === 'members') return reading.clusterId;
	return reading.kind === 'status' && reading.outcome.kind === 'answered' ? reading.outcome.status.clusterId : null;
}
