/*
 * One operation in a process of its own, as the monitor and the command line do it: `node operator-process.ts JSON`. It
 * prints what comes of it, a line of JSON each, and waits for a line on its standard input before it goes on. When its
 * terminal is closed (SIGHUP) it leaves, with a limit to the time for its last words.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createSnapshotFiles } from '../../source/backend/snapshot-files.ts';
import { author } from '../../source/journal/author.ts';
import { openJournal } from '../../source/journal/open.ts';
import type { Outcome, Progress } from '../../source/operations/plan.ts';
import type { Request } from '../../source/operations/request.ts';
import { createOperator } from '../../source/operator.ts';
import { realWorld } from './world.ts';

/** What it is told on its command line. */
export type OperatorOrder = {
	readonly endpoints: readonly string[];
	/** Of the journal. */
	readonly folder: string;
	readonly request: Request;
	readonly isForced: boolean;
	/** How long it gets for its last words when its terminal is closed. */
	readonly lastWordsMs: number;
};

/** What it prints. */
export type OperatorNews = Progress | { readonly kind: 'outcome'; readonly outcome: Outcome };

const { endpoints, folder, request, isForced, lastWordsMs }: OperatorOrder = JSON.parse(process.argv[2]!);
const { world } = realWorld(endpoints, { files: createSnapshotFiles(folder) });
const journal = openJournal({ folder, author: author(process.env), now: () => Date.now() });
const operator = createOperator({ world, journal });
const leaving = new AbortController();
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
/** Nobody tells it anything any more once it leaves. */
const left = once(leaving.signal, 'abort');
const print = (news: OperatorNews) => process.stdout.write(`${JSON.stringify(news)}\n`);

async function carryOut(): Promise<void> {
	const run = operator.run(await operator.prepare(request), { isForced, signal: leaving.signal });
	while (true) {
		const { done, value } = await run.next();
		if (done) return void print({ kind: 'outcome', outcome: value });
		print(value);
		await Promise.race([lines.next(), left]);
	}
}

const over = carryOut();
process.once('SIGHUP', async () => {
	leaving.abort();
	await Promise.race([over, delay(lastWordsMs)]);
	process.exit(129);
});
await over;
process.exit(leaving.signal.aborted ? 129 : 0);
