import { operationCommands } from './commands.ts';
import type { Flag } from './flag.ts';

const operation = { group: 'operation', commands: operationCommands, isTypedOnly: true } as const;
const compact = { group: 'compact', commands: ['compact'] } as const;
const defrag = { group: 'defrag', commands: ['defrag'] } as const;
const snapshot = { group: 'snapshot', commands: ['snapshot save'] } as const;

/** What is to be done to the cluster. */
export const operationFlags = {
	'dry-run': { ...operation, kind: 'switch', help: 'Print the checks and the plan, and do nothing.' },
	yes: { ...operation, kind: 'switch', help: 'Confirm: nothing is asked. Needed where there is no terminal.' },
	force: {
		...operation,
		kind: 'switch',
		help: 'Pass a check that says stop, where the check says that it may be forced. Still asks without --yes.',
	},
	member: {
		...operation,
		commands: ['defrag', 'snapshot save', 'alarm disarm'],
		kind: 'text',
		placeholder: 'NAME',
		help: 'The member that is meant, by name, id or client URL: for defrag, snapshot save (default: the healthiest follower) and alarm disarm.',
	},
	keep: {
		...compact,
		kind: 'duration',
		placeholder: 'TIME',
		help: 'Keep the history of this time. Default: 5m.',
	},
	revision: {
		...compact,
		kind: 'text',
		isTypedOnly: true,
		placeholder: 'N|head',
		help: 'Drop what is older than this revision; with head, all history.',
	},
	cluster: {
		...defrag,
		kind: 'switch',
		isTypedOnly: true,
		help: 'Every member that is worth it, one after the other.',
	},
	rule: {
		...defrag,
		kind: 'text',
		placeholder: 'RULE',
		help: 'When a member is worth it. Default: free space of 45% and a file of 100 MiB, or a quota used to 80%, or 200 MiB free.',
	},
	overwrite: { ...snapshot, kind: 'switch', isTypedOnly: true, help: 'Replace a file that is there.' },
	'keep-last': {
		...snapshot,
		kind: 'number',
		placeholder: 'NUMBER',
		help: 'Then keep so many snapshots of this cluster in that folder, the new one counted.',
	},
	'keep-for': {
		...snapshot,
		kind: 'duration',
		placeholder: 'TIME',
		help: 'Then remove those that are older than this (7d); with --keep-last only what both give up.',
	},
	type: {
		group: 'members',
		commands: ['alarm disarm'],
		isTypedOnly: true,
		kind: 'choice',
		choices: ['NOSPACE', 'CORRUPT'],
		placeholder: 'TYPE',
		help: 'Disarm this alarm, NOSPACE or CORRUPT. Default: the one that is raised.',
	},
	to: {
		group: 'members',
		commands: ['move-leader'],
		isTypedOnly: true,
		kind: 'text',
		placeholder: 'NAME',
		help: 'The voter that leads from then on.',
	},
	'peer-urls': {
		group: 'members',
		commands: ['member add', 'member update'],
		isTypedOnly: true,
		kind: 'list',
		placeholder: 'URL,…',
		help: 'Where the member listens for its peers.',
	},
	learner: {
		group: 'members',
		commands: ['member add'],
		isTypedOnly: true,
		kind: 'switch',
		isOnByDefault: true,
		help: 'Add a voter at once, not a learner that is promoted later.',
	},
} as const satisfies Readonly<Record<string, Flag>>;
