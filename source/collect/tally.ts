import type { KeyChange, KeysReading, Stamp } from '../cluster/reading.ts';
import type { WatchEvent } from '../etcd/calls.ts';
import { parseKey } from '../registry/key.ts';

/** Lines that one reading may carry: more than a screen, so that a storm costs no more than a full pane. */
const linesPerReading = 120;

type Counts = { put: number; delete: number; bytes: number };

/** Counts every event between two readings and keeps the latest few as lines. */
export type Tally = {
	add(events: readonly WatchEvent[], timeMs: number): void;
	/** What came since the last call; null where nothing did. */
	take(stamp: Stamp): KeysReading | null;
};

export function createTally(): Tally {
	let changes = new Map<string, Counts>();
	let lines: KeyChange[] = [];
	let unlisted = 0;
	let revision = 0n;
	return {
		add(events, timeMs) {
			const firstListed = events.length - linesPerReading;
			for (const [index, event] of events.entries()) {
				const parsed = parseKey(event.key);
				let counts = changes.get(parsed.resource);
				if (counts === undefined) {
					counts = { put: 0, delete: 0, bytes: 0 };
					changes.set(parsed.resource, counts);
				}
				counts[event.type]++;
				counts.bytes += event.valueBytes;
				if (event.modRevision > revision) revision = event.modRevision;
				if (index < firstListed) {
					unlisted++;
					continue;
				}
				lines.push({
					timeMs,
					operation:
						event.type === 'delete' ? 'delete' : event.createRevision === event.modRevision ? 'create' : 'update',
					resource: parsed.resource,
					name: parsed.namespace === null ? parsed.name : `${parsed.namespace}/${parsed.name}`,
					revision: event.modRevision,
					sizeBytes: event.valueBytes,
					isNoise: parsed.isNoise,
				});
			}
			// Cut in bulk: shifting one by one would cost more than the events.
			if (lines.length > 2 * linesPerReading) {
				unlisted += lines.length - linesPerReading;
				lines = lines.slice(-linesPerReading);
			}
		},
		take(stamp) {
			if (changes.size === 0) return null;
			if (lines.length > linesPerReading) {
				unlisted += lines.length - linesPerReading;
				lines = lines.slice(-linesPerReading);
			}
			const reading: KeysReading = {
				...stamp,
				kind: 'keys',
				revision,
				changes,
				lines,
				unlisted,
			};
			changes = new Map();
			lines = [];
			unlisted = 0;
			return reading;
		},
	};
}
