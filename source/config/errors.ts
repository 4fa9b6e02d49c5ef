/** The user's mistake, not ours: one line that says what, where and what to try. The program ends with 64. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
	readonly exitCode = 64;
}

/** The user left a question with Ctrl+C. Nothing is printed; the program ends as after SIGINT. */
export class Interrupted extends Error {
	override readonly name = 'Interrupted';
	readonly exitCode = 130;
}

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'no such file',
	ENOTDIR: 'no such file',
	EISDIR: 'is a folder, not a file',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
};

/** Node's code of a failed file access (`ENOENT`), else null. */
export const fileErrorCode = (error: unknown): string | null =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** A failed file access in words, without the path. */
export function fileErrorText(error: unknown): string {
	const code = fileErrorCode(error);
	return reasons[code ?? ''] ?? code ?? String(error);
}
