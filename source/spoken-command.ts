import { createHistory, record } from './cluster/history.ts';
import { wantedFamilies } from './cluster/metric-names.ts';
import { snapshotAt } from './cluster/snapshot-at.ts';
import { live } from './collect/live.ts';
import { connect } from './connect.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { examiners } from './examiners.ts';
import { formatClock } from './format/duration.ts';
import type { MonitorInput } from './monitor-command.ts';
import { startRecording } from './recording.ts';
import { spokenStatus } from './report/spoken.ts';

/** Answers of one round arrive within this time and are told together. */
const settleMs = 1500;
/** Everything is told anew this often, changed or not, so that silence never has to be trusted. */
const repeatMs = 300_000;

/**
 * The monitor for a screen reader: a line in words for everything that changes, all of it at the start and every five
 * minutes. Needs no terminal, and ends with Ctrl+C.
 */
export async function spokenCommand(input: MonitorInput): Promise<number> {
	const history = createHistory({
		quotaFlagBytes: input.quotaBytes,
		statusIntervalMs: input.statusIntervalSeconds * 1000,
		metricsIntervalMs: input.metricsIntervalSeconds * 1000,
	});
	const recording = await startRecording(input);
	recording.tell(text => process.stdout.write(`${formatClock(Date.now())} ${text}\n`));
	const calls = connect(input.profile);
	const stop = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
	process.stdout.on('error', () => stop.abort());
	let told = new Map<string, string>();
	let toldAllMs = performance.now();
	const tell = () => {
		const nowMs = performance.now();
		if (nowMs - toldAllMs > repeatMs) {
			told = new Map();
			toldAllMs = nowMs;
		}
		const snapshot = snapshotAt(history, nowMs);
		const sentences = spokenStatus(snapshot, diagnose(history, nowMs, snapshot));
		for (const { subject, essence, text } of sentences)
			if (told.get(subject) !== essence) process.stdout.write(`${formatClock(Date.now())} ${text}\n`);
		const ended = [...told.keys()].filter(subject => !sentences.some(sentence => sentence.subject === subject));
		for (const subject of ended) process.stdout.write(`${formatClock(Date.now())} no longer: ${subject}\n`);
		told = new Map(sentences.map(({ subject, essence }) => [subject, essence]));
	};
	const timer = setInterval(tell, settleMs);
	try {
		const watch = { off: 'a screen reader cannot follow it' };
		for await (const reading of live(
			{ ...input, watch, calls, wantedFamilies, examiners: examiners(input.examined) },
			stop.signal,
		)) {
			recording.take(reading);
			record(history, reading);
		}
		return 0;
	} finally {
		clearInterval(timer);
		calls.close();
		await recording.end();
	}
}
