/*
 * Takes the lock of a folder over and over, and writes a line whenever it has it: `node contender.ts FOLDER`. Each
 * holding's lines carry its own token, so that the lines of two holders at once would be seen to mix.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { takeLock } from '../../source/journal/lock.ts';
import { ownMark } from '../../source/journal/process-mark.ts';
import { JournalError } from '../../source/journal/types.ts';

const folder = process.argv[2]!;
const mark = ownMark('here');
const say = (token: string, what: string) => appendFileSync(join(folder, 'log'), `${token} ${what}\n`);

while (true) {
	const token = randomUUID();
	try {
		const lock = await takeLock(folder, { token, title: 'x', timeMs: Date.now(), user: 'u', process: mark });
		say(token, `in ${process.pid}`);
		for (let at = 0; at < 5; at++) {
			await turn();
			say(token, 'at it');
		}
		say(token, 'out');
		await lock.release();
	} catch (error) {
		// Somebody else has it. Anything but that is a fault, and the end of this process tells of it.
		if (!(error instanceof JournalError && error.what.includes('is under way'))) {
			say(token, `fault ${String(error)}`);
			throw error;
		}
		await turn();
	}
}
