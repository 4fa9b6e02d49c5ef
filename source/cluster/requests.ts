import { requestFamilies } from './metric-names.ts';
import { metricOf } from './sample-name.ts';
import type { TierShape } from './tier.ts';

/**
 * Rates of requests look five minutes back. Thirteen are kept, so that a judgement that comes late still finds them; of
 * readings that follow each other faster than every 5 s the last of each step is taken.
 */
export const requestShape: TierShape = { stepMs: 5000, rows: 160 };

const firstLetters = 'grpc_server_hand';

/** The samples of requests in a scrape; null where it did not ask for them, or the server does not tell them. */
export function requestsIn(samples: ReadonlyMap<string, number>): ReadonlyMap<string, number> | null {
	let found: Map<string, number> | null = null;
	for (const [name, value] of samples) {
		if (!name.startsWith(firstLetters) || !requestFamilies.has(metricOf(name))) continue;
		found ??= new Map();
		found.set(name, value);
	}
	return found;
}
