import { failureText } from '../cluster/failure-text.ts';
import {
	type CompactMark,
	chooseTarget,
	markAgeSeconds,
	parseMark,
	type TargetChoice,
	type TargetEvidence,
} from './compact-target.ts';
import { compactedRevision, watchedSeconds } from './history-of-revisions.ts';
import type { CompactTarget } from './request.ts';
import { failureIn } from './trouble.ts';
import { servingVoters } from './voter-to-ask.ts';
import { callsOf, type Look, type World } from './world.ts';

/** Chooses the revision from what this process and kube-apiserver have left to know. */
export async function targetFor(target: CompactTarget, look: Look, world: World): Promise<TargetChoice> {
	const { revision } = look.snapshot;
	if (revision === null) return { kind: 'stop', why: 'no member tells the newest revision' };
	return chooseTarget(target, await evidenceFor(target, revision, look, world));
}

async function evidenceFor(target: CompactTarget, head: bigint, look: Look, world: World): Promise<TargetEvidence> {
	const isKeep = target.kind === 'keep';
	return {
		head,
		compacted: compactedRevision(look),
		seen: isKeep ? world.revisionBefore(target.seconds) : null,
		watchedSeconds: isKeep ? watchedSeconds(world.revisionBefore) : null,
		mark: isKeep && target.seconds <= markAgeSeconds ? await readMark(look, world) : { kind: 'none' },
	};
}

/** Without the right to read it, or without an answer, the mark is not known: no reason to give up. */
async function readMark(look: Look, world: World): Promise<CompactMark> {
	const asked = servingVoters(look)[0];
	if (asked === undefined) return { kind: 'none' };
	try {
		const found = await callsOf(world, asked).get('compact_rev_key', { timeoutSeconds: world.patience.callSeconds });
		return found === null ? { kind: 'none' } : parseMark(found.value);
	} catch (error) {
		const failure = failureIn(error);
		if (failure === null) throw error;
		return { kind: 'unreadable', why: `compact_rev_key could not be read: ${failureText(failure).line}` };
	}
}
