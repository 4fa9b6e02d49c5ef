import { formatBytes } from '../../format/bytes.ts';
import type { Retention } from '../request.ts';
import { expired } from '../retention.ts';
import { FileFault, type SnapshotFile } from '../snapshot-files.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { shownPath } from './snapshot.ts';

export type Removal = {
	/** The new snapshot, which stays whatever the rules say. */
	readonly file: string;
	readonly clusterId: string;
	readonly retention: Retention;
	/** What the plan has shown; nothing else is removed, whatever has come to be since. */
	readonly planned: readonly SnapshotFile[];
};

/** `2 older snapshots`. */
export const olderSnapshots = (count: number): string => `${count} older ${count === 1 ? 'snapshot' : 'snapshots'}`;

const bytesOf = (files: readonly SnapshotFile[]) =>
	formatBytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));

/** Removes older snapshots of the same cluster. Comes after the step that has verified the new one. */
export const removeStep = (removal: Removal): Step => ({
	title: `remove ${olderSnapshots(removal.planned.length)}, ${bytesOf(removal.planned)}`,
	memberId: null,
	isAbortable: true,
	warnings: [],
	run: context => remove(context, removal),
});

async function* remove(
	{ world, signal }: StepContext,
	{ file, clusterId, retention, planned }: Removal,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const removed: SnapshotFile[] = [];
	const facts = () => ({ removedFiles: removed.length });
	const soFar = () => `removed ${olderSnapshots(removed.length)}, ${bytesOf(removed)}`;
	try {
		// Somebody may have removed others since the plan was made, so that one of these has to stay now.
		const present = (await world.files.list(file, clusterId)).filter(each => each.file !== file);
		const still = new Set(expired(present, retention, world.timeMs()).map(each => each.file));
		for (const each of planned.filter(old => still.has(old.file))) {
			if (signal.aborted) return { end: 'left', text: soFar(), facts: facts() };
			yield { text: `removing ${shownPath(each.file)}`, fraction: removed.length / planned.length };
			await world.files.remove(each.file);
			removed.push(each);
		}
	} catch (error) {
		if (!(error instanceof FileFault)) throw error;
		return {
			end: 'failed',
			text: `the new snapshot is saved, but not all older ones are gone: ${error.message}; ${soFar()}`,
			advice: error.advice,
			facts: facts(),
		};
	}
	return removed.length === 0
		? { end: 'skipped', text: 'no older snapshot had to go any more', facts: facts() }
		: { end: 'done', text: soFar(), facts: facts() };
}
