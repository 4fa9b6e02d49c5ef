/**
 * What the pictures of the pages in `docs/` show: each operation chosen by its key, its confirmation, and how it goes.
 * Every step waits for what the program draws.
 */
import { dropHistory, type Stage, type StageOptions } from './stage.ts';
import { choose, enter, esc, hold, press, retry, type Step, still, type, until } from './step.ts';

export const operationsSize = { columns: 104, rows: 34 };

const mebibyte = 1024 * 1024;

/** In the order in which they are shown. `roomy` has much history and some data; `full` is out of space. */
export const stages = {
	roomy: { quotaBytes: 1024 * mebibyte, liveMebibytes: 128, historyMebibytes: 192 },
	full: { quotaBytes: 64 * mebibyte, liveMebibytes: 8, historyMebibytes: 1000 },
} as const satisfies Readonly<Record<string, Omit<StageOptions, 'binaries'>>>;

export type Scene = {
	/** What `--only` takes, and how its pictures are called. */
	readonly name: string;
	readonly stage: keyof typeof stages;
	/** What has to be so before, whatever was shown before. */
	readonly before?: (stage: Stage) => Promise<void>;
	readonly steps: readonly Step[];
};

const healthy = until(/HEALTHY\s+all 3 members serve[\s\S]*metrics of 3 of 3 members/);
const toStart = /\S+ to start|press Enter:/;
const ended = /Esc closes this/;
const confirmed = (name: string, title: string): readonly Step[] => [
	until(toStart),
	still(`${name}-confirm`, `${title}: what is asked before it begins`),
];
const close: readonly Step[] = [until(ended), esc];

const addLearner = async ({ cluster }: Stage) => {
	const { name } = await cluster.addMember({ learner: true });
	await cluster.waitHealthy({ names: [name] });
};

export const scenes: readonly Scene[] = [
	{
		name: 'operations',
		stage: 'roomy',
		steps: [healthy, press('x'), until(/Compact the history/), still('operations', 'The list of all operations'), esc],
	},
	{
		name: 'snapshot',
		stage: 'roomy',
		steps: [
			press('s'),
			choose(/to the current folder/),
			...confirmed('snapshot', 'Save a snapshot'),
			// The Enter before must be over for a moment.
			hold(1),
			enter,
			until(/\d \wB\/s, .* left/),
			still('snapshot-progress', 'A snapshot is being saved'),
			...close,
		],
	},
	{
		name: 'move-leader',
		stage: 'roomy',
		steps: [
			press('m'),
			choose(/m\d.*follower/),
			...confirmed('move-leader', 'Move the leader'),
			press('y'),
			until(ended),
			still('move-leader-progress', 'The leader has moved'),
			...close,
		],
	},
	{
		name: 'check-hash',
		stage: 'roomy',
		steps: [
			press('h'),
			...confirmed('check-hash', 'Check the consistency'),
			press('y'),
			until(ended),
			still('check-hash-progress', 'The hashes of all members are equal'),
			...close,
		],
	},
	{
		name: 'compact',
		stage: 'roomy',
		steps: [
			press('c'),
			choose(/keep the last 5 minutes/),
			// Which revision is five minutes old is known once the monitor has watched for so long.
			retry('r', toStart, 5),
			...confirmed('compact', 'Compact the history'),
			press('y'),
			until(/▸\s+2\s+wait until every member/),
			still('compact-progress', 'The members free the space of what was compacted'),
			...close,
		],
	},
	{
		name: 'defragment-member',
		stage: 'roomy',
		before: dropHistory,
		steps: [
			press('d'),
			choose(/m\d.*follower/),
			...confirmed('defragment-member', 'Defragment one member'),
			press('y'),
			until(/is defragmenting, \d|Esc closes this/),
			still('defragment-member-progress', 'One member is being defragmented'),
			...close,
		],
	},
	{
		name: 'defragment-cluster',
		stage: 'roomy',
		before: dropHistory,
		steps: [
			press('D'),
			...confirmed('defragment-cluster', 'Defragment the cluster, rolling'),
			press('y'),
			until(/✓ 2[\s\S]*is defragmenting, \d|✓ 3 /),
			still('defragment-cluster-progress', 'The cluster is being defragmented, member by member'),
			...close,
		],
	},
	{
		name: 'members',
		stage: 'roomy',
		before: addLearner,
		steps: [
			until(/learner/),
			press('M'),
			until(/add a learner/),
			still('members-menu', 'What can be done with the members'),
			choose(/promote m4/),
			...confirmed('member-promote', 'Promote a learner'),
			press('y'),
			...close,
			press('M'),
			choose(/remove m4/),
			...confirmed('member-remove', 'Remove a member'),
			type('m4'),
			enter,
			until(ended),
			still('member-remove-progress', 'A member was removed'),
			...close,
			press('M'),
			choose(/add a learner/),
			until(/its name and its peer URLs/),
			type('m5 http://127.0.0.1:12380'),
			enter,
			...confirmed('member-add', 'Add a member'),
			press('y'),
			until(ended),
			still('member-add-progress', 'A member was added: the flags to start it with'),
			...close,
		],
	},
	{
		name: 'journal',
		stage: 'roomy',
		steps: [
			press('J'),
			until(/WHEN/),
			still('journal', 'The journal: what was done'),
			choose(/Defragment the cluster/),
			until(/Enter list/),
			still('journal-entry', 'One operation of the journal, whole'),
			esc,
			esc,
		],
	},
	{
		name: 'recover-space',
		stage: 'full',
		steps: [
			until(/NOSPACE/),
			press('a'),
			until(/recover from NOSPACE/),
			still('alarms-menu', 'The alarms that are raised, and what can be done'),
			choose(/recover from NOSPACE/),
			...confirmed('recover-space', 'Recover from NOSPACE'),
			press('y'),
			until(/✓\s+3 .*\n/),
			hold(3),
			still('recover-space-progress', 'Making space, step by step'),
			until(ended),
			still('recover-space-done', 'The cluster takes writes again'),
			...close,
		],
	},
];
