import { createSnapshotFiles } from './backend/snapshot-files.ts';
import type { History } from './cluster/history.ts';
import type { EtcdCalls } from './etcd/calls.ts';
import type { ConnectionProfile } from './etcd/profile.ts';
import { explainInterrupted } from './explain-interrupted.ts';
import { author } from './journal/author.ts';
import { openJournal } from './journal/open.ts';
import type { Journal } from './journal/types.ts';
import { journalFolder } from './journal-folder.ts';
import type { World } from './operations/world.ts';
import { createOperator, type Operator } from './operator.ts';
import { createWorld } from './world.ts';

/** What maintenance is done with. */
export type Tools = {
	readonly operator: Operator;
	readonly journal: Journal;
	/** Notes what is known now of operations on this cluster that no process lived to end; a line for each. */
	explain(): Promise<readonly string[]>;
	/** Nothing is written into the journal from now on: the process ends, and what it says then need not be so. */
	silence(): void;
};

/** Tools together with what they touch. */
export type OpenTools = Tools & { readonly world: World };

export type ToolsOptions = {
	readonly calls: EtcdCalls;
	readonly profile: ConnectionProfile;
	readonly quotaBytes: number | null;
	/** What the monitor has seen; null on the command line. */
	readonly history: History | null;
	/** Told of each line that the journal takes. */
	readonly onJournalLine?: (line: string) => void;
};

/** On the real wire, clocks, disk and journal. Costs some milliseconds to import: do it when it is needed. */
export function openTools({ calls, profile, quotaBytes, history, onJournalLine }: ToolsOptions): OpenTools {
	let isSilent = false;
	const folder = journalFolder(process.env);
	const journal = openJournal({
		folder,
		author: author(process.env),
		now: () => Date.now(),
		...(onJournalLine === undefined ? {} : { onLine: onJournalLine }),
	});
	const files = createSnapshotFiles(process.cwd());
	const world = createWorld({ calls, profile, quotaBytes, history, files });
	const operator = createOperator({ world, journal: silenced(journal, () => isSilent) });
	return {
		operator,
		world,
		journal,
		explain: () => explainInterrupted({ journal, world }),
		silence: () => {
			isSilent = true;
		},
	};
}

/** A write that comes too late never ends: an operation whose wire is being closed does not go on. */
const silenced = (journal: Journal, isSilent: () => boolean): Journal => ({
	...journal,
	async begin(title) {
		const open = await journal.begin(title);
		return {
			...open,
			record: entry => (isSilent() ? new Promise<never>(() => {}) : open.record(entry)),
		};
	},
});
