import { failureText } from '../cluster/failure-text.ts';
import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { Snapshot } from '../cluster/snapshot.ts';

/** Whether anything of this cluster is known: some member of it answers, be it through its metrics only. */
export const isReadable = (snapshot: Snapshot): boolean => ownMembers(snapshot).some(isAnswering);

/** Why nothing could be read, for standard error: what, where and what to try, a line for each kind of failure. */
export function unreadableLines({ members, listFailure }: Snapshot): readonly string[] {
	const failures = members.flatMap(({ state }) => (state.kind === 'unreachable' ? [state.failure] : []));
	const told = failures.length > 0 ? failures : listFailure === null ? [] : [listFailure];
	const kinds = [...new Set(told.map(({ kind }) => kind))];
	const lines = kinds.map(kind => {
		const [first, ...others] = told.filter(failure => failure.kind === kind);
		const { line, advice } = failureText(first!);
		return `${line}${others.length > 0 ? ` and ${others.length} more` : ''}; ${advice}`;
	});
	return lines.length > 0 ? lines : ['no member answered in time; check the endpoints, or give --dial-timeout'];
}
