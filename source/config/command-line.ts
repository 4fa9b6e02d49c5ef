import meow from 'meow';
import { safeText } from '../format/safe.ts';
import { type Command, commands, commandsOf, isCommand, rowOf } from './commands.ts';
import { UsageError } from './errors.ts';
import { etcdctlFlags, type FlagName, flagNames, flagOf, isFlagName } from './flags.ts';
import { nearest } from './suggest.ts';

/** What was given for one flag, and where: `--quota`, `ETCDCTL_USER`, `…/config.yaml:3: quota`. Switches are `true` or `false`. */
export type Given = { readonly values: readonly string[]; readonly where: string };
export type GivenValues = ReadonlyMap<FlagName, Given>;

export type CommandLine =
	/** Help for these commands; null for all. */
	| { readonly kind: 'help'; readonly topic: readonly Command[] | null; readonly given: GivenValues }
	| { readonly kind: 'version' }
	| {
			readonly kind: 'command';
			readonly command: Command;
			/** What followed its words; null where nothing did. */
			readonly argument: string | null;
			readonly given: GivenValues;
	  };

const camelCase = (name: string) => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const isNegativeNumber = (token: string) => /^-\.?\d/.test(token);

/** Flags as they stand in argv, before the `--` after which everything is an argument. */
function flagTokens(argv: readonly string[]): { name: string; written: string; inline: string | null }[] {
	const end = argv.indexOf('--');
	return argv
		.slice(0, end === -1 ? argv.length : end)
		.filter(token => token.startsWith('-') && token !== '-' && !isNegativeNumber(token))
		.map(token => {
			const [written = '', ...rest] = token.split('=');
			const name = written.replace(/^--?/, '');
			const long = written.startsWith('--') ? name : (flagNames.find(flag => flagOf(flag).short === name) ?? name);
			return { name: long, written: written, inline: token.includes('=') ? rest.join('=') : null };
		});
}

function unknownFlag(written: string, name: string): UsageError {
	const hint = Object.hasOwn(etcdctlFlags, name) ? etcdctlFlags[name] : null;
	const spellings = flagNames.map(flag => (flagOf(flag).isOnByDefault ? `no-${flag}` : flag));
	const near = nearest(name, [...spellings, ...flagNames]);
	const advice = hint ?? (near === null ? 'try --help' : `did you mean --${near}?`);
	return new UsageError(`unknown flag ${safeText(written, 60)}; ${advice}`);
}

/**
 * meow is lenient: it takes unknown flags, swallows a missing value, and reads `--watch=maybe` as true. What it would let
 * pass is refused here.
 */
function checkTokens(argv: readonly string[]): Map<FlagName, number> {
	const seen = new Map<FlagName, number>();
	for (const { name, written, inline } of flagTokens(argv)) {
		const isDashed = written.startsWith('--');
		const positive = name.startsWith('no-') && isDashed ? name.slice(3) : name;
		const flag = isFlagName(name) ? name : isFlagName(positive) && flagOf(positive).kind === 'switch' ? positive : null;
		if (flag === null || (!isDashed && flagOf(flag).short !== written.slice(1))) throw unknownFlag(written, name);
		if (flagOf(flag).kind === 'switch' && inline !== null && !(flag === name && /^(?:true|false)$/.test(inline)))
			throw new UsageError(`${written} is on or off and takes no value; try --${flag} or --no-${flag}`);
		seen.set(flag, (seen.get(flag) ?? 0) + 1);
	}
	return seen;
}

/** meow is told of the flags that were given and no others: it takes 10 ms to prepare for all of them. */
function parse(argv: readonly string[], names: readonly FlagName[]) {
	const table = names.map(name => {
		const { kind, short } = flagOf(name);
		const type: 'boolean' | 'string' = kind === 'switch' ? 'boolean' : 'string';
		return [camelCase(name), { type, isMultiple: true as const, ...(short === undefined ? {} : { shortFlag: short }) }];
	});
	return meow({
		importMeta: import.meta,
		// Without these meow looks for a package.json and prints and exits by itself.
		pkg: { name: 'etcdtop' },
		description: false,
		version: '',
		help: false,
		autoHelp: false,
		autoVersion: false,
		flags: Object.fromEntries(table),
		argv,
	});
}

const shown = (words: readonly string[]) => safeText(words.join(' '), 60) || '""';

