import { type Command, type Flag, flagNames, flagOf, groups } from './flags.ts';

const width = 80;
const column = 28;

const summaries: Readonly<Record<Command, string>> = {
	monitor: 'watch a cluster, live; the same without a command',
	status: 'read the cluster once, print it and exit',
	demo: 'start a real local cluster under load and watch it',
};

/** Breaks at spaces; a word that is longer than a line stays whole. */
export function wrap(text: string, lineWidth: number): readonly string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > lineWidth) {
			lines.push(line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return [...lines, line];
}

const indent = (text: string, by: number) => wrap(text, width - by).map(line => `${' '.repeat(by)}${line}`);

function spelling(name: string, flag: Flag): string {
	const long = `--${flag.isOnByDefault ? 'no-' : ''}${name}${flag.placeholder === undefined ? '' : ` ${flag.placeholder}`}`;
	return `  ${flag.short === undefined ? '' : `-${flag.short}, `}${long}`;
}

function flagLines(name: string, flag: Flag): readonly string[] {
	const left = spelling(name, flag);
	const right = wrap(flag.help, width - column).map(line => `${' '.repeat(column)}${line}`);
	return left.length < column - 1 ? [left + right[0]!.slice(left.length), ...right.slice(1)] : [left, ...right];
}

function groupLines(group: Flag['group'], command: Command | null): readonly string[] {
	const shown = flagNames.filter(
		name => flagOf(name).group === group && (command === null || flagOf(name).commands.includes(command)),
	);
	const heading = group === 'status' || group === 'demo' ? `Only ${group}` : groups[group];
	return shown.length === 0 ? [] : ['', heading, ...shown.flatMap(name => flagLines(name, flagOf(name)))];
}

const notes: readonly { readonly commands: readonly Command[]; readonly title: string; readonly text: string }[] = [
	{
		commands: ['monitor', 'demo'],
		title: 'What the watch costs',
		text: 'A watch carries every value that is written under the prefix: etcd has no other way to tell of changes. At 1,000 writes of 4 kB a second the member that serves it sends 4 MB a second. Values are dropped on arrival. --no-watch turns it off; writes a second then come from revisions and metrics.',
	},
	{
		commands: ['status'],
		title: 'Exit codes of status',
		text: '0 healthy, 1 a warning, 2 critical, 3 the cluster could not be read, 64 the command line is wrong.',
	},
	{
		commands: ['monitor', 'status'],
		title: 'Configuration file',
		text: '$XDG_CONFIG_HOME/etcdtop/config.yaml (~/.config without the variable) takes the long names: `interval: 2s`, `watch: false`, `prefix: [/registry/, /other/]`. Flags count before variables, variables before the file.',
	},
	{
		commands: ['monitor', 'demo'],
		title: 'If it was killed with SIGKILL',
		text: 'No program can restore the terminal then: type `reset` and Enter, even if nothing shows.',
	},
];

/** The whole help for one command, or for all; every line fits 80 columns. */
export function helpText(command: Command | null): string {
	const commandLines = Object.entries(summaries).map(([name, summary]) => `  ${name.padEnd(column - 2)}${summary}`);
	const about =
		command === null
			? [
					'etcdtop: a live monitor for etcd, in the terminal',
					'',
					'Usage: etcdtop [COMMAND] [FLAGS]',
					'',
					...commandLines,
				]
			: [`etcdtop ${command}: ${summaries[command]}`, '', `Usage: etcdtop ${command} [FLAGS]`];
	return [
		...about,
		...(Object.keys(groups) as Flag['group'][]).flatMap(group => groupLines(group, command)),
		...notes
			.filter(note => command === null || note.commands.includes(command))
			.flatMap(note => ['', note.title, ...indent(note.text, 2)]),
	].join('\n');
}
