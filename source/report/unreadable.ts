import { failureText } from '../cluster/failure-text.ts';
import type { Snapshot } from '../cluster/snapshot.ts';

/** Why nothing could be read, for standard error: what, where and what to try, a line for each different reason. */
export function unreadableLines({ members, listFailure }: Snapshot): readonly string[] {
	const failures = members.flatMap(({ state }) => (state.kind === 'unreachable' ? [state.failure] : []));
	const told = failures.length > 0 ? failures : listFailure === null ? [] : [listFailure];
	const lines = told.map(failure => {
		const { line, advice } = failureText(failure);
		return `${line}; ${advice}`;
	});
	return lines.length > 0
		? [...new Set(lines)]
		: ['no member answered in time; check the endpoints, or give --dial-timeout'];
}
