import { readFile } from 'node:fs/promises';
import { formatClock, formatDuration, formatIsoTime } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import { codeOf } from './file-trouble.ts';
import type { ProcessMark } from './process-mark.ts';
import { JournalError } from './types.ts';

/** Who has the lock and what for: the content of the lock's file. */
export type Holder = {
	/** The id of the run. */
	readonly token: string;
	readonly title: string;
	readonly timeMs: number;
	readonly user: string;
	readonly process: ProcessMark;
};

export const holderText = (holder: Holder): string =>
	`${JSON.stringify({ ...holder, time: formatIsoTime(holder.timeMs) })}\n`;

/** The holder that a file names; `absent` without a file, null where the file names nobody. Throws Node's errors. */
export async function readHolder(path: string): Promise<Holder | 'absent' | null> {
	try {
		return parseHolder(await readFile(path, 'utf8'));
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return 'absent';
		throw error;
	}
}

function parseHolder(text: string): Holder | null {
	try {
		const { token, title, timeMs, user, process: mark } = JSON.parse(text);
		const isWhole =
			[token, title, user, mark.host].every(value => typeof value === 'string') &&
			[timeMs, mark.pid].every(Number.isFinite) &&
			mark.pid > 0 &&
			// It becomes a part of file names.
			/^[\w-]{1,80}$/.test(token);
		return isWhole ? { token, title: safeText(title, 120), timeMs, user: safeText(user, 80), process: mark } : null;
	} catch {
		return null;
	}
}

/** Why nothing can be begun now. */
export function heldError(path: string, holder: Holder | null, isElsewhere: boolean, nowMs: number): JournalError {
	const file = safeText(path, 300);
	if (holder === null)
		return new JournalError(
			`another operation may be under way: ${file} does not say whose`,
			'if no other etcdtop is at work, remove that file',
		);
	const { user, title, timeMs, process: mark } = holder;
	const age = formatDuration(Math.max(0, nowMs - timeMs) / 1000);
	const since = `since ${nowMs - timeMs > dayMs ? formatIsoTime(timeMs) : formatClock(timeMs)} (${age})`;
	return new JournalError(
		`another operation is under way: “${title}” by ${user} on ${safeText(mark.host, 120)}, process ${mark.pid}, ${since}`,
		isElsewhere
			? `wait for its end; if that process is no more, remove ${file}`
			: 'wait for its end, or leave it there; one operation runs at a time',
	);
}

const dayMs = 24 * 60 * 60_000;
