import type { Snapshot } from '../cluster/snapshot.ts';
import { catalog } from '../operations/catalog.ts';
import type { OperationId } from '../operations/plan.ts';
import type { Request } from '../operations/request.ts';
import { nameFor, selectedMember } from './asking.ts';
import { availabilityOf, presentOf } from './availability.ts';
import { ask } from './confirm.ts';
import type { Step } from './event.ts';
import { formOf } from './forms.ts';
import { choicesOf, operationOf } from './menus.ts';
import { withNotice } from './notice.ts';
import type { Choice, FormId, MenuId } from './operating.ts';
import type { State } from './state.ts';

/** What an operation's key opens: a menu, unless there is nothing to choose. */
type Opening =
	| { readonly menu: MenuId; readonly direct?: (snapshot: Snapshot, state: State) => Request | null }
	| { readonly request: Request };

/** The member that was selected on the screen is the one that is meant. */
function selectedDefragmentation(snapshot: Snapshot, state: State): Request | null {
	const member = selectedMember(snapshot, state);
	return member === null ? null : { operation: 'defragment-member', member: nameFor(snapshot, member), rule: null };
}

/** The selected voter, unless it leads already. */
function selectedSuccessor(snapshot: Snapshot, state: State): Request | null {
	const member = selectedMember(snapshot, state);
	if (member === null || member.isLearner || member.id === (snapshot.leader?.id ?? null)) return null;
	return { operation: 'move-leader', to: nameFor(snapshot, member) };
}

const openings: Readonly<Record<OperationId, Opening>> = {
	compact: { menu: 'compact' },
	'defragment-member': { menu: 'defragment-member', direct: selectedDefragmentation },
	'defragment-cluster': { request: { operation: 'defragment-cluster', rule: null } },
	snapshot: { menu: 'snapshot' },
	'recover-space': { menu: 'alarms' },
	'disarm-alarm': { menu: 'alarms' },
	'move-leader': { menu: 'move-leader', direct: selectedSuccessor },
	'member-add': { menu: 'members' },
	'member-promote': { menu: 'members' },
	'member-update': { menu: 'members' },
	'member-remove': { menu: 'members' },
	'check-hash': { request: { operation: 'check-hash' } },
};

/** Where the menu begins: at what was asked for, as far as it can be had. */
function firstIndex(choices: readonly Choice[], id: OperationId): number {
	const own = choices.findIndex(choice => operationOf(choice) === id && choice.disabled === null);
	const any = choices.findIndex(choice => choice.disabled === null);
	return Math.max(0, own === -1 ? any : own);
}

/** Opens what leads to an operation: its menu or its confirmation. */
export function opened(state: State, id: OperationId): Step {
	const opening = openings[id];
	if ('request' in opening) return ask(state, opening.request);
	const snapshot = presentOf(state);
	const request = opening.direct?.(snapshot, state) ?? null;
	if (request !== null) return ask(state, request);
	const choices = choicesOf(opening.menu, snapshot, state);
	const mode = { kind: 'menu', menu: opening.menu, choices, index: firstIndex(choices, id) } as const;
	return [{ ...state, mode }, []];
}

/** Opens the chosen line of the palette, or says why not now. */
export function openedFromPalette(state: State): Step {
	const entry = state.mode.kind === 'palette' ? catalog[state.mode.index] : undefined;
	if (entry === undefined) return [state, []];
	const reason = availabilityOf(state)(entry.id);
	return reason === null ? opened(state, entry.id) : [withNotice(state, `${entry.title}: ${reason}`), []];
}

/** Goes on with the chosen line of a menu. Whether operations can be had was asked when it was opened; much can happen since. */
export function chosen(state: State): Step {
	const choice = state.mode.kind === 'menu' ? state.mode.choices[state.mode.index] : undefined;
	if (choice === undefined) return [state, []];
	const reason = choice.disabled ?? availabilityOf(state)(operationOf(choice));
	if (reason !== null) return [withNotice(state, `${choice.title}: ${reason}`), []];
	return typeof choice.next === 'string' ? [formOpened(state, choice.next), []] : ask(state, choice.next);
}

const formOpened = (state: State, form: FormId): State => ({
	...state,
	mode: { kind: 'form', form, text: formOf(form).initial(presentOf(state)), error: null },
});

/** Longer than any list of URLs; a paste of a whole file ends here. */
const longestText = 1000;

/** What is typed into a form, changed. */
export function formTyped(state: State, change: (text: string) => string): State {
	const { mode } = state;
	if (mode.kind !== 'form') return state;
	const text = [...change(mode.text)].slice(0, longestText).join('');
	return { ...state, mode: { ...mode, text, error: null } };
}

/** Goes on with what was typed, or says what is wrong with it. */
export function submitted(state: State): Step {
	const { mode } = state;
	if (mode.kind !== 'form') return [state, []];
	const form = formOf(mode.form);
	const parsed = form.parse(mode.text.trim(), presentOf(state), state);
	const error = 'error' in parsed ? parsed.error : availabilityOf(state)(form.operation);
	if (error !== null) return [{ ...state, mode: { ...mode, error } }, []];
	return 'request' in parsed ? ask(state, parsed.request) : [state, []];
}
