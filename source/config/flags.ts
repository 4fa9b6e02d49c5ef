import { type Command, commands, operationCommands } from './commands.ts';

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
	status: 'Only status',
	demo: 'Only demo',
	operation: 'Operations',
	compact: 'Only compact',
	defrag: 'Only defrag',
	snapshot: 'Only snapshot save',
	members: 'Only alarm disarm, move-leader and member',
	general: 'General',
} as const;

const everywhere: readonly Command[] = commands;
const connecting: readonly Command[] = ['monitor', 'status', 'alarm list', 'member list', ...operationCommands];
const printing: readonly Command[] = commands.filter(command => command !== 'monitor' && command !== 'demo');
const watching: readonly Command[] = ['monitor', 'demo'];
const statusOnly: readonly Command[] = ['status'];
const demoOnly: readonly Command[] = ['demo'];

const connection = { group: 'connection', commands: connecting } as const;
const reading = { group: 'reading', commands: watching } as const;
const watch = { group: 'watch', commands: watching } as const;
const screen = { group: 'screen', commands: watching } as const;
const operation = { group: 'operation', commands: operationCommands, isTypedOnly: true } as const;
const compact = { group: 'compact', commands: ['compact'] } as const;
const defrag = { group: 'defrag', commands: ['defrag'] } as const;
const snapshot = { group: 'snapshot', commands: ['snapshot save'] } as const;

/** Every flag. The names are those of the configuration file too. */
export const flags = {
	endpoints: {
		...connection,
		kind: 'list',
		variable: 'ETCDCTL_ENDPOINTS',
		placeholder: 'URL,…',
		help: 'Members to ask; one is enough, the others are found. Default: what this machine’s kubeadm, k3s, RKE2 or minikube says, else 127.0.0.1:2379.',
	},
	cacert: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_CACERT',
		placeholder: 'FILE',
		help: 'Certificate authority that the servers’ certificates are checked with.',
	},
	cert: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_CERT',
		placeholder: 'FILE',
		help: 'Client certificate. Certificate files are read again when they change.',
	},
	key: { ...connection, kind: 'text', variable: 'ETCDCTL_KEY', placeholder: 'FILE', help: 'Its private key.' },
	user: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_USER',
		placeholder: 'NAME[:PASSWORD]',
		help: 'User to log in as. A password that is missing is asked for.',
	},
	password: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_PASSWORD',
		placeholder: 'PASSWORD',
		help: 'Its password; better in the variable, where others cannot see it.',
	},
	'insecure-skip-tls-verify': {
		...connection,
		kind: 'switch',
		variable: 'ETCDCTL_INSECURE_SKIP_TLS_VERIFY',
		help: 'Take any certificate of a server (for tests).',
	},
	'insecure-transport': {
		...connection,
		kind: 'switch',
		isOnByDefault: true,
		variable: 'ETCDCTL_INSECURE_TRANSPORT',
		help: 'Use TLS for endpoints without a scheme even without certificate flags.',
	},
	'dial-timeout': {
		...connection,
		kind: 'duration',
		variable: 'ETCDCTL_DIAL_TIMEOUT',
		placeholder: 'TIME',
		help: 'How long to wait for a member that does not answer. Default: 2s; status gives up on one after a sixth of it once all others have answered.',
	},
	'command-timeout': {
		...connection,
		kind: 'duration',
		variable: 'ETCDCTL_COMMAND_TIMEOUT',
		placeholder: 'TIME',
		help: 'How long a call may take. Default: 5s.',
	},
	'discovery-srv': {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_DISCOVERY_SRV',
		placeholder: 'DOMAIN',
		help: 'Find the endpoints in this domain’s SRV records.',
	},
	'discovery-srv-name': {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_DISCOVERY_SRV_NAME',
		placeholder: 'NAME',
		help: 'Suffix of the service’s name in those records.',
	},
	'insecure-discovery': {
		...connection,
		kind: 'switch',
		isOnByDefault: true,
		variable: 'ETCDCTL_INSECURE_DISCOVERY',
		help: 'Leave out SRV records without TLS.',
	},
	discovery: {
		group: 'reading',
		commands: connecting,
		kind: 'switch',
		isOnByDefault: true,
		help: 'Keep to the given endpoints instead of finding all members.',
	},
	'metrics-urls': {
		group: 'reading',
		commands: connecting,
		kind: 'list',
		placeholder: 'URL,…',
		help: 'Metrics pages, where they are not on the client URL or on port 2381.',
	},
	interval: { ...reading, kind: 'duration', placeholder: 'TIME', help: 'Between two status calls. Default: 1s.' },
	'metrics-interval': {
		...reading,
		kind: 'duration',
		placeholder: 'TIME',
		help: 'Between two reads of a metrics page. Default: 2s.',
	},
	quota: {
		group: 'reading',
		commands: everywhere,
		kind: 'bytes',
		placeholder: 'SIZE',
		help: 'The members’ quota where they do not tell it (8GiB); for demo the quota that they are started with.',
	},
	prefix: {
		...watch,
		kind: 'list',
		placeholder: 'KEY,…',
		help: 'Keys to watch. Default: /registry/',
	},
	watch: { ...watch, kind: 'switch', isOnByDefault: true, help: 'Do not watch keys.' },
	color: { ...screen, commands: everywhere, kind: 'switch', isOnByDefault: true, help: 'No colours (as NO_COLOR).' },
	ascii: { ...screen, kind: 'switch', help: 'Draw with ASCII only. Default where the locale is not UTF-8.' },
	'screen-reader': {
		...screen,
		kind: 'switch',
		variable: 'INK_SCREEN_READER',
		help: 'Rows in words instead of drawings.',
	},
	output: {
		group: 'general',
		commands: printing,
		kind: 'choice',
		short: 'o',
		choices: ['table', 'json', 'tmux'],
		placeholder: 'FORMAT',
		help: 'What is printed: table (default), json, or for status also tmux: one line for a status bar.',
	},
	rates: {
		group: 'status',
		commands: statusOnly,
		kind: 'switch',
		help: 'Read twice, 500 ms apart, to tell rates and latencies too.',
	},
	members: {
		group: 'demo',
		commands: demoOnly,
		kind: 'number',
		placeholder: '1..7',
		help: 'Members of the local cluster. Default: 3.',
	},
	rate: {
		group: 'demo',
		commands: demoOnly,
		kind: 'number',
		placeholder: 'NUMBER',
		help: 'Writes a second of the load.',
	},
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
