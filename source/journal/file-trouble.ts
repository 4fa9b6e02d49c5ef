import { safeText } from '../format/safe.ts';
import { JournalError } from './types.ts';

const elsewhere = 'set XDG_STATE_HOME to a folder that can be written';

/** What the system says, in words, and what to try. */
const wordings: Readonly<Record<string, readonly [what: string, advice: string]>> = {
	ENOSPC: ['no space is left on the disk', `make room there, or ${elsewhere}`],
	EDQUOT: ['the disk quota of this user is used up', `make room there, or ${elsewhere}`],
	EFBIG: ['the file has reached the largest size that is allowed', 'move the journal away, then try again'],
	EROFS: ['the file system is read-only', elsewhere],
	EACCES: [
		'permission denied',
		`look at its owner and mode (a run under sudo may have left it to root), or ${elsewhere}`,
	],
	EPERM: ['not permitted', `look at its owner and attributes, or ${elsewhere}`],
	ENOTDIR: ['a file is in the place of a folder', `move that file away, or ${elsewhere}`],
	EEXIST: ['a file is in the place of a folder', `move that file away, or ${elsewhere}`],
	EISDIR: ['it is a folder', `move that folder away, or ${elsewhere}`],
	ENOENT: ['no such folder', elsewhere],
	EIO: ['the disk fails', elsewhere],
	ENOTSUP: ['the file system has no hard links', elsewhere],
	EMFILE: ['too many files are open', 'end what is not needed, then try again'],
	ENFILE: ['too many files are open on this machine', 'end what is not needed, then try again'],
};

/** Node's code of a failed file access; null for other errors. */
export const codeOf = (error: unknown): string | null =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** A failed file access as one that the user can mend; other errors are bugs and are thrown on. */
export function fileTrouble(attempt: string, path: string, error: unknown): JournalError {
	const code = codeOf(error);
	if (code === null) throw error;
	const [what, advice] = wordings[code] ?? [code, `look at that file, or ${elsewhere}`];
	return new JournalError(`${attempt}: ${safeText(path, 300)}: ${what}`, advice);
}
