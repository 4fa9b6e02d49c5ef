import { type Command, commands } from './commands.ts';

/**
 * One flag: what the parser takes, what the help says, and which variable stands for it. `switch` is on or off (`--x`,
 * `--no-x`, `--x=false`); a `list` is separated by commas or given several times; of anything else the last one counts.
 */
export type Flag = {
	readonly kind: 'switch' | 'text' | 'list' | 'duration' | 'bytes' | 'number' | 'choice';
	readonly group: keyof typeof groups;
	readonly commands: readonly Command[];
	readonly short?: string;
	/** The help shows `--no-x`: the flag is on unless it is turned off. */
	readonly isOnByDefault?: true;
	readonly variable?: string;
	readonly placeholder?: string;
	readonly choices?: readonly string[];
	/** It is meant for one run: the configuration file may not hold it, lest it confirms or chooses what nobody typed. */
	readonly isTypedOnly?: true;
	readonly help: string;
};

/** Headings of the help, in its order. */
export const groups = {
	connection: 'Connecting (as etcdctl; also as ETCDCTL_… variables)',
	reading: 'Reading',
	watch: 'The watch',
	screen: 'Screen',
	telling: 'Telling of what is critical',
	status: 'Only status',
	demo: 'Only demo',
	operation: 'Operations',
	compact: 'Only compact',
	defrag: 'Only defrag',
	snapshot: 'Only snapshot save',
	members: 'Only alarm disarm, move-leader and member',
	general: 'General',
} as const;

/** Commands that take a flag, where several flags go by the same ones. */
export const everywhere: readonly Command[] = commands;
export const watching: readonly Command[] = ['monitor', 'demo'];
