import { safeText } from '../../format/safe.ts';

/** A recording that cannot be written or read, as a line that says what, where and what to try; safe to show. */
export class RecordingError extends Error {
	override readonly name = 'RecordingError';
}

const elsewhere = 'try another folder';

const wordings: Readonly<Record<string, readonly [what: string, advice: string]>> = {
	EEXIST: ['is there already, and nothing is overwritten', 'try another name, or move that file away'],
	ENOENT: ['no such file or folder', 'look at the path'],
	ENOTDIR: ['no such file or folder', 'look at the path'],
	EISDIR: ['is a folder, not a file', 'give the name of a file'],
	EACCES: ['permission denied', 'look at its owner and mode'],
	EPERM: ['not permitted', 'look at its owner and attributes'],
	EROFS: ['the file system is read-only', elsewhere],
	ENOSPC: ['no space is left on the disk', `make room there, or ${elsewhere}`],
	EDQUOT: ['the disk quota of this user is used up', `make room there, or ${elsewhere}`],
	EFBIG: ['the file has reached the largest size that is allowed', elsewhere],
	EIO: ['the disk fails', elsewhere],
	ETIMEDOUT: ['the disk has taken nothing for a long while', elsewhere],
	ENXIO: ['cannot be read as a file', 'give the name of a file'],
};

/** A failed file access; other errors are bugs and are thrown on. */
export function recordingTrouble(path: string, error: unknown): RecordingError {
	if (error instanceof RecordingError) return error;
	const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
	if (code === null) throw error;
	const [what, advice] = wordings[code] ?? [code, 'look at that file'];
	return new RecordingError(`${safeText(path, 300)}: ${what}; ${advice}`);
}
