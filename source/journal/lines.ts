import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { RunRecord } from '../operations/record.ts';
import { codeOf, fileTrouble } from './file-trouble.ts';
import type { Author } from './types.ts';

/** How an interrupted operation was found. */
export type Explanation = { readonly kind: 'explained'; readonly text: string };

/** What one line holds besides its version and type. */
export type Entry = Author & {
	/** The id of the operation's run. */
	readonly run: string;
	/** ISO 8601, UTC. */
	readonly time: string;
} & (RunRecord | Explanation);

/** What old journals hold further ahead is not looked at: reading stays quick however long the file grows. */
export const mostReadBytes = 2 * 1024 * 1024;

const version = 1;

/** An entry as its line, without the newline. A recording's `operation` line is the same. */
export const lineOf = (entry: Entry): string => JSON.stringify({ version, type: 'operation', ...entry });

/** The entries at the end of the file, oldest first. None where there is no file. Throws a `JournalError`. */
export async function readEntries(path: string): Promise<readonly Entry[]> {
	try {
		const { text, isWhole } = await readTail(path);
		const lines = text.split('\n');
		return (isWhole ? lines : lines.slice(1)).flatMap(line => parseLine(line) ?? []);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return [];
		throw fileTrouble('the journal cannot be read', path, error);
	}
}

async function readTail(path: string): Promise<{ readonly text: string; readonly isWhole: boolean }> {
	await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
	const { size } = await file.stat();
	const bytes = Buffer.alloc(Math.min(size, mostReadBytes));
	let read = 0;
	while (read < bytes.length) {
		const { bytesRead } = await file.read(bytes, read, bytes.length - read, size - bytes.length + read);
		if (bytesRead === 0) break;
		read += bytesRead;
	}
	return { text: bytes.toString('utf8', 0, read), isWhole: size === bytes.length };
}

/** Null for torn lines, other types and newer versions. */
function parseLine(line: string): Entry | null {
	const value = parseObject(line) ?? afterTear(line);
	return value === null || value.version !== version ? null : entryFrom(value);
}

/** The entry that an object tells, such as a recording's line of that type; null for another one. */
export function entryFrom(value: Readonly<Record<string, unknown>>): Entry | null {
	if (value.type !== 'operation') return null;
	const { run, time, kind } = value;
	const isEntry = typeof run === 'string' && typeof kind === 'string' && !Number.isNaN(Date.parse(String(time)));
	return isEntry ? (value as unknown as Entry) : null;
}

/** Two processes may write at once when the disk fills: a whole line then follows a torn one without a break. */
function afterTear(line: string): Record<string, unknown> | null {
	const at = line.lastIndexOf('{"version":');
	return at <= 0 ? null : parseObject(line.slice(at));
}

function parseObject(text: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
	} catch {
		return null;
	}
}
