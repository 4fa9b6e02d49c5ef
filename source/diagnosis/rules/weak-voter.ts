import { latencyQuantile } from '../../cluster/histogram.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatLatency } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import type { Case } from '../rule.ts';

/** From here on every write waits visibly for this disk. */
const slowFsyncSeconds = 0.1;
/** A second's worth of a busy cluster: its acknowledgements come late. */
const farBehindEntries = 1000n;
const fewestSyncs = 20;

/** What makes a voter that serves a likely next loss, in words; null where nothing does, or nothing is known of it. */
export function weaknessOf({ history, atMs }: Case, member: MemberView): string | null {
	const metrics = history.rows.get(member.key)?.metrics;
	const fsync =
		metrics === undefined
			? null
			: latencyQuantile(metrics, history.options.metricsIntervalMs, { kind: 'fsync', quantile: 0.99, atMs });
	if (fsync?.kind === 'measured' && fsync.observations >= fewestSyncs && fsync.seconds >= slowFsyncSeconds)
		return `its disk syncs take ${formatLatency(fsync.seconds)} (p99)`;
	if (member.lagEntries !== null && member.lagEntries >= farBehindEntries)
		return `it is ${formatCount(member.lagEntries)} entries behind`;
	return null;
}
