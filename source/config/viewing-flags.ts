import { type Command, commands } from './commands.ts';
import { everywhere, type Flag, watching } from './flag.ts';

const printing: readonly Command[] = commands.filter(command => command !== 'monitor' && command !== 'demo');
const statusOnly: readonly Command[] = ['status'];
const demoOnly: readonly Command[] = ['demo'];

const reading = { group: 'reading', commands: watching } as const;
const watch = { group: 'watch', commands: watching } as const;
const telling = { group: 'telling', commands: watching } as const;
const screen = { group: 'screen', commands: watching } as const;

/** What is read, and how it is shown. */
export const viewingFlags = {
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
	record: {
		...reading,
		kind: 'text',
		isTypedOnly: true,
		placeholder: 'FILE',
		help: 'Also write all that is read into this new file, for report; .gz or .zst compresses it.',
	},
	encryption: {
		...reading,
		kind: 'switch',
		isOnByDefault: true,
		help: 'Do not look at how secrets are stored: every ten minutes, the first bytes of twelve of them.',
	},
	'encrypted-types': {
		...reading,
		kind: 'list',
		placeholder: 'TYPE,…',
		help: 'What is expected to be encrypted, custom resources as GROUP/RESOURCE. Default: secrets',
	},
	manifests: {
		...reading,
		commands: ['monitor'],
		kind: 'text',
		placeholder: 'DIR',
		help: 'Manifests of this machine’s control plane, whose settings are checked. Default: kubeadm’s, else RKE2’s.',
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
	bell: { ...telling, kind: 'switch', isOnByDefault: true, help: 'Do not ring the terminal’s bell.' },
	title: { ...telling, kind: 'switch', isOnByDefault: true, help: 'Leave the terminal’s title as it is.' },
	notify: {
		...telling,
		kind: 'text',
		placeholder: 'COMMAND',
		help: 'Run this program, without a shell, for each new critical finding, which comes as JSON on its standard input.',
	},
	output: {
		group: 'general',
		commands: printing,
		kind: 'choice',
		short: 'o',
		choices: ['table', 'json', 'tmux', 'markdown'],
		placeholder: 'FORMAT',
		help: 'What is printed: table (default), json, or for status also tmux: one line for a status bar. Of a report: markdown (default) or json.',
	},
	rates: {
		group: 'status',
		commands: statusOnly,
		kind: 'switch',
		help: 'Read twice, 500 ms apart, to tell rates and latencies too.',
	},
	'fail-on': {
		group: 'status',
		commands: statusOnly,
		kind: 'choice',
		choices: ['warning', 'critical'],
		placeholder: 'SEVERITY',
		help: 'From which severity on the exit code is not 0: warning (default) or critical.',
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
} as const satisfies Readonly<Record<string, Flag>>;
