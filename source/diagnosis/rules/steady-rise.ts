import { counterIncrease } from '../../cluster/rate.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import type { Case } from '../rule.ts';

/** As with latencies: in each of three parts of two minutes, so that one bad moment does not count. */
const parts = 3;
const partMs = 40_000;

/**
 * How often a second one of a member's counters rose over two minutes, where it rose in each part of them by at least
 * `leastInPart`; null where it did not, or where that is not known.
 */
export function steadyRise(
	{ history, atMs }: Case,
	{ key }: MemberView,
	sample: string,
	leastInPart: number,
): number | null {
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined || metrics.table.placeAt(atMs - parts * partMs) === null) return null;
	const { metricsIntervalMs } = history.options;
	let sum = 0;
	let seconds = 0;
	for (let part = 0; part < parts; part++) {
		const found = counterIncrease(metrics, metricsIntervalMs, sample, atMs - part * partMs, partMs);
		if (found === null || found.increase < leastInPart) return null;
		sum += found.increase;
		seconds += found.seconds;
	}
	return sum / seconds;
}
