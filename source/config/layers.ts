import { join } from 'node:path';
import { safeText } from '../format/safe.ts';
import type { Given, GivenValues } from './command-line.ts';
import { fileErrorCode, fileErrorText, UsageError } from './errors.ts';
import { type FlagName, flagNames, flagOf, isFlagName } from './flags.ts';
import type { Outside } from './outside.ts';
import { nearest } from './suggest.ts';

/** What the variables of the environment say. As with etcdctl, an empty variable counts as not set. */
function fromEnvironment({ environment }: Outside): GivenValues {
	const given = new Map<FlagName, Given>();
	for (const name of flagNames) {
		const variable = flagOf(name).variable;
		const value = variable === undefined ? undefined : environment[variable];
		if (variable !== undefined && value !== undefined && value !== '')
			given.set(name, { values: [value], where: variable });
	}
	// Any value but an empty one means no colour (no-color.org).
	if (environment.NO_COLOR) given.set('color', { values: ['false'], where: 'NO_COLOR' });
	return given;
}

/** The configuration file by the XDG base directories; null where there is no home to look in. */
export function configurationPath({ environment }: Outside): string | null {
	const configured = environment.XDG_CONFIG_HOME;
	// A relative path is to be ignored, says the specification.
	if (configured?.startsWith('/')) return join(configured, 'etcdtop/config.yaml');
	return environment.HOME ? join(environment.HOME, '.config/etcdtop/config.yaml') : null;
}

function readIfThere(path: string, outside: Outside): string | null {
	try {
		return outside.readFile(path);
	} catch (error) {
		if (fileErrorCode(error) === 'ENOENT' || fileErrorCode(error) === 'ENOTDIR') return null;
		throw new UsageError(`${safeText(path)}: ${fileErrorText(error)}; it is the configuration file`);
	}
}

const keys: readonly FlagName[] = flagNames.filter(
	name => name !== 'help' && name !== 'version' && flagOf(name).isTypedOnly !== true,
);

/** Keys are the flags' names; who is used to other files of this kind may write `readOnly` for `read-only`. */
const flagSpelling = (key: string) =>
	/^[a-z]+(?:[A-Z][a-z]+)+$/.test(key) ? key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`) : key;

function unknownKey(written: string, where: string): UsageError {
	const name = flagSpelling(written);
	if (isFlagName(name) && flagOf(name).isTypedOnly)
		return new UsageError(`${where}: ${name} is not for this file; give --${name} where it is meant`);
	const near = nearest(name.replace(/^no-/, ''), keys);
	const advice = near === null ? 'the keys are the flags of --help' : `did you mean ${near}?`;
	return new UsageError(`${where}: unknown key ${safeText(written, 60) || '""'}; ${advice}`);
}

async function fromFile(outside: Outside): Promise<GivenValues> {
	const given = new Map<FlagName, Given>();
	const path = configurationPath(outside);
	const text = path === null ? null : readIfThere(path, outside);
	if (path === null || text === null) return given;
	const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
	const at = (offset: number | undefined) => `${safeText(path)}:${lines.linePos(offset ?? 0).line}`;
	const fault = document.errors[0];
	if (fault !== undefined) throw new UsageError(`${at(fault.pos[0])}: ${safeText(fault.message.split('\n')[0]!, 160)}`);
	if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return given;
	if (!isMap(document.contents)) throw new UsageError(`${at(0)}: must hold lines such as \`interval: 2s\``);
	for (const { key, value } of document.contents.items) {
		const written = isScalar(key) ? String(key.value) : '';
		const name = flagSpelling(written);
		const where = at(isScalar(key) ? key.range?.[0] : 0);
		if (!isFlagName(name) || !keys.includes(name)) throw unknownKey(written, where);
		if (given.has(name)) throw new UsageError(`${where}: ${name} is there twice; leave one out`);
		const nodes = isSeq(value) ? value.items : [value];
		const values = nodes.map(node =>
			isScalar(node) && node.value !== null ? (node.source ?? String(node.value)) : null,
		);
		if (values.includes(null) || (isSeq(value) && flagOf(name).kind !== 'list') || values.length === 0)
			throw new UsageError(
				`${where}: ${name} needs ${flagOf(name).kind === 'list' ? 'a value or a list' : 'one value'}`,
			);
		given.set(name, { values: values.filter(text => text !== null), where: `${where}: ${name}` });
	}
	return given;
}

/** What counts: flags before the environment before the file. What belongs to another command is not looked at. */
export async function resolveLayers(flags: GivenValues, outside: Outside): Promise<GivenValues> {
	return new Map([...(await fromFile(outside)), ...fromEnvironment(outside), ...flags]);
}
