import { memberOf, type Story, story } from '../cluster/story.ts';

export const mib = 1024 ** 2;
export const gib = 1024 ** 3;

/** What all members tell at a minute; metrics where any of the last three is given. */
export type Filled = {
	readonly fileBytes: number;
	readonly inUseBytes: number;
	readonly keys?: number;
	readonly revision?: number;
	readonly compacted?: number;
};

const ids = ['1', '2', '3'] as const;

/** Three members that are read every 30 s, without an end to their patience. */
export function filled(minutes: number, at: (minute: number, id: string) => Filled, quotaBytes = 2 * gib): Story {
	const told = story({ quotaFlagBytes: quotaBytes, statusIntervalMs: 30_000, metricsIntervalMs: 30_000 });
	told.list(
		0,
		ids.map(id => memberOf(id)),
	);
	for (let half = 0; half <= minutes * 2; half++)
		for (const id of ids) tellOf(told, half * 30_000, id, at(half / 2, id));
	return told;
}

function tellOf(told: Story, atMs: number, id: string, { fileBytes, inUseBytes, ...records }: Filled): void {
	const { keys, revision = 100 + atMs / 1000, compacted } = records;
	told.answer(atMs, id, {
		dbSizeBytes: fileBytes,
		dbInUseBytes: inUseBytes,
		revision: BigInt(Math.floor(revision)),
		raftIndex: BigInt(Math.floor(revision)),
		raftAppliedIndex: BigInt(Math.floor(revision)),
	});
	if (keys === undefined && compacted === undefined) return;
	told.scrape(atMs, id, [
		['etcd_debugging_mvcc_current_revision', revision],
		['etcd_debugging_mvcc_compact_revision', compacted ?? -1],
		...(keys === undefined ? [] : [['etcd_debugging_mvcc_keys_total', keys] as const]),
	]);
}

export const ms = (minutes: number) => minutes * 60_000;
