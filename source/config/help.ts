import { type Command, commands, isOperation, usagesOf } from './commands.ts';
import { type Flag, groups } from './flag.ts';
import { flagNames, flagOf } from './flags.ts';
import { operationExits } from './operation-exits.ts';

const width = 80;
const column = 28;

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

/** Two columns; what is too long for the left one stands on a line of its own. */
function twoColumns(left: string, text: string): readonly string[] {
	const right = indent(text, column);
	return left.length < column - 1 ? [left + right[0]!.slice(left.length), ...right.slice(1)] : [left, ...right];
}

function spelling(name: string, flag: Flag): string {
	const long = `--${flag.isOnByDefault ? 'no-' : ''}${name}${flag.placeholder === undefined ? '' : ` ${flag.placeholder}`}`;
	return `  ${flag.short === undefined ? '' : `-${flag.short}, `}${long}`;
}

function groupLines(group: Flag['group'], shown: readonly Command[]): readonly string[] {
	const names = flagNames.filter(
		name => flagOf(name).group === group && flagOf(name).commands.some(command => shown.includes(command)),
	);
	return names.length === 0
		? []
		: ['', groups[group], ...names.flatMap(name => twoColumns(spelling(name, flagOf(name)), flagOf(name).help))];
}

const exitsOfOperations = Object.values(operationExits)
	.map(({ code, meaning }) => `${code} ${meaning}`)
	.join('. ');

type Note = { readonly of: (command: Command) => boolean; readonly title: string; readonly text: string };

const notes: readonly Note[] = [
	{
		of: command => command === 'monitor' || command === 'demo',
		title: 'What the watch costs',
		text: 'A watch carries every value that is written under the prefix: etcd has no other way to tell of changes. At 1,000 writes of 4 kB a second the member that serves it sends 4 MB a second. Values are dropped on arrival. --no-watch turns it off; writes a second then come from revisions and metrics.',
	},
	{
		of: command => command === 'status',
		title: 'Exit codes of status',
		text: '0 healthy, 1 a warning, 2 critical, 3 the cluster could not be read, 64 the command line is wrong.',
	},
	{
		of: command => command === 'alarm list' || command === 'member list' || command === 'journal',
		title: 'Exit codes of alarm list, member list and journal',
		text: '0 it was read, whatever it says. 3 the cluster could not be read. 64 the command line is wrong. 74 the journal could not be read.',
	},
	{
		of: command => command === 'report',
		title: 'Exit codes of report',
		text: '0 it was read, whatever it tells. 3 the file could not be read, or is no recording. 64 the command line is wrong.',
	},
	{ of: isOperation, title: 'Exit codes of operations', text: `${exitsOfOperations}.` },
	{
		of: isOperation,
		title: 'How an operation goes',
		text: 'The cluster is read and checked, the plan and its consequences are shown, and it is confirmed: with Enter, with y, or by typing a name, depending on the risk. Ctrl+C leaves between steps; a step that a server cannot abort is followed to its end. Each one is written to the journal before it begins. Members are named by name, id or client URL.',
	},
	{
		of: command => command !== 'demo' && command !== 'journal',
		title: 'Configuration file',
		text: '$XDG_CONFIG_HOME/etcdtop/config.yaml (~/.config without the variable) takes the long names: `interval: 2s`, `watch: false`, `prefix: [/registry/, /other/]`. Flags count before variables, variables before the file.',
	},
	{
		of: command => command === 'monitor' || command === 'demo',
		title: 'If it was killed with SIGKILL',
		text: 'No program can restore the terminal then: type `reset` and Enter, even if nothing shows.',
	},
];

const usageLines = (shown: readonly Command[]) =>
	shown.flatMap(usagesOf).flatMap(({ usage, summary }) => twoColumns(`  ${usage}`, summary));

function aboutAll(shown: readonly Command[]): readonly string[] {
	const operations = shown.filter(isOperation);
	return [
		'etcdtop: a live monitor for etcd, in the terminal',
		'',
		'Usage: etcdtop [COMMAND] [FLAGS]',
		'',
		...usageLines(shown.filter(command => !isOperation(command))),
		...(operations.length === 0
			? []
			: ['', 'Operations, each checked, shown and confirmed before it begins', ...usageLines(operations)]),
	];
}

function aboutSome(shown: readonly Command[]): readonly string[] {
	const usages = shown.flatMap(usagesOf);
	const [first] = usages;
	if (usages.length > 1) return ['Usage: etcdtop COMMAND [FLAGS]', '', ...usageLines(shown)];
	const lines = indent(`etcdtop ${shown[0]}: ${first!.summary}`, 0);
	return [...lines, '', `Usage: etcdtop ${first!.usage} [FLAGS]`];
}

/** The whole help for some commands, or for all; every line fits 80 columns. Read-only shows no operation. */
export function helpText(topic: readonly Command[] | null, isReadOnly = false): string {
	const shown = (topic ?? commands).filter(command => !isReadOnly || !isOperation(command));
	return [
		...(topic === null ? aboutAll(shown) : aboutSome(shown)),
		...(Object.keys(groups) as Flag['group'][]).flatMap(group => groupLines(group, shown)),
		...notes.filter(note => shown.some(note.of)).flatMap(note => ['', note.title, ...indent(note.text, 2)]),
	].join('\n');
}
