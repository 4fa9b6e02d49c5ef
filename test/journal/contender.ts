/*
 * Takes the lock of a folder and writes a line whenever it has it: `node contender.ts FOLDER stays`, or
 * `node contender.ts FOLDER dies PID`. One that stays does so until it is killed. One that dies does so over and over: it
 * leaves the lock as a process of that number, which is gone, would have left it, so that every taking is a taking over.
 * Each holding's lines carry its own token: those of two holders at once would be seen to mix.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { holderText } from '../../source/journal/holder.ts';
import { lockPath, takeLock } from '../../source/journal/lock.ts';
import { ownMark } from '../../source/journal/process-mark.ts';
import { JournalError } from '../../source/journal/types.ts';

const [, , folder = '', conduct, gonePid] = process.argv;
process.setMaxListeners(0);
const mark = ownMark('here');
const say = (token: string, what: string) => appendFileSync(join(folder, 'log'), `${token} ${what}\n`);
const holderOf = (token: string) => ({ token, title: 'x', timeMs: Date.now(), user: 'u', process: mark });

/** What a holder leaves that is killed at this moment. */
function die(token: string): void {
	const draft = join(folder, `${token}.draft`);
	writeFileSync(draft, holderText({ ...holderOf(token), process: { ...mark, pid: Number(gonePid) } }));
	renameSync(draft, lockPath(folder));
}

while (true) {
	const token = randomUUID();
	try {
		await takeLock(folder, holderOf(token));
		say(token, `in ${process.pid}`);
		if (conduct === 'stays') await delay(2 ** 30);
		for (let at = 0; at < 8; at++) {
			await turn();
			say(token, 'at it');
		}
		die(token);
	} catch (error) {
		// Somebody else has it. Anything but that is a fault, and the log tells of it.
		if (!(error instanceof JournalError && error.what.includes('is under way'))) {
			say(token, `fault ${String(error)}`);
			throw error;
		}
		await turn();
	}
}
