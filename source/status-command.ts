import { createHistory, type History, record } from './cluster/history.ts';
import { isAnswering } from './cluster/member-state.ts';
import { wantedFamilies } from './cluster/metric-names.ts';
import { snapshotAt } from './cluster/snapshot-at.ts';
import { stampNow } from './collect/clock.ts';
import { shownTls } from './collect/examiners/tls-shown.ts';
import { once } from './collect/once.ts';
import type { Settings } from './config/settings.ts';
import { connect } from './connect.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { healthOf } from './diagnosis/health.ts';
import type { EtcdCalls } from './etcd/calls.ts';
import type { ConnectionProfile } from './etcd/profile.ts';
import { print } from './print.ts';
import { exitCodeOf } from './report/exit-code.ts';
import { statusJson } from './report/json.ts';
import { printLines } from './report/print.ts';
import { statusTable } from './report/table.ts';
import { statusTmux } from './report/tmux.ts';
import { unreadableLines } from './report/unreadable.ts';

type StatusSettings = Settings & { readonly command: 'status' };

/** Two scrapes this far apart make the rates. */
const ratesSeconds = 0.5;
/**
 * Part of the dial timeout that a silent member gets once all others have answered: 0.35 s by default, by when a healthy
 * member on the same continent has answered, handshakes included. A longer dial timeout gives it longer.
 */
const stragglerShare = 0.175;

/** `etcdtop status`: one reading on standard output; the exit code is the verdict. */
export async function statusCommand(settings: StatusSettings): Promise<number> {
	const { profile, output, rates } = settings;
	const history = createHistory({ quotaFlagBytes: settings.quotaBytes });
	const calls = connect(profile);
	const options = {
		calls,
		profile,
		statusIntervalSeconds: ratesSeconds,
		metricsIntervalSeconds: ratesSeconds,
		wantedFamilies,
		watch: { off: 'one reading only' },
	};
	const limitSeconds = profile.dialTimeoutSeconds + (rates ? 2 * ratesSeconds : 0);
	for await (const reading of once(options, {
		metricsRounds: rates ? 2 : 1,
		limitSeconds,
		stragglerSeconds: stragglerShare * profile.dialTimeoutSeconds,
	}))
		record(history, reading);
	recordCertificates(history, calls, profile);
	calls.close();
	const atMs = history.latestMs ?? performance.now();
	const snapshot = snapshotAt(history, atMs);
	const findings = diagnose(history, atMs, snapshot);
	const health = healthOf(snapshot, findings);
	const isRead = health.level !== 'unreachable' && health.level !== 'waiting';
	if (!isRead) for (const line of unreadableLines(snapshot)) process.stderr.write(`etcdtop: ${line}\n`);
	const columns = process.stdout.isTTY ? process.stdout.columns : null;
	switch (output) {
		case 'json':
			print(`${statusJson(snapshot, findings)}\n`);
			break;
		case 'tmux':
			print(`${statusTmux(snapshot, findings)}\n`);
			break;
		case 'table':
			// Rows without a single number would only repeat what was said.
			if (!isRead) break;
			print(
				printLines(statusTable(snapshot, findings, { widthCells: columns }), settings.color && process.stdout.isTTY),
			);
			break;
	}
	return exitCodeOf(health.level, settings.failOn);
}

/** What the connections that were made have shown anyway, and our own files: their dates are part of the verdict. */
function recordCertificates(history: History, calls: EtcdCalls, { tls }: ConnectionProfile): void {
	const { members, list } = snapshotAt(history, history.latestMs ?? performance.now());
	const read = members.filter(isAnswering).map(({ key, id, endpoint }) => ({
		key,
		endpoint,
		isAdvertised: list.some(member => member.id === id && member.clientUrls.includes(endpoint)),
	}));
	const examination = shownTls(calls, tls, read);
	if (examination !== null) record(history, { ...stampNow(), kind: 'examination', examination });
}
