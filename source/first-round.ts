import type { MemberKey } from './cluster/member.ts';
import type { Reading } from './cluster/reading.ts';

/** Waits for the first word of every member. */
export type FirstRound = {
	note(reading: Reading): void;
	/** Resolves when the list is known, or known not to be had, and each row has answered or failed once. */
	readonly complete: Promise<void>;
};

export function createFirstRound(): FirstRound {
	const { promise: complete, resolve } = Promise.withResolvers<void>();
	const told = new Set<MemberKey>();
	let awaited: readonly MemberKey[] | null = null;
	return {
		complete,
		note(reading) {
			if (reading.kind === 'status') told.add(reading.key);
			if (reading.kind === 'members' && (reading.members.length > 0 || reading.failure !== null))
				awaited = reading.targets.map(({ key }) => key);
			if (awaited?.every(key => told.has(key))) resolve();
		},
	};
}
