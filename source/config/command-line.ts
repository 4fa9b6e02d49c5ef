import meow from 'meow';
import { safeText } from '../format/safe.ts';
import { UsageError } from './errors.ts';
import { type Command, commands, etcdctlFlags, type FlagName, flagNames, flagOf, isFlagName } from './flags.ts';
import { nearest } from './suggest.ts';

/** What was given for one flag, and where: `--quota`, `ETCDCTL_USER`, `…/config.yaml:3: quota`. Switches are `true` or `false`. */
export type Given = { readonly values: readonly string[]; readonly where: string };
export type GivenValues = ReadonlyMap<FlagName, Given>;

export type CommandLine = { readonly command: Command; readonly isCommandGiven: boolean; readonly given: GivenValues };

const camelCase = (name: string) => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const isCommand = (word: string): word is Command => (commands as readonly string[]).includes(word);
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

function commandOf(input: readonly string[]): Command {
	const [word = 'monitor', ...rest] = input;
	if (!isCommand(word)) {
		const near = nearest(word, commands);
		const advice = near === null ? `try ${commands.join(', ')}, or --help` : `did you mean ${near}?`;
		throw new UsageError(`unknown command ${safeText(word, 60) || '""'}; ${advice}`);
	}
	if (rest.length > 0)
		throw new UsageError(`${word} takes no argument, but was given ${safeText(rest[0]!, 60) || '""'}; try --help`);
	return word;
}

/** Takes the command line apart. Everything in it is checked to be known and to belong to the command; values are not judged. */
export function readCommandLine(argv: readonly string[]): CommandLine {
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
	const isOn = (name: FlagName) => given.get(name)?.values.at(-1) === 'true';
	const words = input[0] === 'help' ? [...input.slice(1)] : [...input];
	if (input[0] === 'help') given.set('help', { values: ['true'], where: 'help' });
	const command = commandOf(words);
	if (!isOn('help') && !isOn('version'))
		for (const [name, { where }] of given)
			if (!flagOf(name).commands.includes(command))
				throw new UsageError(`${where} does not belong to ${command}, but to ${flagOf(name).commands.join(' and ')}`);
	return { command, isCommandGiven: words.length > 0, given };
}
