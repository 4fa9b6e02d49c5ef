import type { PlainMetric } from '../cluster/metric-names.ts';
import { sampleAt } from '../cluster/rate.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import type { Look } from './world.ts';

/** A metric of a member as it was just read; null where its metrics page, or this metric, is not to be had. */
export function metricOf({ history, atMs }: Look, { key }: Pick<MemberView, 'key'>, name: PlainMetric): number | null {
	const row = history.rows.get(key);
	return row === undefined ? null : sampleAt(row.metrics, history.options.metricsIntervalMs, name, atMs);
}
