import { entryOf } from '../operations/catalog.ts';
import type { OperationId } from '../operations/plan.ts';

/** One command of one or two words. What it is called is its key in the table below. */
export type CommandRow = {
	/** What follows its words on the command line. */
	readonly argument?: { readonly placeholder: string; readonly isRequired: boolean };
} & (
	| { readonly summary: string }
	/** What it changes; title, usage and summary are the catalog's. Read-only takes these commands away. */
	| { readonly operations: readonly OperationId[] }
);

const name = { argument: { placeholder: 'NAME', isRequired: true } } as const;

const table = {
	monitor: { summary: 'watch a cluster, live; the same without a command' },
	status: { summary: 'read the cluster once, print it and exit' },
	demo: { summary: 'start a real local cluster under load and watch it' },
	'alarm list': { summary: 'which alarms are raised, by whom, and why' },
	'member list': { summary: 'who belongs to the cluster, and what it can lose' },
	journal: { summary: 'what was done on this machine, newest last' },
	report: {
		argument: { placeholder: 'FILE', isRequired: true },
		summary: 'what happened in a recording: alerts, findings, leader changes',
	},
	compact: { operations: ['compact'] },
	defrag: { operations: ['defragment-member', 'defragment-cluster'] },
	'snapshot save': { argument: { placeholder: 'FILE', isRequired: false }, operations: ['snapshot'] },
	'alarm recover': { operations: ['recover-space'] },
	'alarm disarm': { operations: ['disarm-alarm'] },
	'move-leader': { operations: ['move-leader'] },
	'member add': { ...name, operations: ['member-add'] },
	'member promote': { ...name, operations: ['member-promote'] },
	'member update': { ...name, operations: ['member-update'] },
	'member remove': { ...name, operations: ['member-remove'] },
	'check hash': { operations: ['check-hash'] },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type Command = keyof typeof table;

/** Commands that change something, or cost the cluster as much as a change: those of the catalog. */
export type OperationCommand = {
	[Name in Command]: (typeof table)[Name] extends { readonly operations: readonly OperationId[] } ? Name : never;
}[Command];

export const commands = Object.keys(table) as readonly Command[];
export const rowOf = (command: Command): CommandRow => table[command];
export const isCommand = (text: string): text is Command => Object.hasOwn(table, text);

export const isOperation = (command: Command): command is OperationCommand => 'operations' in table[command];
export const operationCommands = commands.filter(isOperation);

/** The commands that are meant by these words: one of that name, or all that begin with them (`member`). */
export const commandsOf = (words: string): readonly Command[] =>
	isCommand(words) ? [words] : commands.filter(command => command.startsWith(`${words} `));

/** Each way to type a command, with what it does. */
export function usagesOf(command: Command): readonly { readonly usage: string; readonly summary: string }[] {
	const row = rowOf(command);
	if ('operations' in row) return row.operations.map(entryOf);
	const words = row.argument === undefined ? command : `${command} ${row.argument.placeholder}`;
	return [{ usage: words, summary: row.summary }];
}
