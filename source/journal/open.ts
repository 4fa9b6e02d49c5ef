import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { formatIsoTime } from '../format/duration.ts';
import type { RunRecord } from '../operations/record.ts';
import { appendLine } from './append.ts';
import { readHolder } from './holder.ts';
import { type Explanation, lineOf, readEntries } from './lines.ts';
import { lockPath, takeLock } from './lock.ts';
import { pastRuns } from './past-runs.ts';
import { fateOf, ownMark } from './process-mark.ts';
import type { Author, Journal } from './types.ts';

export type JournalOptions = {
	/** Made when the first operation begins. */
	readonly folder: string;
	readonly author: Author;
	/** The wall clock, milliseconds since 1970. */
	readonly now: () => number;
	/** Told of each line, without its newline, once it is on the disk. */
	readonly onLine?: (line: string) => void;
};

/** The journal in a folder. Nothing is touched before it is asked for something. */
export function openJournal({ folder, author, now, onLine }: JournalOptions): Journal {
	const path = join(folder, 'journal.jsonl');
	const mark = ownMark(author.host);

	const append = async (run: string, record: RunRecord | Explanation) => {
		const line = lineOf({ run, time: formatIsoTime(now()), ...author, ...record });
		await appendLine(path, line);
		onLine?.(line);
	};

	/** The run that a living process, or one of which nobody here can tell, is at. */
	const running = async (): Promise<readonly string[]> => {
		const holder = await readHolder(lockPath(folder)).catch(() => null);
		return holder === null || holder === 'absent' || fateOf(holder.process, mark) === 'gone' ? [] : [holder.token];
	};

	return {
		path,
		async begin(title) {
			const id = randomUUID();
			const lock = await takeLock(folder, { token: id, title, timeMs: now(), user: author.user, process: mark });
			return { id, record: record => append(id, record), close: () => lock.release() };
		},
		async runs() {
			// One may begin or end while the file is read: whoever had the lock before or after is no interrupted one.
			const before = await running();
			const entries = await readEntries(path);
			return pastRuns(entries, new Set([...before, ...(await running())]));
		},
		explain: ({ id }, text) => append(id, { kind: 'explained', text }),
	};
}
