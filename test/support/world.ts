import { connectEtcd } from '../../source/etcd/connect.ts';
import type { ConnectionProfile } from '../../source/etcd/profile.ts';
import { runOperation } from '../../source/operations/engine.ts';
import type { Outcome, Progress } from '../../source/operations/plan.ts';
import type { RunRecord } from '../../source/operations/record.ts';
import type { SnapshotFiles } from '../../source/operations/snapshot-files.ts';
import type { Prepared } from '../../source/operations/step.ts';
import type { Patience, World } from '../../source/operations/world.ts';
import { createWorld } from '../../source/world.ts';
import { plainProfile } from './profile.ts';

const noFile = () => Promise.reject(new Error('this test writes no snapshot'));

/** For operations that write no snapshot. */
export const noFiles: SnapshotFiles = {
	resolve: noFile,
	freeBytes: noFile,
	leftovers: noFile,
	create: noFile,
	list: noFile,
	remove: noFile,
};

/** Nobody waits for what only people need. */
export const hasty: Partial<Patience> = { lookEveryMs: 50, settleSeconds: 0.2, rearmSeconds: 0.5, lostSeconds: 3 };

/** The world of a real cluster, and its end. */
export function realWorld(
	endpoints: readonly string[],
	{
		profile = {},
		patience = {},
		files = noFiles,
	}: {
		readonly profile?: Partial<ConnectionProfile>;
		readonly patience?: Partial<Patience>;
		readonly files?: SnapshotFiles;
	} = {},
): { readonly world: World; close(): void } {
	const whole = { ...plainProfile, endpoints, ...profile };
	const calls = connectEtcd(whole);
	const world = createWorld({
		calls,
		profile: whole,
		quotaBytes: null,
		history: null,
		files,
		patience: { ...hasty, ...patience },
	});
	return { world, close: () => calls.close() };
}

export type Played = { readonly outcome: Outcome; readonly progress: Progress[]; readonly records: RunRecord[] };

/** Carries an operation out to its end; `onProgress` may break things in the middle. */
export async function play(
	prepared: Prepared,
	world: World,
	{
		signal = new AbortController().signal,
		isForced = false,
		onProgress = () => {},
	}: {
		readonly signal?: AbortSignal;
		readonly isForced?: boolean;
		readonly onProgress?: (progress: Progress) => void | Promise<void>;
	} = {},
): Promise<Played> {
	const records: RunRecord[] = [];
	const progress: Progress[] = [];
	const record = async (entry: RunRecord) => void records.push(entry);
	const run = runOperation(prepared, { world, record, signal, isForced });
	while (true) {
		const { done, value } = await run.next();
		if (done) return { outcome: value, progress, records };
		progress.push(value);
		await onProgress(value);
	}
}
