import { startAnnouncing } from './announcing.ts';
import { createHistory, record } from './cluster/history.ts';
import { wantedFamilies } from './cluster/metric-names.ts';
import { live } from './collect/live.ts';
import { connect } from './connect.ts';
import { createAlertLog } from './diagnosis/alerts/alert-log.ts';
import { createJudge } from './diagnosis/judge.ts';
import { examiners } from './examiners.ts';
import { formatClock } from './format/duration.ts';
import type { MonitorInput } from './monitor-command.ts';
import { startRecording } from './recording.ts';
import { type Sentence, spokenStatus } from './report/spoken.ts';

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
	recording.tell(({ text }) => process.stdout.write(`${formatClock(Date.now())} ${text}\n`));
	const calls = connect(input.profile);
	const stop = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
	process.stdout.on('error', () => stop.abort());
	const say = (text: string) => process.stdout.write(`${formatClock(Date.now())} ${text}\n`);
	const judge = createJudge(createAlertLog());
	const announcing = startAnnouncing({
		...input.announcing,
		// What is read aloud is no screen: its title stays.
		title: false,
		announce: ({ isBell }) => {
			if (isBell && process.stdout.isTTY) process.stdout.write('\x07');
		},
		onTrouble: say,
	});
	let told = new Map<string, Sentence>();
	let toldAllMs = performance.now();
	const tell = () => {
		const nowMs = performance.now();
		if (nowMs - toldAllMs > repeatMs) {
			told = new Map();
			toldAllMs = nowMs;
		}
		judge.advance(history, nowMs);
		const judgement = judge.latest!;
		if (judgement.atMs === nowMs) announcing.judged(judgement);
		const sentences = spokenStatus(judgement.snapshot, judgement.findings);
		for (const { subject, essence, text } of sentences) if (told.get(subject)?.essence !== essence) say(text);
		const ended = [...told.values()].filter(({ subject }) => !sentences.some(other => other.subject === subject));
		for (const { name } of ended) say(`no longer: ${name}`);
		told = new Map(sentences.map(sentence => [sentence.subject, sentence]));
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
		announcing.end();
		calls.close();
		await recording.end();
	}
}
