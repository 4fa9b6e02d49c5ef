import type { MemberView } from '../cluster/snapshot.ts';
import { metricOf } from './metrics.ts';
import type { Look } from './world.ts';

/** How long a member's defragmentations have taken since its process started, on the average; null without any. */
export function pastSecondsOf(look: Look, member: Pick<MemberView, 'key'>): number | null {
	const count = metricOf(look, member, 'etcd_disk_backend_defrag_duration_seconds_count');
	const sum = metricOf(look, member, 'etcd_disk_backend_defrag_duration_seconds_sum');
	return count === null || sum === null || count < 1 ? null : sum / count;
}

/** What one run learns of how long defragmentations take. */
export type Pace = {
	/** About how long it will take; null where nobody knows. The time goes by what is in use: that is what is copied. */
	secondsFor(look: Look, member: MemberView): number | null;
	/** Takes note of one that is done, by the bytes that are in use after it. */
	learn(inUseBytes: number, seconds: number): void;
	/** Of the last one that was learnt of; 0 before the first. */
	readonly lastSeconds: number;
};

/** A pace that knows nothing yet but what members tell of their past. */
export function createPace(): Pace {
	let secondsPerByte: number | null = null;
	let lastSeconds = 0;
	return {
		secondsFor(look, member) {
			const inUseBytes = member.numbers?.dbInUseBytes ?? null;
			const learnt = secondsPerByte === null || inUseBytes === null ? null : secondsPerByte * inUseBytes;
			return pastSecondsOf(look, member) ?? learnt;
		},
		learn(inUseBytes, seconds) {
			lastSeconds = seconds;
			if (inUseBytes > 0) secondsPerByte = seconds / inUseBytes;
		},
		get lastSeconds() {
			return lastSeconds;
		},
	};
}
