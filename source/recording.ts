import { setTimeout as delay } from 'node:timers/promises';
import type { Reading } from './cluster/reading.ts';
import type { Recorder } from './collect/recording/recorder.ts';
import { UsageError } from './config/errors.ts';
import type { MonitorOptions } from './config/settings.ts';
import type { RecordingNews } from './control/event.ts';
import { safeText } from './format/safe.ts';

declare const ETCDTOP_VERSION: string;

export type RecordingListener = (news: RecordingNews) => void;

/** The recording that goes on beside a monitor; one that was not asked for does nothing. */
export type RunningRecording = {
	take(item: Reading): void;
	/** A line of the journal. */
	operation(line: string): void;
	/** Who is to hear of it from now on: that it records, and that it cannot go on. */
	tell(listener: RecordingListener): void;
	/** Writes what is left; a disk that hangs is not waited for. Never throws. */
	end(): Promise<void>;
	/** Says on standard error that the recording is not whole, where nobody may have seen it on the screen. */
	complain(): void;
};

const none: RunningRecording = {
	take: () => undefined,
	operation: () => undefined,
	tell: () => undefined,
	end: async () => undefined,
	complain: () => undefined,
};

/** The session's end has less than a second in all. */
const lastWordsMs = 500;
/** That it records is known to whoever asked for it; that it cannot go on, to nobody who looks away. */
const shortMs = 6000;
const longMs = 10 * 60_000;

type Asked = Pick<MonitorOptions, 'recordFile' | 'statusIntervalSeconds' | 'metricsIntervalSeconds'> & {
	readonly quotaBytes: number | null;
};

/** Starts what `--record` asks for. Throws `UsageError` where the file cannot be made, or is there. */
export async function startRecording(asked: Asked): Promise<RunningRecording> {
	const { recordFile } = asked;
	if (recordFile === null) return none;
	// Where a limit is set for files (ulimit -f), the signal would end the monitor; without it the write only fails.
	process.on('SIGXFSZ', () => undefined);
	let listener: RecordingListener = () => undefined;
	const stopped = (text: string) =>
		listener({ stand: 'stopped', text: `the recording stopped: ${text}`, lastsMs: longMs });
	const recorder = await openFile(recordFile, asked, stopped);
	return {
		take: recorder.take,
		operation: recorder.operation,
		tell(next) {
			listener = next;
			const trouble = recorder.trouble();
			if (trouble === null)
				next({ stand: 'running', text: `recording into ${safeText(recordFile, 200)}`, lastsMs: shortMs });
			else stopped(trouble);
		},
		end: () => Promise.race([recorder.end(), delay(lastWordsMs)]),
		complain() {
			const trouble = recorder.trouble();
			if (trouble !== null) process.stderr.write(`etcdtop: the recording is not whole: ${trouble}\n`);
		},
	};
}

async function openFile(path: string, asked: Asked, onTrouble: (text: string) => void): Promise<Recorder> {
	// Nothing of it is loaded where nothing is recorded.
	const { openRecorder } = await import('./collect/recording/recorder.ts');
	const { RecordingError } = await import('./collect/recording/trouble.ts');
	const { statusIntervalSeconds, metricsIntervalSeconds, quotaBytes } = asked;
	try {
		return await openRecorder({
			path,
			createdBy: `etcdtop ${ETCDTOP_VERSION}`,
			...{ statusIntervalSeconds, metricsIntervalSeconds, quotaBytes },
			now: () => ({ atMs: performance.now(), timeMs: Date.now() }),
			onTrouble,
		});
	} catch (error) {
		if (error instanceof RecordingError) throw new UsageError(error.message);
		throw error;
	}
}
