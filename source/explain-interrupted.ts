import { formatClock, formatDate } from './format/duration.ts';
import { type Journal, JournalError } from './journal/types.ts';
import { knownNow } from './operations/known-now.ts';
import type { PastRun } from './operations/record.ts';
import type { World } from './operations/world.ts';

export type ExplainInput = { readonly journal: Journal; readonly world: Pick<World, 'look'> };

/**
 * Looks whether operations on this cluster were interrupted and not explained yet; where there are some, looks at the
 * cluster once, notes what is known now, and gives a line for each to be shown, oldest first. A journal that cannot be
 * read or written keeps nobody from starting.
 */
export async function explainInterrupted({ journal, world }: ExplainInput): Promise<readonly string[]> {
	const runs = await unexplained(journal);
	if (runs.length === 0) return [];
	const look = await world.look();
	const { clusterId } = look.snapshot;
	const own = runs.filter(run => clusterId !== null && run.clusterId === clusterId);
	const lines: string[] = [];
	for (const run of own.toReversed()) {
		const text = knownNow(run, look);
		await journal.explain(run, text).catch(onlyTrouble);
		lines.push(lineOf(run, text));
	}
	return lines;
}

const unexplained = async (journal: Journal): Promise<readonly PastRun[]> => {
	const runs = await journal.runs().catch(onlyTrouble);
	return (runs ?? []).filter(({ state, text }) => state === 'interrupted' && text === '');
};

function onlyTrouble(error: unknown): undefined {
	if (!(error instanceof JournalError)) throw error;
}

const lineOf = ({ title, startedMs, user, host }: PastRun, text: string): string =>
	`“${title}” by ${user} on ${host}, begun ${formatDate(startedMs)} ${formatClock(startedMs)}, was interrupted: ${text}`;
