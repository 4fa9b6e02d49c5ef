import { commands, noticeMs } from './commands.ts';
import type { Event, Step } from './event.ts';
import { bindingFor } from './keymap.ts';
import { following, type State } from './state.ts';

/** Longer than any sensible filter; a paste of a whole file ends here. */
const longestFilter = 200;

/** What happens next: the new state, and what the outside world is to do. Pure. */
export function update(state: State, event: Event): Step {
	switch (event.kind) {
		case 'key':
			return pressed(state, event.name, event.text);
		case 'tick':
			return [ticked({ ...state, now: event.now }), []];
		case 'resized':
			return [{ ...state, size: { columns: event.columns, rows: event.rows } }, []];
		case 'faults':
			return [{ ...state, faults: event.faults }, []];
		case 'notice':
			return [withNotice(state, event.text), []];
		case 'prepared':
		case 'refused':
		case 'progress':
		case 'ended':
		case 'journal':
			return [state, []];
	}
}

const withNotice = (state: State, text: string): State => ({
	...state,
	notice: { text, untilMs: state.now.atMs + noticeMs },
});

const ticked = (state: State): State =>
	state.notice !== null && state.notice.untilMs <= state.now.atMs ? { ...state, notice: null } : state;

function pressed(state: State, name: string, text: string): Step {
	const binding = bindingFor(state, name);
	if (binding === null) {
		// A letter with Ctrl or Alt is a command that the filter does not have, not a letter of it.
		if (state.mode.kind !== 'filter' || text === '' || /^(?:ctrl|meta)\+/.test(name)) return [state, []];
		const filter = [...state.filter, ...text].slice(0, longestFilter).join('');
		return [{ ...state, filter, watchScroll: following }, []];
	}
	const reason = binding.disabled?.(state) ?? null;
	if (reason !== null) return [withNotice(state, reason), []];
	const result = commands[binding.command](state);
	return Array.isArray(result) ? (result as Step) : [result as State, []];
}
