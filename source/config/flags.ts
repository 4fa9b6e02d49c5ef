import { connectionFlags } from './connection-flags.ts';
import { everywhere, type Flag } from './flag.ts';
import { operationFlags } from './operation-flags.ts';
import { viewingFlags } from './viewing-flags.ts';

const generalFlags = {
	'read-only': {
		group: 'general',
		commands: everywhere,
		kind: 'switch',
		help: 'Leave out everything that changes the cluster: keys, commands and help.',
	},
	debug: {
		group: 'general',
		commands: everywhere,
		kind: 'switch',
		help: 'Print the stack of a failure.',
	},
	help: {
		group: 'general',
		commands: everywhere,
		kind: 'switch',
		short: 'h',
		help: 'Print this, or the help of a command.',
	},
	version: { group: 'general', commands: everywhere, kind: 'switch', help: 'Print the version.' },
} as const satisfies Readonly<Record<string, Flag>>;

/** Every flag, in the order of the help. The names are those of the configuration file too. */
export const flags = { ...connectionFlags, ...viewingFlags, ...operationFlags, ...generalFlags };

export type FlagName = keyof typeof flags;

/** The table row of a name, for those who do not care which. */
export const flagOf = (name: FlagName): Flag => flags[name];
export const flagNames = Object.keys(flags) as readonly FlagName[];
export const isFlagName = (name: string): name is FlagName => Object.hasOwn(flags, name);

/** Flags of etcdctl that are not ours, and what a hand that is used to them should do. */
export const etcdctlFlags: Readonly<Record<string, string>> = {
	cluster: 'all members are found without it; --no-discovery turns that off',
	'write-out': 'try --output',
	w: 'try -o',
	hex: 'ids are always in hex',
	'keepalive-time': 'connections are kept alive without it',
	'keepalive-timeout': 'connections are kept alive without it',
	d: 'try --discovery-srv',
};
