import type { Finding, Remedy } from '../diagnosis/finding.ts';
import { type CatalogEntry, entryOf } from '../operations/catalog.ts';
import type { Request } from '../operations/request.ts';
import { nameFor } from './asking.ts';
import { availabilityOf, presentOf } from './availability.ts';
import { ask } from './confirm.ts';
import type { Step } from './event.ts';
import { entriesOf } from './finding-entries.ts';
import { openEntry } from './finding-mode.ts';
import { withNotice } from './notice.ts';
import { opened } from './opening.ts';
import type { State } from './state.ts';

/** The operation that helps against a finding. */
export type Help = {
	readonly remedy: Remedy;
	readonly entry: CatalogEntry;
	/** The member that it is for, as it is asked for; null where it is chosen later, or nobody. */
	readonly member: string | null;
	/** Why it cannot be had now; null where it can. */
	readonly reason: string | null;
};

/** What helps against a finding; null where nothing does, and where nothing may be changed. */
export function helpAgainst(state: State, { remedy }: Pick<Finding, 'remedy'>): Help | null {
	if (remedy === null || state.readOnly) return null;
	const reason = availabilityOf(state)(remedy.operation);
	return { remedy, entry: entryOf(remedy.operation), member: memberName(state, remedy), reason };
}

/** What helps against the finding that is open; null while it is gone. */
export function helpOfOpen(state: State): Help | null {
	if (state.mode.kind !== 'finding' || state.readOnly) return null;
	const { entry, isGone } = openEntry(state.mode, entriesOf(state));
	return entry.kind === 'finding' && !isGone ? helpAgainst(state, entry.finding) : null;
}

function memberName(state: State, { member: id }: Remedy): string | null {
	if (id === null) return null;
	const snapshot = presentOf(state);
	const member =
		snapshot.members.find(row => row.id === id || row.key === id) ?? snapshot.list.find(listed => listed.id === id);
	return member === undefined ? null : nameFor(snapshot, member);
}

/** What is asked for without any further choice; null where there is something to choose. */
function requestOf({ remedy: { operation }, member }: Help): Request | null {
	switch (operation) {
		case 'defragment-cluster':
			return { operation, rule: null };
		case 'recover-space':
		case 'check-hash':
			return { operation };
		case 'defragment-member':
			return member === null ? null : { operation, member, rule: null };
		case 'move-leader':
			return member === null ? null : { operation, to: member };
		case 'member-promote':
		case 'member-remove':
			return member === null ? null : { operation, member };
		case 'compact':
		case 'snapshot':
		case 'disarm-alarm':
		case 'member-add':
		case 'member-update':
			return null;
	}
}

/** Opens the menu as if no member was selected: the finding says whom it is about, not what was selected before. */
function menuOpened(state: State, { remedy: { operation } }: Help): Step {
	const [after, effects] = opened({ ...state, selectedKey: null }, operation);
	return [{ ...after, selectedKey: state.selectedKey }, effects];
}

/** Opens what leads to the operation that helps: its confirmation, or its menu where there is something to choose. */
export function helpOpened(state: State): Step {
	const help = helpOfOpen(state);
	if (help === null) return [state, []];
	if (help.reason !== null) return [withNotice(state, `${help.entry.title}: ${help.reason}`), []];
	const request = requestOf(help);
	return request === null ? menuOpened(state, help) : ask(state, request);
}
