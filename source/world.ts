import { createHistory, type History, record } from './cluster/history.ts';
import { wantedFamilies } from './cluster/metric-names.ts';
import { revisionBefore } from './cluster/revision-before.ts';
import { snapshotAt } from './cluster/snapshot-at.ts';
import { pause } from './collect/clock.ts';
import { once } from './collect/once.ts';
import type { EtcdCalls } from './etcd/calls.ts';
import type { ConnectionProfile } from './etcd/profile.ts';
import type { SnapshotFiles } from './operations/snapshot-files.ts';
import { type Patience, usualPatience, type World } from './operations/world.ts';

export type WorldOptions = {
	readonly calls: EtcdCalls;
	readonly profile: ConnectionProfile;
	/** For members that do not tell theirs. */
	readonly quotaBytes: number | null;
	/** What the monitor has seen so far; null on the command line. */
	readonly history: History | null;
	readonly files: SnapshotFiles;
	readonly patience?: Partial<Patience>;
};

/** Part of the dial timeout that a silent member gets once all others have answered, as `status` has it. */
const stragglerShare = 0.175;

/** What operations may touch, on the real wire, clocks and disk. */
export function createWorld({ calls, profile, quotaBytes, history, files, patience }: WorldOptions): World {
	const options = {
		calls,
		profile,
		statusIntervalSeconds: 1,
		metricsIntervalSeconds: 1,
		wantedFamilies,
		watch: { off: 'one reading only' },
		learnersAt: new Set<string>(),
	};
	const nowMs = () => performance.now();
	return {
		calls,
		async look(signal) {
			signal?.throwIfAborted();
			const seen = createHistory({ quotaFlagBytes: quotaBytes });
			const readings = once(options, {
				metricsRounds: 1,
				limitSeconds: profile.dialTimeoutSeconds,
				stragglerSeconds: stragglerShare * profile.dialTimeoutSeconds,
			});
			for await (const reading of readings) {
				signal?.throwIfAborted();
				record(seen, reading);
			}
			const atMs = seen.latestMs ?? nowMs();
			return { history: seen, atMs, snapshot: snapshotAt(seen, atMs) };
		},
		pause,
		nowMs,
		timeMs: () => Date.now(),
		revisionBefore: seconds => (history === null ? null : revisionBefore(history, nowMs(), seconds)),
		files,
		patience: { callSeconds: profile.commandTimeoutSeconds, ...usualPatience, ...patience },
	};
}
