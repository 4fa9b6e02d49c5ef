import { safeText } from '../format/safe.ts';
import { FileFault } from '../operations/snapshot-files.ts';

type Wording = { readonly what: string; readonly advice: string };

const elsewhere = 'give another folder';

const wordings: Readonly<Record<string, Wording>> = {
	ENOSPC: { what: 'no space left on the disk', advice: 'make room there, or give a folder on another disk' },
	EDQUOT: { what: 'the disk quota of this user is used up', advice: 'make room there, or give a folder elsewhere' },
	EFBIG: { what: 'the file is too large for its file system', advice: 'give a folder on another file system' },
	EROFS: { what: 'the file system is read-only', advice: elsewhere },
	EACCES: { what: 'permission denied', advice: 'give a folder that this user may write to' },
	EPERM: { what: 'not permitted', advice: 'give a folder that this user may write to' },
	ENOENT: { what: 'it does not exist', advice: 'make the folder first, or give another one' },
	ENOTDIR: { what: 'a part of the path is not a folder', advice: 'check the path' },
	EISDIR: { what: 'it is a folder', advice: 'give the name of a file' },
	ELOOP: { what: 'its symbolic links run in a circle', advice: 'check the path' },
	ENAMETOOLONG: { what: 'the name is too long', advice: 'give a shorter one' },
	EEXIST: { what: 'it has come to be meanwhile', advice: 'give another name, or look who writes there' },
	EIO: { what: 'the disk reports an error', advice: 'look at the kernel’s log, and give a folder on another disk' },
	ESTALE: { what: 'the network file system has lost it', advice: 'look at the mount, or give a folder elsewhere' },
	EMFILE: { what: 'this process has too many open files', advice: 'raise its limit (ulimit -n)' },
	ENFILE: { what: 'this machine has too many open files', advice: 'close some, or raise fs.file-max' },
};

export const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What Node threw for a path: `/backup/a.db.part: no space left on the disk`. */
export function diskFault(path: string, error: unknown): FileFault {
	if (error instanceof FileFault) return error;
	const known = wordings[codeOf(error)];
	const { what, advice } = known ?? {
		what: safeText(error instanceof Error ? error.message : String(error), 200),
		advice: elsewhere,
	};
	return new FileFault(`${safeText(path)}: ${what}`, advice);
}

/** Runs something that touches the disk; whatever it throws becomes a `FileFault` about the path. */
export async function touching<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		throw diskFault(path, error);
	}
}
