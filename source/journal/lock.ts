import { readFileSync, unlinkSync } from 'node:fs';
import { type FileHandle, link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './append.ts';
import { codeOf, fileTrouble } from './file-trouble.ts';
import { type Holder, heldError, holderText, readHolder } from './holder.ts';
import { fateOf } from './process-mark.ts';

/*
 * The lock is a file that names its holder. It comes into being by `link`, whole and only where there is none. One whose
 * holder is gone is replaced, and only by whoever has the lock of its succession, a file `….after-TOKEN` under the same
 * rules: the first of two takers cannot be robbed by the second, who found the same stale file. Tokens are never used
 * twice, so a taker that comes late sees that another token is there by now, and steps back.
 */

const lockName = 'operation.lock';

/** How old a nameless leftover has to be before it is swept: its writer may be at it. */
const sweepAfterMs = 60 * 60_000;

export type Lock = {
	/** Never throws. */
	release(): Promise<void>;
};

export const lockPath = (folder: string): string => join(folder, lockName);

/** Takes the lock of a folder. Throws a `JournalError` that names who has it, or why it cannot be taken. */
export async function takeLock(folder: string, mine: Holder): Promise<Lock> {
	const path = lockPath(folder);
	try {
		await makeFolder(folder);
		const held = await take(folder, path, mine);
		if (held !== null) throw heldError(held.path, held.holder, held.isElsewhere, mine.timeMs);
	} catch (error) {
		throw fileTrouble('the lock of the journal cannot be taken', path, error);
	}
	await sweep(folder, mine).catch(() => {});
	return releaser(path, mine);
}

type Held = { readonly path: string; readonly holder: Holder | null; readonly isElsewhere: boolean };

/** Null where the file at that path is ours now. */
async function take(folder: string, path: string, mine: Holder): Promise<Held | null> {
	while (!(await place(folder, path, mine))) {
		const seen = await readHolder(path);
		if (seen === 'absent') continue;
		if (seen === null) return { path, holder: null, isElsewhere: false };
		if (seen.token === mine.token) return null;
		const fate = fateOf(seen.process, mine.process);
		if (fate !== 'gone') return { path, holder: seen, isElsewhere: fate === 'elsewhere' };
		const held = await succeed(folder, path, seen, mine);
		if (held !== 'late') return held;
	}
	return null;
}

/** Puts ourselves in the place of a holder that is gone. `late`: somebody else has done so before. */
async function succeed(folder: string, path: string, gone: Holder, mine: Holder): Promise<Held | null | 'late'> {
	const succession = `${lockPath(folder)}.after-${gone.token}`;
	const held = await take(folder, succession, mine);
	if (held !== null) return held;
	try {
		const present = await readHolder(path);
		if (present === 'absent' || present?.token !== gone.token) return 'late';
		await rename(await draft(folder, mine), path);
		return null;
	} finally {
		await unlink(succession).catch(() => {});
	}
}

/** Creates the file with its whole content at once; false where there is one. */
async function place(folder: string, path: string, mine: Holder): Promise<boolean> {
	const written = await draft(folder, mine);
	try {
		await link(written, path);
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		// What Linux says of file systems that know no links, such as those of memory cards.
		throw codeOf(error) === 'EPERM' ? Object.assign(new Error('no hard links'), { code: 'ENOTSUP' }) : error;
	} finally {
		await unlink(written).catch(() => {});
	}
}

async function draft(folder: string, mine: Holder): Promise<string> {
	const path = `${lockPath(folder)}.${mine.token}.new`;
	try {
		await using file: FileHandle = await open(path, 'w', 0o600);
		await file.writeFile(holderText(mine));
		await file.datasync();
		return path;
	} catch (error) {
		// A full disk takes a name, and nothing to write into it.
		await unlink(path).catch(() => {});
		throw error;
	}
}

function releaser(path: string, mine: Holder): Lock {
	// A process that ends in the middle gives it back where it still can; another host could not see that it is gone.
	const atExit = () => {
		try {
			if (JSON.parse(readFileSync(path, 'utf8')).token === mine.token) unlinkSync(path);
		} catch {}
	};
	process.once('exit', atExit);
	return {
		async release() {
			process.off('exit', atExit);
			const holder = await readHolder(path).catch(() => null);
			// Somebody may have removed it by hand, and somebody else taken it.
			if (holder !== 'absent' && holder?.token === mine.token) await unlink(path).catch(() => {});
		},
	};
}

/** Removes what takers have left that were killed. Only the holder of the lock does so: no old token counts any more. */
async function sweep(folder: string, mine: Holder): Promise<void> {
	const names = (await readdir(folder)).filter(name => name.startsWith(`${lockName}.`));
	for (const path of names.map(name => join(folder, name))) {
		const holder = await readHolder(path);
		if (holder === 'absent') continue;
		const isLeft =
			holder === null
				? mine.timeMs - (await stat(path)).mtimeMs > sweepAfterMs
				: fateOf(holder.process, mine.process) === 'gone';
		if (isLeft) await unlink(path).catch(() => {});
	}
}
