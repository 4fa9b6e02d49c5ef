import type { Failure } from '../cluster/failure.ts';
import { failureText } from '../cluster/failure-text.ts';
import type { Member, MemberId } from '../cluster/member.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import type { CallOptions, MemberCalls } from '../etcd/calls.ts';
import { formatDuration } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import {
	isBadPeerUrl,
	isLearnerNotReady,
	isNotEnoughStarted,
	isPeerUrlTaken,
	isTooManyLearners,
	isUnhealthyCluster,
	isUnknownMember,
	mayHaveHappened,
} from './rejections.ts';
import type { StepContext, StepReport, StepResult } from './step.ts';
import { failureIn } from './trouble.ts';
import { servingVoters } from './voter-to-ask.ts';
import { callsOf, type World } from './world.ts';

/** One change of the members, by one call. */
export type Change = {
	/** Not asked, because it goes: it would not live to answer. */
	readonly except: MemberId | null;
	/** The call, to be made exactly once but where etcd refuses it before anything changes. */
	readonly ask: (calls: MemberCalls, options: CallOptions) => Promise<unknown>;
	/** Whether a member list shows that it has happened. */
	readonly isIn: (list: readonly Member[]) => boolean;
	/** What has happened, for the list that shows it: `m4 is a voter`. Safe to show. */
	readonly done: (list: readonly Member[]) => Pick<StepResult, 'text' | 'facts'>;
	/** What did not, or may not have: `promote m4`. Safe to show. */
	readonly title: string;
};

/** etcd takes members only when all voters have been connected for 5 s; twice that is given to those that just came. */
const connectSeconds = 10;

type Told =
	| { readonly kind: 'answered' }
	| { readonly kind: 'failed'; readonly failure: Failure }
	| { readonly kind: 'left' };

/**
 * Asks for the change and then looks at the member list: what it shows is what is told, whatever the call answered. Asked
 * again only where etcd refused because its voters have not been connected for long enough.
 */
export async function* changeMembers(
	change: Change,
	{ world, look, signal }: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const voters = servingVoters(look).filter(({ id }) => id !== change.except);
	const [asked] = voters;
	if (asked === undefined)
		return { end: 'failed', text: `could not ${change.title}: no voter that could be asked serves` };
	yield report(`asking ${safeText(asked.name, 80)}`);
	const told = yield* askFor(change, asked, world, signal);
	if (told.kind === 'left') return { end: 'left', text: 'etcd has refused it so far: nothing is changed' };
	if (told.kind === 'failed' && !mayHaveHappened(told.failure)) return refusal(change, told.failure);
	yield report('reading the member list');
	const list = await listShowing(change, voters, world);
	if (list !== null) return { end: 'done', ...change.done(list) };
	const why =
		told.kind === 'answered' ? `${safeText(asked.name, 80)} said that it is done` : failureText(told.failure).line;
	return {
		end: 'unknown',
		text: `${change.title}: ${why}, but the member list did not show it in ${formatDuration(world.patience.lostSeconds)}`,
		advice: 'look at the member list before anything is asked for again: it may still come',
	};
}

const report = (text: string): StepReport => ({ text, fraction: null });

async function* askFor(
	{ ask }: Change,
	asked: MemberView,
	world: World,
	signal: AbortSignal,
): AsyncGenerator<StepReport, Told, undefined> {
	const startMs = world.nowMs();
	while (true) {
		try {
			await ask(callsOf(world, asked), { timeoutSeconds: world.patience.callSeconds });
			return { kind: 'answered' };
		} catch (error) {
			const failure = failureIn(error);
			if (failure === null) throw error;
			const seconds = (world.nowMs() - startMs) / 1000;
			if (!isUnhealthyCluster(failure) || seconds > connectSeconds) return { kind: 'failed', failure };
			yield report('etcd waits until its voters have been connected for 5 s');
		}
		await world.pause(world.patience.lookEveryMs, signal);
		if (signal.aborted) return { kind: 'left' };
	}
}

/** A list that shows the change, from whoever has it; null where none does in good time. */
async function listShowing(
	{ isIn }: Change,
	voters: readonly MemberView[],
	world: World,
): Promise<readonly Member[] | null> {
	const { callSeconds, lookEveryMs, lostSeconds } = world.patience;
	const startMs = world.nowMs();
	const lists = () =>
		Promise.all(
			voters.map(voter =>
				callsOf(world, voter)
					.memberList({ timeoutSeconds: callSeconds })
					.then(({ members }) => members)
					.catch(listFailure),
			),
		);
	while (true) {
		const shown = (await lists()).find(list => list !== null && isIn(list));
		if (shown != null) return shown;
		if (world.nowMs() - startMs > lostSeconds * 1000) return null;
		// Nothing can be taken back any more: leaving would only mean not to know.
		await world.pause(lookEveryMs, new AbortController().signal);
	}
}

function listFailure(error: unknown): null {
	if (failureIn(error) === null) throw error;
	return null;
}

/** What etcd's refusals ask for. */
const remedies: readonly (readonly [recognise: (failure: Failure) => boolean, text: string, advice: string])[] = [
	[
		isUnhealthyCluster,
		'its voters are not all connected to each other, or were not for 5 s',
		'see that every voter serves, or remove the one that is gone for good, then try again',
	],
	[
		isNotEnoughStarted,
		'too few of its voters have ever started',
		'start the members that were added before, or remove them',
	],
	[isTooManyLearners, 'there is a learner already', 'promote it or remove it first'],
	[isLearnerNotReady, 'the learner has not caught up to 90 % of the leader', 'give it time, then try again'],
	[isPeerUrlTaken, 'a member has this peer URL already', 'look at the member list, and give another URL'],
	[isBadPeerUrl, 'it does not take the peer URLs', 'give them as http://HOST:PORT or https://HOST:PORT'],
	[isUnknownMember, 'it is no member any more', 'look at the member list: somebody else has changed it'],
];

function refusal({ title }: Change, failure: Failure): StepResult {
	const known = remedies.find(([recognise]) => recognise(failure));
	if (known !== undefined)
		return { end: 'failed', text: `etcd refused to ${title}: ${known[1]}; nothing is changed`, advice: known[2] };
	const { line, advice } = failureText(failure);
	return { end: 'failed', text: `${line}; nothing is changed`, advice };
}
