import { access, constants, lstat, open, readdir, stat, statfs, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { safeText } from '../format/safe.ts';
import { Refused } from '../operations/refused.ts';
import {
	FileFault,
	type LeftoverFile,
	partsOf,
	type SnapshotFiles,
	type SnapshotTarget,
} from '../operations/snapshot-files.ts';
import { codeOf, diskFault, touching } from './disk-fault.ts';
import { PartWriter } from './snapshot-writer.ts';
import { isWholeSize } from './trailed-hash.ts';

/** Parts of one file that are passed over, because somebody may be writing them, before it is too much. */
const maxParts = 9;

/** Snapshots on the disk of this machine. `openFile` is for tests of disks that fail. */
export const createSnapshotFiles = (currentFolder: string, openFile: typeof open = open): SnapshotFiles => ({
	resolve: (path, name, overwrite) => resolveFile(currentFolder, path, name, overwrite),
	freeBytes: file =>
		statfs(dirname(file)).then(
			({ blocks, bavail, bsize }) => (blocks === 0 ? null : bavail * bsize),
			() => null,
		),
	async leftovers(file) {
		// A folder that may be written to and not read is fine for a snapshot.
		const there = await filesIn(dirname(file)).catch(() => []);
		const parts = there.filter(name => isLeftover(name, basename(file)));
		const torn = (await withSizes(dirname(file), there.filter(isOurs))).filter(each => !isWholeSize(each.sizeBytes));
		return [...(await withSizes(dirname(file), parts)), ...torn];
	},
	async create(file, overwrite) {
		const { part, handle } = await openPart(file, openFile);
		// The mask of this process can only take away from the mode; some file systems know no modes at all.
		await handle.chmod(0o600).catch(() => {});
		return new PartWriter({ handle, part, file, overwrite });
	},
	async list(file, clusterId) {
		const names = (await filesIn(dirname(file))).filter(name => partsOf(name)?.clusterId === clusterId);
		const found = await withSizes(dirname(file), names);
		return found
			.filter(({ sizeBytes }) => isWholeSize(sizeBytes))
			.map(each => ({ ...each, timeMs: partsOf(basename(each.file))!.timeMs }))
			.toSorted((a, b) => b.timeMs - a.timeMs);
	},
	async remove(file) {
		if (!isOurs(basename(file)))
			throw new FileFault(`${safeText(file)} is not named as a snapshot of ours`, 'remove it by hand');
		await unlink(file).catch(error => {
			if (codeOf(error) !== 'ENOENT') throw diskFault(file, error);
		});
	},
});

async function resolveFile(
	currentFolder: string,
	path: string | null,
	name: string,
	overwrite: boolean,
): Promise<SnapshotTarget> {
	if (path === '' || path?.includes('\0')) throw new Refused('that is no path; give a file or a folder');
	const wanted = resolve(currentFolder, expandHome(path ?? '.'));
	const isFolder = path === null || path.endsWith(sep) || (await kindOf(wanted)) === 'folder';
	const file = isFolder ? join(wanted, name) : wanted;
	await refuseUnwritable(dirname(file));
	return { file, replacedBytes: await replaced(file, overwrite) };
}

/** The monitor has no shell that would do it. */
const expandHome = (path: string) =>
	path === '~' || path.startsWith(`~${sep}`) ? join(homedir(), path.slice(1)) : path;

const refusal = (path: string, error: unknown): Refused => {
	const { message, advice } = diskFault(path, error);
	return new Refused(`${message}; ${advice}`);
};

/** What a path leads to, through symbolic links; null where there is nothing. */
async function kindOf(path: string): Promise<'folder' | 'file' | null> {
	try {
		return (await stat(path)).isDirectory() ? 'folder' : 'file';
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return null;
		throw refusal(path, error);
	}
}

async function refuseUnwritable(folder: string): Promise<void> {
	const kind = await kindOf(folder);
	if (kind === null) throw new Refused(`there is no folder ${safeText(folder)}; make it first, or give another one`);
	if (kind === 'file') throw new Refused(`${safeText(folder)} is not a folder; check the path`);
	await access(folder, constants.W_OK | constants.X_OK).catch(error => {
		throw refusal(folder, error);
	});
}

/** What is there may be overwritten only where that was asked for, and only where it is a file. */
async function replaced(file: string, overwrite: boolean): Promise<number | null> {
	const there = await lstat(file).catch(error => {
		if (codeOf(error) === 'ENOENT') return null;
		throw refusal(file, error);
	});
	if (there === null) return null;
	if (there.isSymbolicLink())
		throw new Refused(`${safeText(file)} is a symbolic link; give the file itself, or another name`);
	if (!there.isFile()) throw new Refused(`${safeText(file)} is not a plain file; give another name`);
	if (!overwrite) throw new Refused(`${safeText(file)} exists; give another name, or --overwrite to replace it`);
	return there.size;
}

async function openPart(file: string, openFile: typeof open) {
	for (let attempt = 1; ; attempt++) {
		const part = attempt === 1 ? `${file}.part` : `${file}.${attempt}.part`;
		try {
			return { part, handle: await openFile(part, 'wx+', 0o600) };
		} catch (error) {
			if (codeOf(error) !== 'EEXIST' || attempt === maxParts) throw diskFault(part, error);
		}
	}
}

const isOurs = (name: string): boolean => partsOf(name) !== null;

/** A part of this file, or of any snapshot with a name of ours. */
function isLeftover(name: string, wanted: string): boolean {
	const match = /^(.*?)(?:\.\d)?\.part$/.exec(name);
	return match !== null && (match[1] === wanted || isOurs(match[1]!));
}

/** Plain files only: what is a link to a snapshot is not ours to count or to remove. */
const filesIn = (folder: string): Promise<string[]> =>
	touching(folder, async () =>
		(await readdir(folder, { withFileTypes: true })).filter(entry => entry.isFile()).map(({ name }) => name),
	);

async function withSizes(folder: string, names: readonly string[]): Promise<readonly LeftoverFile[]> {
	const found = await Promise.all(
		names.map(async (name): Promise<LeftoverFile[]> => {
			const file = join(folder, name);
			// Gone since its name was read.
			const there = await lstat(file).catch(() => null);
			return there === null ? [] : [{ file, sizeBytes: there.size }];
		}),
	);
	return found.flat();
}
