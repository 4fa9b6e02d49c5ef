import type { Finding } from './finding.ts';
import { type FindingKey, keyOf } from './finding-log.ts';
import type { Judgement } from './judge.ts';

/** What is worth waking somebody for. */
export type News = {
	/** The critical findings that are new in a judgement of now; each moment is to be handed in once, none of the past. */
	from(judgement: Judgement): readonly Finding[];
};

/** A finding that was gone for less is the same one flapping. */
const flappingMs = 60_000;

/** Remembers what was critical when; one that was a warning before is new when it becomes critical. */
export function createNews(): News {
	const heldAtMs = new Map<FindingKey, number>();
	return {
		from({ findings, atMs }) {
			for (const [key, lastMs] of heldAtMs) if (atMs - lastMs > flappingMs) heldAtMs.delete(key);
			const critical = findings.filter(({ severity, goneAtMs }) => severity === 'critical' && goneAtMs === null);
			const fresh = critical.filter(finding => !heldAtMs.has(keyOf(finding)));
			for (const finding of critical) heldAtMs.set(keyOf(finding), atMs);
			return fresh;
		},
	};
}