function unknownCommand(words: readonly string[]): UsageError {
	const [first = ''] = words;
	const family = commandsOf(first);
	if (family.length > 1) {
		const rest = family.map(command => command.slice(first.length + 1)).join(', ');
		return new UsageError(
			words.length === 1
				? `${first} needs one of ${rest}; try etcdtop ${family[0]}`
				: `unknown command ${shown(words.slice(0, 2))}; ${first} takes ${rest}`,
		);
	}
	const near = nearest(first, [...new Set(commands.flatMap(command => [command, command.split(' ')[0]!]))]);
	const only = family.length === 1 ? family[0]! : near;
	return new UsageError(
		`unknown command ${shown(words.slice(0, 2))}; ${only === null ? 'try --help' : `did you mean ${only}?`}`,
	);
}

/** The command whose words these begin with, and what follows them. */
function splitWords(words: readonly string[]): { readonly command: Command; readonly rest: readonly string[] } {
	if (words.length === 0) return { command: 'monitor', rest: [] };
	for (const count of [2, 1]) {
		const name = words.slice(0, count).join(' ');
		if (words.length >= count && isCommand(name)) return { command: name, rest: words.slice(count) };
	}
	throw unknownCommand(words);
}

function argumentOf(command: Command, rest: readonly string[]): string | null {
	const { argument } = rowOf(command);
	if (argument === undefined) {
		if (rest.length > 0)
			throw new UsageError(`${command} takes no argument, but was given ${shown(rest.slice(0, 1))}; try --help`);
		return null;
	}
	const usage = `etcdtop ${command} ${argument.placeholder}`;
	if (rest.length > 1)
		throw new UsageError(`${command} takes one argument, but was given ${shown(rest)}; try ${usage}`);
	if (rest[0] === '' || (rest.length === 0 && argument.isRequired))
		throw new UsageError(`${command} needs a ${argument.placeholder === 'FILE' ? 'file' : 'name'}: ${usage}`);
	return rest[0] ?? null;
}

function topicOf(words: readonly string[]): readonly Command[] | null {
	if (words.length === 0) return null;
	const meant = commandsOf(words.join(' '));
	return meant.length > 0 ? meant : [splitWords(words).command];
}

/** Most flags belong to a few commands, which can be named; the others to so many that only the help can. */
function belonging(name: FlagName, command: Command): string {
	const owners = flagOf(name).commands;
	const hint = Object.hasOwn(etcdctlFlags, name) ? etcdctlFlags[name] : null;
	if (hint !== null) return `but to ${owners.join(' and ')}; ${hint}`;
	const list = owners.length < 2 ? owners.join() : `${owners.slice(0, -1).join(', ')} and ${owners.at(-1)}`;
	return owners.length > 3 ? `as etcdtop ${command} --help shows` : `but to ${list}`;
}

function givenValues(argv: readonly string[]): { given: Map<FlagName, Given>; words: readonly string[] } {
	const seen = checkTokens(argv);
	const { input, flags: parsed } = parse(argv, [...seen.keys()]);
	const given = new Map<FlagName, Given>();
	for (const [name, count] of seen) {
		const values = ([parsed[camelCase(name)]].flat() as unknown[]).map(String);
		const where = flagOf(name).kind === 'switch' && values.at(-1) === 'false' ? `--no-${name}` : `--${name}`;
		if (values.length < count || values.includes(''))
			throw new UsageError(`${where} needs a value: ${where} ${flagOf(name).placeholder}`);
		given.set(name, { values, where });
	}
	return { given, words: input };
}

/** Takes the command line apart. Everything in it is checked to be known and to belong to the command; values are not judged. */
export function readCommandLine(argv: readonly string[]): CommandLine {
	const { given, words } = givenValues(argv);
	const isOn = (name: FlagName) => given.get(name)?.values.at(-1) === 'true';
	if (words[0] === 'help') return { kind: 'help', topic: topicOf(words.slice(1)), given };
	if (isOn('help')) return { kind: 'help', topic: topicOf(words), given };
	const { command, rest } = splitWords(words);
	if (isOn('version')) return { kind: 'version' };
	const argument = argumentOf(command, rest);
	for (const [name, { where }] of given)
		if (!flagOf(name).commands.includes(command))
			throw new UsageError(`${where} does not belong to ${command}, ${belonging(name, command)}`);
	return { kind: 'command', command, argument, given };
}
