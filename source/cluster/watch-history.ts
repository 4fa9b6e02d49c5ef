import { cutChange, cutName, cutWatchState } from './bounds.ts';
import { ChangeLog } from './change-log.ts';
import type { Failure } from './failure.ts';
import type { KeyChange, KeysReading, ResourceChanges, WatchReading, WatchState } from './reading.ts';
import { Ring } from './ring.ts';
import { changeShapes } from './shapes.ts';
import { TieredTable } from './tiered-table.ts';

/** One line of the watch. `sequence` never repeats and rises with time: a stable key while older lines fall out. */
export type WatchLine = { readonly sequence: number; readonly atMs: number; readonly timeMs: number } & (
	| { readonly kind: 'change'; readonly change: KeyChange }
	/** A storm: this many more changes were counted, but not listed. */
	| { readonly kind: 'unlisted'; readonly count: number }
	/** Revisions `fromRevision` to `toRevision`, both inclusive, were not seen. */
	| {
			readonly kind: 'gap';
			readonly fromRevision: bigint;
			readonly toRevision: bigint;
			readonly missed: bigint;
			readonly reason: 'compacted' | 'too-many';
	  }
	| { readonly kind: 'interrupted'; readonly failure: Failure }
	| { readonly kind: 'live'; readonly endpoint: string; readonly fromRevision: bigint }
);

/** What is left when each kind of line is thought of on its own. */
type WatchLineBody = WatchLine extends infer Line
	? Line extends WatchLine
		? Omit<Line, 'sequence' | 'atMs' | 'timeMs'>
		: never
	: never;

export type WatchHistory = {
	readonly lines: Ring<WatchLine>;
	readonly states: ChangeLog<WatchState>;
	/** Sums since the start, three columns for each resource: puts, deletes, bytes. */
	readonly sums: TieredTable;
	/** Resources in the order of their columns. */
	readonly resources: Map<string, number>;
	readonly totals: number[];
	/** The moment of the first batch; null before it. */
	firstMs: number | null;
	nextSequence: number;
};

const mostLines = 5000;
/** Built-in types are some sixty; resources beyond this number are counted together. */
const mostResources = 128;
export const otherResources = 'other';

export const createWatchHistory = (): WatchHistory => ({
	lines: new Ring(mostLines),
	states: new ChangeLog(1024),
	sums: new TieredTable(changeShapes),
	resources: new Map(),
	totals: [],
	firstMs: null,
	nextSequence: 0,
});

function push(watch: WatchHistory, atMs: number, timeMs: number, body: WatchLineBody): void {
	const lastMs = watch.lines.at(watch.lines.length - 1)?.atMs ?? atMs;
	watch.lines.push({ sequence: watch.nextSequence++, atMs: Math.max(atMs, lastMs), timeMs, ...body } as WatchLine);
}

export function recordKeys(watch: WatchHistory, { atMs, timeMs, changes, lines, unlisted }: KeysReading): void {
	// Zeros at the start are what the first batch is counted from.
	if (watch.firstMs === null) {
		watch.firstMs = atMs;
		watch.sums.write(atMs - 1000, []);
	}
	for (const [resource, counts] of changes) count(watch, cutName(resource), counts);
	watch.sums.write(atMs, watch.totals);
	for (const change of lines.slice(-mostLines))
		push(watch, atMs, timeMs, { kind: 'change', change: cutChange(change) });
	if (unlisted > 0) push(watch, atMs, timeMs, { kind: 'unlisted', count: unlisted });
}

const atLeastZero = (value: number) => (Number.isFinite(value) && value > 0 ? value : 0);

function count(watch: WatchHistory, resource: string, { put, delete: deleted, bytes }: ResourceChanges): void {
	const isNew = !watch.resources.has(resource);
	const name = isNew && watch.resources.size >= mostResources - 1 ? otherResources : resource;
	const column = watch.resources.get(name) ?? addResource(watch, name);
	watch.totals[column]! += atLeastZero(put);
	watch.totals[column + 1]! += atLeastZero(deleted);
	watch.totals[column + 2]! += atLeastZero(bytes);
}

function addResource(watch: WatchHistory, name: string): number {
	const column = watch.totals.length;
	watch.totals.push(0, 0, 0);
	for (let index = 0; index < 3; index++) watch.sums.addColumn('last');
	watch.resources.set(name, column);
	return column;
}

export function recordWatchState(watch: WatchHistory, { atMs, timeMs, state: told }: WatchReading): void {
	const state = cutWatchState(told);
	watch.states.push(atMs, state);
	switch (state.kind) {
		case 'off':
		case 'connecting':
			break;
		case 'gap': {
			const missed = state.toRevision - state.fromRevision + 1n;
			push(watch, atMs, timeMs, { ...state, missed: missed < 0n ? 0n : missed });
			break;
		}
		case 'interrupted':
		case 'live':
			push(watch, atMs, timeMs, state);
			break;
	}
}
