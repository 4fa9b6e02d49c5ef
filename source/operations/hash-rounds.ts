import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatCount } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { groupsInWords, type HashVerdict, isComparable, type MemberHash, verdictOf } from './hash-verdict.ts';
import { compactedRevision } from './history-of-revisions.ts';
import { listNames } from './members.ts';
import type { Step, StepContext, StepReport, StepResult } from './step.ts';
import { hashMember, newest } from './steps/hash.ts';
import type { Look } from './world.ts';

/** The hashes that the steps of one check gather at one revision; a second round at a newer one where they do not compare. */
export class HashRounds {
	readonly #members: readonly MemberView[];
	readonly #voters: number;
	#revision: bigint | null = null;
	#hashes: MemberHash[] = [];
	/** Why the first round is not worth comparing. */
	#spoilt: string | null = null;

	constructor(members: readonly MemberView[], voters: number) {
		this.#members = members;
		this.#voters = voters;
	}

	memberStep(member: MemberView): Step {
		const name = safeText(member.name, 80);
		return {
			title: `hash ${name}`,
			memberId: member.id,
			isAbortable: true,
			warnings: [],
			run: context => this.#hash(member, name, context),
		};
	}

	verdictStep(): Step {
		return {
			title: 'compare the hashes',
			memberId: null,
			isAbortable: true,
			warnings: [],
			run: context => this.#compare(context),
		};
	}

	async *#hash(
		member: MemberView,
		name: string,
		{ world, look, signal }: StepContext,
	): AsyncGenerator<StepReport, StepResult, undefined> {
		if (this.#spoilt !== null) return { end: 'skipped', text: `hashed in the second round: ${this.#spoilt}` };
		this.#revision ??= revisionFor(this.#members, look, null);
		if (this.#revision === null) return { end: 'failed', text: 'no member tells its revision' };
		const end = yield* hashMember(member, this.#revision, world, signal);
		switch (end.kind) {
			case 'hashed':
				this.#hashes.push(end.hash);
				return { end: 'done', text: `${name}: ${end.hash.hash} at revision ${formatCount(end.hash.hashRevision)}` };
			case 'other-revision':
				this.#spoilt = end.text;
				return { end: 'skipped', text: `${end.text}: all are hashed again at the end` };
			case 'late':
				return lateResult(end.text);
		}
	}

	async *#compare({ world, look, signal }: StepContext): AsyncGenerator<StepReport, StepResult, undefined> {
		if (this.#spoilt === null && !isComparable(this.#hashes)) this.#spoilt = compactedBetween(this.#hashes);
		if (this.#spoilt === null) return this.#judge();
		yield { text: `${this.#spoilt}: once more`, fraction: null };
		this.#hashes = [];
		this.#revision = revisionFor(this.#members, look, this.#revision);
		if (this.#revision === null) return { end: 'failed', text: 'no member tells its revision' };
		for (const member of this.#members) {
			const end = yield* hashMember(member, this.#revision, world, signal);
			if (end.kind === 'late') return lateResult(end.text);
			if (end.kind === 'other-revision') return uncomparable(end.text);
			this.#hashes.push(end.hash);
		}
		return isComparable(this.#hashes) ? this.#judge() : uncomparable(compactedBetween(this.#hashes));
	}

	#judge(): StepResult {
		const verdict = verdictOf(this.#hashes, this.#voters);
		const where = `at revision ${formatCount(this.#hashes[0]!.hashRevision)}`;
		return { ...resultOf(verdict, where, this.#hashes.length, this.#voters), facts: this.#facts(verdict) };
	}

	#facts(verdict: HashVerdict): NonNullable<StepResult['facts']> {
		return {
			revision: String(this.#hashes[0]!.hashRevision),
			compactRevision: String(this.#hashes[0]!.compactRevision),
			hash: verdict.kind === 'split' ? null : verdict.hash,
			odd: verdict.kind === 'odd' ? verdict.odd.join(', ') : null,
			...Object.fromEntries(this.#hashes.map(({ name, hash }) => [`hash of ${name}`, hash])),
		};
	}
}

/**
 * The revision to hash at; null where no member tells one. Where nobody has written since the last compaction, or since
 * the round before, it is the newest of each, which then is the same everywhere.
 */
function revisionFor(members: readonly MemberView[], look: Look, before: bigint | null): bigint | null {
	const lowest = lowestRevision(members, look);
	if (lowest === null) return null;
	return lowest === before || lowest <= (compactedRevision(look) ?? 0n) ? newest : lowest;
}

/** Where all of them have come: the lowest of what they tell now. */
function lowestRevision(members: readonly MemberView[], { snapshot }: Look): bigint | null {
	const revisions = ownMembers(snapshot)
		.filter(each => isAnswering(each) && members.some(({ key }) => key === each.key))
		.flatMap(({ numbers }) => numbers?.revision ?? []);
	return revisions.reduce<bigint | null>((low, each) => (low === null || each < low ? each : low), null);
}

const compactedBetween = (hashes: readonly MemberHash[]): string =>
	`they hashed different histories (${hashes.map(({ name, compactRevision: from, hashRevision: to }) => `${name} ${from} to ${to}`).join(', ')})`;

const lateResult = (text: string): StepResult => ({
	end: 'unknown',
	text: `${text}; the hashes are not compared`,
	advice: 'try again when the member is less busy; a check changes nothing',
});

const uncomparable = (text: string): StepResult => ({
	end: 'failed',
	text: `nothing could be compared, in two rounds: ${text}`,
	advice: 'something compacts all the time, or a member lags: try again in a quieter minute',
});

function resultOf(
	verdict: HashVerdict,
	where: string,
	hashed: number,
	voters: number,
): Pick<StepResult, 'end' | 'text' | 'advice'> {
	switch (verdict.kind) {
		case 'equal': {
			const count = hashed === voters ? `all ${voters} voters` : `${hashed} of ${voters} voters`;
			return { end: 'done', text: `${count} have the same hash ${verdict.hash} ${where}` };
		}
		case 'odd': {
			const [odd, majority] = [listNames(verdict.odd), listNames(verdict.majority)];
			return {
				end: 'failed',
				text: `${odd} ${verdict.odd.length === 1 ? 'differs' : 'differ'} from ${majority} ${where}, which have the hash ${verdict.hash}`,
				advice: `save a snapshot of ${verdict.majority[0]!} first; then remove ${odd}, wipe its data and add it anew`,
			};
		}
		case 'split':
			return {
				end: 'failed',
				text: `the hashes differ ${where}, and none is that of a majority of ${voters} voters: ${groupsInWords(verdict.groups)}`,
				advice: 'remove nobody yet: save a snapshot of every member, and find out which one the clients can trust',
			};
	}
}
