import { type History, wallTimeAt } from '../../cluster/history.ts';
import type { MemberKey } from '../../cluster/member.ts';
import type { MemberHistory } from '../../cluster/member-history.ts';
import { ownRowsAt } from '../../cluster/rows.ts';
import type { AlertSample } from './alert.ts';
import { isStaleAt, type Up, upAt } from './up.ts';

/** A member as Prometheus would scrape it. */
export type Target = {
	readonly instance: MemberKey;
	readonly row: MemberHistory;
	/** Null where Prometheus would have no sample: nothing was read for five minutes, or it left the cluster. */
	readonly up: Up;
	/** Whether its series ended with a failed scrape, or because it left: ranges still hold them, the moment does not. */
	readonly isStale: boolean;
};

/** What the expressions of the alerts are evaluated on: the cluster's series at one moment. */
export type Scene = {
	readonly history: History;
	readonly atMs: number;
	readonly targets: readonly Target[];
	/** The value of an expression; two alerts that differ in their threshold share it. */
	of(vector: (scene: Scene) => readonly AlertSample[]): readonly AlertSample[];
};

/** The longest range that is looked back without a sample of the moment beside it. */
export const longestRangeMs = 15 * 60_000;

/** The members at a moment, and those that left so recently that ranges hold their samples. */
export function targetsAt(history: History, atMs: number): readonly Target[] {
	const listed = ownRowsAt(history, atMs).flatMap(({ key, history: row }) =>
		row === null ? [] : [{ instance: key, row, up: upAt(history, row, atMs), isStale: isStaleAt(history, row, atMs) }],
	);
	const known = new Set(listed.map(({ row }) => row));
	const gone = [...history.goneAtMs].flatMap(([instance, goneAtMs]) => {
		const row = history.rows.get(instance);
		const hasLeft = goneAtMs <= atMs && atMs - goneAtMs <= longestRangeMs;
		return row === undefined || known.has(row) || !hasLeft ? [] : [{ instance, row, up: null, isStale: true }];
	});
	return [...listed, ...gone];
}

export function sceneAt(history: History, atMs: number): Scene {
	const values = new Map<unknown, readonly AlertSample[]>();
	const scene: Scene = {
		history,
		atMs,
		targets: targetsAt(history, atMs),
		of(vector) {
			const known = values.get(vector) ?? vector(scene);
			values.set(vector, known);
			return known;
		},
	};
	return scene;
}

/** The last moment at or before `atMs` at which the wall clock shows a whole multiple of `stepMs`. */
export function alignedBefore(history: History, atMs: number, stepMs: number): number {
	const timeMs = Math.round(wallTimeAt(history, atMs));
	return atMs - (((timeMs % stepMs) + stepMs) % stepMs);
}
