import type { OperationItem } from './collect/recording/line-reader.ts';
import { openRecording, type Recording } from './collect/recording/read.ts';
import { RecordingError } from './collect/recording/trouble.ts';
import type { ReportSettings } from './config/settings.ts';
import { type Entry, entryFrom } from './journal/lines.ts';
import { pastRuns } from './journal/past-runs.ts';
import type { PastRun } from './operations/record.ts';
import { print } from './print.ts';
import { type RecordingReport, recordingJson } from './report/recording-json.ts';
import { recordingMarkdown } from './report/recording-markdown.ts';
import { Review } from './report/review.ts';

/** The file cannot be read, or is no recording. */
const unreadable = 3;

/** More than any night's work; what a made-up file holds beyond it is not looked at. */
const mostEntries = 10_000;

const reports: Readonly<Record<ReportSettings['output'], (report: RecordingReport) => string>> = {
	json: report => `${recordingJson(report)}\n`,
	markdown: recordingMarkdown,
};

/** `etcdtop report FILE`: what happened in a recording. */
export async function reportCommand({ file, output, quotaBytes }: ReportSettings): Promise<number> {
	try {
		const recording = await openRecording(file);
		const report = await reportOf(recording, file, quotaBytes);
		print(reports[output](report));
		return 0;
	} catch (error) {
		if (!(error instanceof RecordingError)) throw error;
		process.stderr.write(`etcdtop: ${error.message}\n`);
		return unreadable;
	}
}

async function reportOf(recording: Recording, file: string, quotaBytes: number | null): Promise<RecordingReport> {
	const { facts } = recording;
	const review = new Review({
		quotaFlagBytes: quotaBytes ?? facts.quotaBytes,
		statusIntervalMs: facts.statusIntervalMs,
		metricsIntervalMs: facts.metricsIntervalMs,
	});
	const entries: Entry[] = [];
	for await (const item of recording.play()) {
		if (item.kind !== 'operation') review.take(item);
		else if (entries.length < mostEntries) entries.push(...entryOf(item));
	}
	const { skipped, tooLong, isTorn, isEnded } = recording.state();
	return {
		source: {
			file,
			createdBy: facts.createdBy,
			clusterId: facts.clusterId,
			skippedLines: skipped + tooLong,
			isTorn,
			isEnded,
			statusIntervalSeconds: facts.statusIntervalMs / 1000,
		},
		happenings: review.finish(),
		operations: runsIn(entries),
	};
}

function entryOf({ entry }: OperationItem): readonly Entry[] {
	const found = entryFrom(entry);
	return found === null ? [] : [found];
}

/** What has no end in the recording may have one that was not recorded: it is not called interrupted. */
const runsIn = (entries: readonly Entry[]): readonly PastRun[] =>
	pastRuns(entries, new Set(entries.map(({ run }) => run)));
