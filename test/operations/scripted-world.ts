import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { type Look, usualPatience, type World } from '../../source/operations/world.ts';
import type { Story } from '../cluster/story.ts';

/** What was told until a moment, as an operation looks at it. */
export const lookAt = ({ history }: Story, atMs: number): Look => ({
	history,
	atMs,
	snapshot: snapshotAt(history, atMs),
});

/** A world that can be looked at and in which nothing can be done. */
export function scriptedWorld(look: Look): World {
	const unscripted = () => {
		throw new Error('not in the play');
	};
	return {
		calls: { member: unscripted, close: () => {} },
		look: async () => look,
		pause: unscripted,
		nowMs: unscripted,
		timeMs: unscripted,
		revisionBefore: () => null,
		files: {
			resolve: unscripted,
			freeBytes: unscripted,
			leftovers: unscripted,
			create: unscripted,
			list: unscripted,
			remove: unscripted,
		},
		patience: { callSeconds: 5, ...usualPatience },
	};
}
