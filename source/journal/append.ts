import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, fileTrouble } from './file-trouble.ts';

/** Several processes append to one file; what is not a plain file must not make anybody wait. */
const appending = constants.O_RDWR | constants.O_APPEND | constants.O_NONBLOCK;

const newline = 0x0a;

/**
 * Adds one line and resolves once it is on the disk. A line that a crash or a full disk has torn before it stays alone on
 * its line. Throws a `JournalError`.
 */
export async function appendLine(path: string, text: string): Promise<void> {
	try {
		await using file = await openForAppending(path);
		const bytes = Buffer.from(`${(await endsTorn(file)) ? '\n' : ''}${text}\n`);
		// One write for a line: what two processes write at once is not mixed.
		const { bytesWritten } = await file.write(bytes);
		if (bytesWritten < bytes.length)
			throw Object.assign(new Error('the disk took only a part of a line'), { code: 'ENOSPC' });
		await file.datasync();
	} catch (error) {
		throw fileTrouble('the journal cannot be written', path, error);
	}
}

async function openForAppending(path: string): Promise<FileHandle> {
	try {
		return await open(path, appending);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
	await makeFolder(dirname(path));
	const file = await open(path, appending | constants.O_CREAT, 0o600);
	await syncFolder(dirname(path));
	return file;
}

/**
 * Makes a folder and what is missing above it; only this user may look into it. Node's own recursion never ends where
 * nothing can be made in a folder that is there, and the system says ENOENT, as /proc and automounted homes do.
 */
export async function makeFolder(folder: string): Promise<void> {
	if ((await makeOne(folder)) === null) return;
	await makeFolder(dirname(folder));
	const missing = await makeOne(folder);
	if (missing !== null) throw missing;
}

/** Null where the folder is there now, else the error that says that the one above it is missing. */
async function makeOne(folder: string): Promise<unknown> {
	try {
		await mkdir(folder, { mode: 0o700 });
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return error;
		const there = await stat(folder).catch(() => null);
		if (there === null || !there.isDirectory()) throw error;
	}
	return null;
}

/** A new file survives a loss of power only when its folder is written, too. */
async function syncFolder(folder: string): Promise<void> {
	await using handle = await open(folder, constants.O_RDONLY);
	await handle.sync();
}

async function endsTorn(file: FileHandle): Promise<boolean> {
	const { size } = await file.stat();
	if (size === 0) return false;
	const last = Buffer.alloc(1);
	const { bytesRead } = await file.read(last, 0, 1, size - 1);
	return bytesRead === 1 && last[0] !== newline;
}
