import type { OperationId, Risk } from './plan.ts';

/** What is known of an operation before any cluster is. */
export type CatalogEntry = {
	readonly id: OperationId;
	/** In the palette and in help: `Compact the history`. */
	readonly title: string;
	/** One sentence for the palette's second line, the help and the readme. */
	readonly summary: string;
	/** The key in the monitor; operations of one key are offered in one menu. Null: only in the palette. */
	readonly key: string;
	/** One or two words for the footer. */
	readonly hint: string;
	/** As it is typed: `defrag --member NAME`. */
	readonly usage: string;
	/** Without force; CORRUPT and forced ones are dangerous whatever stands here. */
	readonly risk: Risk;
};

/** Every operation, in the order of the palette, the help and the readme. */
export const catalog: readonly CatalogEntry[] = [
	{
		id: 'compact',
		title: 'Compact the history',
		summary: 'drops old revisions, all but those of the last five minutes; the file keeps its size',
		key: 'c',
		hint: 'compact',
		usage: 'compact [--keep 5m | --revision N|head]',
		risk: 'careful',
	},
	{
		id: 'defragment-member',
		title: 'Defragment one member',
		summary: 'gives the free pages of its file back to the disk; the member serves nobody meanwhile',
		key: 'd',
		hint: 'defrag',
		usage: 'defrag --member NAME [--rule RULE]',
		risk: 'careful',
	},
	{
		id: 'defragment-cluster',
		title: 'Defragment the cluster, rolling',
		summary: 'one member after the other, where it is worth it; the leader last, after it has handed over',
		key: 'D',
		hint: 'defrag all',
		usage: 'defrag --cluster [--rule RULE]',
		risk: 'careful',
	},
	{
		id: 'snapshot',
		title: 'Save a snapshot',
		summary: 'streams the database of a healthy follower into a file, checked by its SHA-256',
		key: 's',
		hint: 'snapshot',
		usage: 'snapshot save [FILE]',
		risk: 'safe',
	},
	{
		id: 'recover-space',
		title: 'Recover from NOSPACE',
		summary: 'compact, defragment rolling, clear the alarm, see that a write works: in the order that holds',
		key: 'a',
		hint: 'alarms',
		usage: 'alarm recover',
		risk: 'careful',
	},
	{
		id: 'disarm-alarm',
		title: 'Disarm an alarm',
		summary: 'clears one type of alarm on one member, NOSPACE only when there is space again',
		key: 'a',
		hint: 'alarms',
		usage: 'alarm disarm [--member NAME] [--type NOSPACE|CORRUPT]',
		risk: 'careful',
	},
	{
		id: 'move-leader',
		title: 'Move the leader',
		summary: 'hands leadership to a voter that is up to date',
		key: 'm',
		hint: 'move leader',
		usage: 'move-leader --to NAME',
		risk: 'careful',
	},
	{
		id: 'member-add',
		title: 'Add a member',
		summary: 'announces a new member, as a learner by default, and prints the flags to start it with',
		key: 'M',
		hint: 'members',
		usage: 'member add NAME --peer-urls URL,… [--no-learner]',
		risk: 'careful',
	},
	{
		id: 'member-promote',
		title: 'Promote a learner',
		summary: 'makes a learner that has caught up a voter',
		key: 'M',
		hint: 'members',
		usage: 'member promote NAME',
		risk: 'careful',
	},
	{
		id: 'member-update',
		title: 'Change a member’s peer URLs',
		summary: 'tells the cluster where a member listens for its peers from now on',
		key: 'M',
		hint: 'members',
		usage: 'member update NAME --peer-urls URL,…',
		risk: 'dangerous',
	},
	{
		id: 'member-remove',
		title: 'Remove a member',
		summary: 'takes a member out of the cluster; its process ends and its data is of no use any more',
		key: 'M',
		hint: 'members',
		usage: 'member remove NAME',
		risk: 'dangerous',
	},
	{
		id: 'check-hash',
		title: 'Check the consistency',
		summary: 'hashes every member’s whole key space at one revision and compares',
		key: 'h',
		hint: 'check hash',
		usage: 'check hash',
		risk: 'careful',
	},
];

/** The entry of an operation. */
export const entryOf = (id: OperationId): CatalogEntry => catalog.find(entry => entry.id === id)!;
