import { setTimeout as delay } from 'node:timers/promises';
import { startAnnouncing } from './announcing.ts';
import { createHistory, record } from './cluster/history.ts';
import { requestFamilies, requestsEverySeconds, wantedFamilies } from './cluster/metric-names.ts';
import type { Reading } from './cluster/reading.ts';
import { live } from './collect/live.ts';
import { UsageError } from './config/errors.ts';
import type { MonitorOptions } from './config/settings.ts';
import { connect } from './connect.ts';
import type { Effect } from './control/event.ts';
import type { FaultChoice } from './control/state.ts';
import { createAlertLog } from './diagnosis/alerts/alert-log.ts';
import { createJudge } from './diagnosis/judge.ts';
import type { ConnectionProfile } from './etcd/profile.ts';
import { examiners } from './examiners.ts';
import { createFirstRound } from './first-round.ts';
import { createMaintenance } from './maintenance.ts';
import { startMonitor } from './monitor.ts';
import { startRecording } from './recording.ts';
import { capabilitiesOf } from './terminal/capabilities.ts';
import { openSession, type SessionEnd } from './terminal/session.ts';
import { keepYoungHeapSmall } from './young-heap.ts';

/** What the demonstration adds to a monitor. */
export type Playground = {
	faults(): readonly FaultChoice[];
	/** One line that says what happened. */
	run(id: string): Promise<string>;
};

export type MonitorInput = MonitorOptions & {
	readonly profile: ConnectionProfile;
	readonly quotaBytes: number | null;
	readonly debug: boolean;
	readonly playground: Playground | null;
};

const faultsEveryMs = 1000;
/**
 * How long the first frame waits for members that have not answered by the time that the screen could be drawn. Most
 * have; a frame without them would keep the answers of the others waiting while it is made.
 */
const firstRoundMs = 80;

/** The live monitor on a terminal. Resolves with the exit code when it is left, whatever the way. */
export async function monitorCommand(input: MonitorInput): Promise<number> {
	const { profile, playground } = input;
	if (input.screen.screenReader) return (await import('./spoken-command.ts')).spokenCommand(input);
	const capabilities = needTerminal(input);
	const recording = await startRecording(input);
	keepYoungHeapSmall();
	const history = createHistory({
		quotaFlagBytes: input.quotaBytes,
		statusIntervalMs: input.statusIntervalSeconds * 1000,
		metricsIntervalMs: input.metricsIntervalSeconds * 1000,
	});
	const calls = connect(profile);
	const reading = new AbortController();
	// Members are dialled and asked while the screen's code is still being loaded.
	const early: Reading[] = [];
	const round = createFirstRound();
	let take = (item: Reading): void => {
		early.push(item);
		round.note(item);
	};
	const readings = (async () => {
		const wanted = { wantedFamilies, rare: { families: requestFamilies, everySeconds: requestsEverySeconds } };
		for await (const item of live(
			{ ...input, ...wanted, calls, examiners: examiners(input.examined) },
			reading.signal,
		)) {
			recording.take(item);
			take(item);
		}
	})();
	// A fault of ours before there is a session is told as soon as there is one, below.
	readings.catch(() => undefined);
	const { openScreen } = await import('./screen.tsx');
	await Promise.race([round.complete, delay(firstRoundMs)]);

	const { promise: ended, resolve: end } = Promise.withResolvers<SessionEnd | { readonly kind: 'quit' }>();
	const { announcing: told } = input;
	const session = openSession({
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		asciiOnly: !capabilities.unicode,
		titles: told.title && capabilities.titles,
		onResize: size => monitor.happen({ kind: 'resized', ...size }),
		onEnd: end,
	});
	readings.catch(error => session.crash(error));
	const screen = openScreen({
		session,
		capabilities,
		onKey: (name, text) => monitor.happen({ kind: 'key', name, text }),
	});

	const perform = (effect: Effect) => {
		switch (effect.kind) {
			case 'quit':
				return end({ kind: 'quit' });
			case 'suspend':
				return session.suspend();
			case 'redraw':
				return session.output.repaint();
			case 'fault':
				return runFault(effect.id);
			default:
				return maintenance.perform(effect);
		}
	};
	const maintenance = createMaintenance({
		load: async () => {
			const { openTools } = await import('./maintenance-tools.ts');
			const { quotaBytes } = input;
			return openTools({ calls, profile, quotaBytes, history, onJournalLine: recording.operation });
		},
		happen: event => monitor.happen(event),
		readOnly: input.readOnly,
	});
	const runFault = (id: string) => {
		playground?.run(id).then(
			text => monitor.happen({ kind: 'notice', text }),
			(error: unknown) =>
				monitor.happen({ kind: 'notice', text: error instanceof Error ? error.message : String(error) }),
		);
	};
	const announcing = startAnnouncing({
		...told,
		title: told.title && capabilities.titles,
		announce: announcement => session.output.announce(announcement),
		onTrouble: text => monitor.happen({ kind: 'notice', text }),
	});
	for (const item of early) record(history, item);
	const monitor = startMonitor({
		history,
		judge: createJudge(createAlertLog()),
		now: () => ({ atMs: performance.now(), timeMs: Date.now() }),
		size: session.output.measure(),
		source: profile.source,
		faults: playground?.faults() ?? null,
		readOnly: input.readOnly,
		draw: screen.draw,
		perform,
		onJudged: announcing.judged,
	});
	take = item => {
		round.note(item);
		monitor.read(item);
	};
	recording.tell(news => monitor.happen({ kind: 'recording', news }));
	void round.complete.then(() => maintenance.start());
	const faultsTimer =
		playground === null
			? undefined
			: setInterval(() => monitor.happen({ kind: 'faults', faults: playground.faults() }), faultsEveryMs);

	const how = await ended;
	clearInterval(faultsTimer);
	monitor.stop();
	announcing.end();
	reading.abort();
	await maintenance.end();
	calls.close();
	await recording.end();
	screen.unmount();
	await session.end();
	recording.complain();
	return exitOf(how, input.debug);
}

/** What the terminal can do; throws `UsageError` where there is none, or one that cannot place its cursor. */
export function needTerminal({ screen }: MonitorOptions) {
	const isTTY = process.stdout.isTTY === true && process.stdin.isTTY === true;
	if (!isTTY)
		throw new UsageError(
			'standard input and output are not a terminal, and the monitor needs one; try: etcdtop status, or etcdtop status -o json',
		);
	const capabilities = capabilitiesOf(process.env, true, !screen.color);
	if (capabilities.dumb)
		throw new UsageError(
			`TERM is "${process.env.TERM ?? ''}", a terminal that cannot place its cursor; try: etcdtop status`,
		);
	return { ...capabilities, unicode: capabilities.unicode && !screen.ascii };
}

function exitOf(how: SessionEnd | { readonly kind: 'quit' }, isDebug: boolean): number {
	switch (how.kind) {
		case 'quit':
			return 0;
		case 'signal':
		case 'closed':
			return how.exitCode;
		case 'crash': {
			const text = how.error instanceof Error ? (isDebug && how.error.stack) || how.error.message : String(how.error);
			process.stderr.write(
				`etcdtop: a fault of etcdtop itself: ${text}${isDebug ? '' : '; try --debug for where it happened'}\n`,
			);
			return how.exitCode;
		}
	}
}
