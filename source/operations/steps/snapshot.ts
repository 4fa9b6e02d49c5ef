import type { MemberView } from '../../cluster/snapshot.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatDuration, formatLatency } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { safeText } from '../../format/safe.ts';
import { mostLagEntries } from '../checks.ts';
import type { Check } from '../plan.ts';
import type { SavedFile, SnapshotWriter } from '../snapshot-files.ts';
import { candidateOf, judge } from '../snapshot-source.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { failureIn, type Trouble, troubleOf } from '../trouble.ts';
import { callsOf, type Look } from '../world.ts';
import { Transfer } from './transfer.ts';

/** How often a person is told how far it is; the bytes do not wait for it. */
const reportEveryMs = 250;
/** A lag that was none when the plan was made comes and goes with the load, by the time between two answers. */
const lagPatience = 10n;
/** The longest path that a system takes. */
const maxPathLength = 4096;

export type SaveTarget = { readonly file: string; readonly overwrite: boolean };

type Run<Result> = AsyncGenerator<StepReport, Result, undefined>;

export const shownPath = (file: string): string => safeText(file, maxPathLength);

/** Streams a member's database into a file that gets its name only when it is whole and verified. */
export function saveStep(source: MemberView, target: SaveTarget): Step {
	return {
		title: `save the database of ${safeText(source.name)} to ${shownPath(target.file)}`,
		memberId: source.id,
		isAbortable: true,
		warnings: [],
		recheck: look => [stillFit(look, source)],
		run: context => save(context, source, target),
	};
}

function stillFit(look: Look, { key, id, name }: MemberView): Check {
	const member = look.snapshot.members.find(each => (id === null ? each.key === key : each.id === id));
	if (member === undefined)
		return { title: 'the member is still there', verdict: 'stop', detail: `${safeText(name)} is no member any more` };
	return judge(look, candidateOf(look, member, mostLagEntries * lagPatience), []);
}

/** The stream was given up because nothing came. */
class Silence extends Error {}

async function* save(context: StepContext, source: MemberView, target: SaveTarget): Run<StepResult> {
	let writer: SnapshotWriter;
	try {
		writer = await context.world.files.create(target.file, target.overwrite);
	} catch (error) {
		return failed(error, source, 'nothing was read');
	}
	// Whoever leaves this generator in the middle leaves no file either.
	try {
		return yield* fill(writer, context, source, target);
	} finally {
		await writer.discard().catch(() => {});
	}
}

async function* fill(
	writer: SnapshotWriter,
	context: StepContext,
	source: MemberView,
	{ file }: SaveTarget,
): Run<StepResult> {
	const { world, look, signal } = context;
	const startMs = world.nowMs();
	const transfer = new Transfer(writer, world.nowMs);
	try {
		yield* copy(transfer, context, source);
		yield { text: `${transfer.soFar}, checking the SHA-256, waiting for the disk`, fraction: 1 };
		const saved = await writer.finish();
		const seconds = (world.nowMs() - startMs) / 1000;
		return done(
			{ ...saved, ...revisionOf(saved, source, look), storageVersion: transfer.storageVersion, file, seconds },
			source,
		);
	} catch (error) {
		const what = `${transfer.came}; ${await kept(writer)}`;
		return signal.aborted && error === signal.reason ? { end: 'left', text: what } : failed(error, source, what);
	}
}

/** What is left of the file, in words: nothing, unless the disk refuses even that. */
async function kept(writer: SnapshotWriter): Promise<string> {
	try {
		await writer.discard();
		return 'no file is left';
	} catch (error) {
		return `its part could not be removed (${error instanceof Error ? error.message : String(error)})`;
	}
}

/** Copies the stream to its end while telling how far it is. Rejects where it breaks, falls silent, or is left. */
async function* copy(transfer: Transfer, { world, signal }: StepContext, source: MemberView): Run<void> {
	const stop = new AbortController();
	const over = new AbortController();
	const { lostSeconds } = world.patience;
	const chunks = callsOf(world, source).snapshot(AbortSignal.any([signal, stop.signal]));
	const copying = transfer.run(chunks).finally(() => over.abort());
	// It is awaited below; until then its failure waits too.
	copying.catch(() => {});
	try {
		while (!over.signal.aborted) {
			yield transfer.report();
			await world.pause(reportEveryMs, over.signal);
			if (transfer.silentMs > lostSeconds * 1000) stop.abort(new Silence(formatDuration(lostSeconds)));
		}
		await copying;
	} finally {
		stop.abort();
		await copying.catch(() => {});
	}
}

type Done = Omit<SavedFile, 'revision'> & {
	readonly revision: bigint | null;
	readonly isExact: boolean;
	readonly storageVersion: string | null;
	readonly file: string;
	readonly seconds: number;
};

/**
 * The file tells its last revision, but not where that was deleted and compacted away; it is never older than what the
 * member told before.
 */
function revisionOf(saved: SavedFile, { id }: MemberView, { snapshot }: Look): Pick<Done, 'revision' | 'isExact'> {
	const told = snapshot.members.find(member => member.id === id)?.numbers?.revision ?? null;
	const isNewer = saved.revision !== null && (told === null || saved.revision >= told);
	return { revision: isNewer ? saved.revision : told, isExact: saved.revision !== null };
}

function done(saved: Done, source: MemberView): StepResult {
	const { file, sizeBytes, sha256, revision, isExact, storageVersion, isPrivate, seconds } = saved;
	const name = safeText(source.name);
	const at = revision === null ? '' : ` at revision ${formatCount(revision)}${isExact ? '' : ' or later'}`;
	const took = seconds < 60 ? formatLatency(seconds) : formatDuration(seconds);
	const open = isPrivate ? '' : '; its file system keeps no modes, so others may be able to read it';
	return {
		end: 'done',
		text: `saved ${formatBytes(sizeBytes)} from ${name}${at} to ${shownPath(file)} in ${took}; SHA-256 verified${open}`,
		facts: {
			file: shownPath(file),
			sizeBytes,
			sha256,
			revision: revision === null ? null : String(revision),
			member: name,
			...(storageVersion === null ? {} : { storageVersion: safeText(storageVersion) }),
		},
	};
}

/** Why it failed, how far it was, and what to try. Throws on again what is a bug. */
function failed(error: unknown, source: MemberView, what: string): StepResult {
	const trouble = causeOf(error, safeText(source.name));
	if (trouble === null) throw error;
	return { end: 'failed', text: `${trouble.text}; ${what}`, advice: trouble.advice };
}

function causeOf(error: unknown, name: string): Trouble | null {
	if (error instanceof Silence)
		return { text: `${name} has sent nothing for ${error.message}`, advice: 'try again, or another member' };
	const trouble = troubleOf(error);
	return failureIn(error) === null || trouble === null ? trouble : { ...trouble, text: `${name}: ${trouble.text}` };
}
