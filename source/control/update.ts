import { commands } from './commands.ts';
import { demandIn, prepared, retyped } from './confirm.ts';
import type { Event, Step } from './event.ts';
import { journalRead } from './journal-mode.ts';
import { bindingFor } from './keymap.ts';
import { scrolledTo } from './moving.ts';
import { answered, withNotice } from './notice.ts';
import { formTyped } from './opening.ts';
import { ended, progressed } from './running.ts';
import { following, type State } from './state.ts';

/** Longer than any sensible filter; a paste of a whole file ends here. */
const longestFilter = 200;

/** What happens next: the new state, and what the outside world is to do. Pure. */
export function update(state: State, event: Event): Step {
	switch (event.kind) {
		case 'key': {
			const [after, effects] = pressed(state, event.name, event.text);
			return [{ ...after, lastKey: { name: event.name, atMs: state.now.atMs } }, effects];
		}
		case 'tick':
			return [ticked({ ...state, now: event.now }), []];
		case 'resized':
			return [{ ...state, size: { columns: event.columns, rows: event.rows } }, []];
		case 'drawn':
			return [scrolledTo(state, event), []];
		case 'faults':
			return [{ ...state, faults: event.faults }, []];
		case 'notice':
			return [withNotice(state, event.text, event.lastsMs), []];
		case 'recording':
			return [{ ...withNotice(state, event.news.text, event.news.lastsMs), recording: event.news.stand }, []];
		case 'prepared':
			return [prepared(state, event.ticket, { kind: 'ready', plan: event.plan, readyMs: state.now.atMs }), []];
		case 'refused':
			return [prepared(state, event.ticket, { kind: 'refused', text: event.text, advice: event.advice }), []];
		case 'progress':
			return [progressed(state, event.ticket, event.progress), []];
		case 'ended':
			return ended(state, event.ticket, event.outcome);
		case 'journal':
			return [journalRead(state, event.journal), []];
	}
}

const ticked = (state: State): State =>
	state.notice !== null && state.notice.untilMs <= state.now.atMs ? { ...state, notice: null } : state;

function pressed(state: State, name: string, text: string): Step {
	const binding = bindingFor(state, name);
	if (binding === null) {
		// A letter with Ctrl or Alt is a command that there is not, not a letter of what is typed.
		return [text === '' || /^(?:ctrl|meta)\+/.test(name) ? state : answered(state, typed(state, name, text)), []];
	}
	const reason = binding.disabled?.(state) ?? null;
	if (reason !== null) return [withNotice(state, reason), []];
	const result = commands[binding.command](state, binding);
	const [after, effects] = Array.isArray(result) ? (result as Step) : [result as State, []];
	return [answered(state, after), effects];
}

/** The newline that ends a copied line is no part of what was meant; it arrives made visible. */
const withoutNewline = (text: string) => text.replace(/(?:\\[rn]|\s)+$/, '');

/** Text goes to what is being typed, if anything is. */
function typed(state: State, name: string, text: string): State {
	const line = name === 'paste' ? withoutNewline(text) : text;
	switch (state.mode.kind) {
		case 'filter': {
			const filter = [...state.filter, ...text].slice(0, longestFilter).join('');
			return { ...state, filter, watchScroll: following };
		}
		case 'form':
			return formTyped(state, before => before + line);
		case 'confirm':
			return demandIn(state) === 'phrase' ? retyped(state, before => before + line) : state;
		default:
			return state;
	}
}
