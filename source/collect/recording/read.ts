import { safeText } from '../../format/safe.ts';
import { type Fields, fieldsOf, idOf, numberOf, textOf } from './fields.ts';
import { FileClock } from './file-clock.ts';
import { type FileState, fileLines } from './file-lines.ts';
import { measuredIntervals } from './intervals.ts';
import { checkVersion, LineReader, type Recorded } from './line-reader.ts';
import { Ordering } from './ordering.ts';
import { RecordingError } from './trouble.ts';

/** What is known of a recording before it is played. */
export type RecordingFacts = {
	readonly createdBy: string | null;
	readonly clusterId: string | null;
	/** How often a member's Status and its metrics were read, as the header says, or as the file shows. */
	readonly statusIntervalMs: number;
	readonly metricsIntervalMs: number;
	/** `--quota` of whoever recorded. */
	readonly quotaBytes: number | null;
};

/** How much of a file was understood. */
export type ReadingState = FileState & {
	/** Lines that were understood, of types that nobody knows among them. */
	understood: number;
	/** Lines that were passed over. */
	skipped: number;
	/** The last line says that the recording was ended, as opposed to killed or still going on. */
	isEnded: boolean;
};

export type Recording = {
	readonly facts: RecordingFacts;
	/** Everything in it in the order of its time, one at a time. May be called again. */
	play(): AsyncGenerator<Recorded>;
	/** Of the last play; whole once it is over. */
	state(): Readonly<ReadingState>;
};

/** So many lines tell how often is read. */
const linesToMeasure = 2000;

const freshState = (): ReadingState => ({ tooLong: 0, isTorn: false, understood: 0, skipped: 0, isEnded: false });

/**
 * Opens a recording. Throws a `RecordingError`, here or while it is played, where the file cannot be read, is no
 * recording, or is of a newer version.
 */
export async function openRecording(path: string): Promise<Recording> {
	const facts = await factsOf(path);
	let state = freshState();
	return {
		facts,
		state: () => state,
		async *play() {
			state = freshState();
			const { statusIntervalMs, metricsIntervalMs } = facts;
			const ordering = new Ordering<Recorded>(Math.min(120_000, Math.max(5000, statusIntervalMs + metricsIntervalMs)));
			const clock = new FileClock(statusIntervalMs);
			for await (const item of items(path, clock, state)) yield* ordering.take(item);
			yield* ordering.rest();
		},
	};
}

async function* items(path: string, clock: FileClock, state: ReadingState): AsyncGenerator<Recorded> {
	const reader = new LineReader(clock);
	for await (const lines of fileLines(path, state)) {
		for (const line of lines) {
			const found = named(path, () => reader.take(line));
			// What was torn off is no line that was not understood.
			if (found === null) state.skipped += state.isTorn ? 0 : 1;
			else {
				state.understood++;
				yield* found;
			}
		}
	}
	state.isEnded = reader.isEnded;
}

/** The name of the file in front of what is wrong with it. */
function named<Answer>(path: string, read: () => Answer): Answer {
	try {
		return read();
	} catch (error) {
		if (error instanceof RecordingError) throw new RecordingError(`${safeText(path, 300)}: ${error.message}`);
		throw error;
	}
}

async function factsOf(path: string): Promise<RecordingFacts> {
	const state = freshState();
	const reader = new LineReader(new FileClock(1000));
	let header: Fields = {};
	const seen: Recorded[] = [];
	let count = 0;
	for await (const lines of fileLines(path, state)) {
		for (const line of lines.slice(0, linesToMeasure - count)) {
			count++;
			const found = named(path, () => reader.take(line));
			if (found === null) continue;
			state.understood++;
			seen.push(...found);
			if (line.includes('"header"')) header = headerIn(line) ?? header;
		}
		if (count >= linesToMeasure) break;
	}
	if (state.understood === 0) throw noRecording(path, count);
	return { ...headerFacts(header), ...measuredIntervals(seen, claimedMs(header)) };
}

const noRecording = (path: string, lines: number): RecordingError =>
	new RecordingError(
		lines === 0
			? `${safeText(path, 300)}: is empty; what recorded it was stopped before it wrote anything`
			: `${safeText(path, 300)}: is no recording; try a file that etcdtop --record wrote`,
	);

function headerIn(line: string): Fields | null {
	const fields = fieldsOf(JSON.parse(line));
	if (fields?.type !== 'header') return null;
	checkVersion(fields);
	return fields;
}

const headerFacts = (header: Fields) => ({
	createdBy: textOf(header.createdBy),
	clusterId: idOf(header.clusterId),
	quotaBytes: numberOf(header.quotaBytes),
});

/** What the header says of how often is read. */
function claimedMs(header: Fields) {
	const seconds = (value: unknown) => {
		const found = numberOf(value);
		return found !== null && found > 0 && found <= 86_400 ? found * 1000 : null;
	};
	const statusMs = seconds(header.intervalSeconds);
	return { statusMs, metricsMs: seconds(header.metricsIntervalSeconds) ?? statusMs };
}
