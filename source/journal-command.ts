import type { PrintOptions } from './config/settings.ts';
import { author } from './journal/author.ts';
import { openJournal } from './journal/open.ts';
import { JournalError } from './journal/types.ts';
import { journalFolder } from './journal-folder.ts';
import { print } from './print.ts';
import { journalJson, journalLines } from './report/journal.ts';
import { printLines } from './report/print.ts';

/** The code of sysexits.h for a file that cannot be read. */
const unreadable = 74;

/** `etcdtop journal`: what was done from this machine, newest last. */
export async function journalCommand({ output, color }: PrintOptions): Promise<number> {
	const journal = openJournal({
		folder: journalFolder(process.env),
		author: author(process.env),
		now: () => Date.now(),
	});
	try {
		const runs = await journal.runs();
		const { isTTY, columns } = process.stdout;
		if (output === 'json') print(`${journalJson(runs, journal.path)}\n`);
		else {
			const lines = journalLines(runs, journal.path, isTTY ? columns : Number.POSITIVE_INFINITY);
			print(printLines(lines, color && isTTY));
		}
		return 0;
	} catch (error) {
		if (!(error instanceof JournalError)) throw error;
		process.stderr.write(`etcdtop: ${error.message}\n`);
		return unreadable;
	}
}
