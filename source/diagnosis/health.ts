import { failureText } from '../cluster/failure-text.ts';
import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import type { Finding } from './finding.ts';

/** `unreachable`: nobody answers, so nothing is known; `waiting`: nobody had the time to. */
export type HealthLevel = 'healthy' | 'warning' | 'critical' | 'unreachable' | 'waiting';

export type Health = {
	readonly level: HealthLevel;
	/** A few words, safe to show. */
	readonly cause: string;
};

/** The cluster in one word, with its cause. What is only worth knowing does not make it less than healthy. */
export function healthOf(snapshot: Snapshot, findings: readonly Finding[]): Health {
	const own = ownMembers(snapshot);
	if (!own.some(isAnswering)) return silentHealth(own);
	for (const level of ['critical', 'warning'] as const) {
		const worst = findings.filter(({ severity }) => severity === level);
		if (worst.length > 0) return { level, cause: causeOf(worst) };
	}
	return { level: 'healthy', cause: healthyCause(snapshot) };
}

/** Titles that one glance takes in: what is wrong, and what follows from it. */
const titlesInCause = 2;

function causeOf(findings: readonly Finding[]): string {
	const titles = findings.slice(0, titlesInCause).map(({ title }) => title);
	const more = findings.length - titles.length;
	return `${titles.join('; ')}${more > 0 ? ` (+${more})` : ''}`;
}

function healthyCause(snapshot: Snapshot): string {
	const { leader } = snapshot;
	return `${servingWords(snapshot)}${leader === null ? '' : `, ${safeText(leader.name, 60)} leads`}`;
}

/** With the given endpoints alone the cluster may be larger than what is read of it. */
function servingWords(snapshot: Snapshot): string {
	const members = ownMembers(snapshot);
	const count = members.length;
	const serving = members.filter(({ state }) => state.kind === 'serving').length;
	if (serving < count) return `${serving} of ${count} members ${serving === 1 ? 'serves' : 'serve'}`;
	const listed = snapshot.list.length;
	if (listed > count)
		return count === 1
			? `the only one read of ${listed} members serves`
			: `all ${count} that are read of ${listed} members serve`;
	return count === 1 ? 'its one member serves' : `all ${count} members serve`;
}

function silentHealth(members: readonly MemberView[]): Health {
	const waiting = members.filter(({ state }) => state.kind === 'waiting');
	if (waiting.length === members.length) {
		const isFirst = members.every(({ numbers }) => numbers === null);
		return { level: 'waiting', cause: isFirst ? 'waiting for the first answer' : 'no reading for a while' };
	}
	const failures = members.flatMap(({ state }) => (state.kind === 'unreachable' ? [state.failure] : []));
	const words = [...new Set(failures.map(failure => failureText(failure).short))].join(', ');
	if (words === '') return { level: 'unreachable', cause: 'every member is defragmenting' };
	return { level: 'unreachable', cause: `no member can be read: ${words}` };
}
