import type { Command } from './command.ts';
import { confirmed, lookAgain, retyped } from './confirm.ts';
import { journalClosed, journalOpened, journalTurned } from './journal-mode.ts';
import { chosen, formTyped, opened, openedFromPalette, submitted } from './opening.ts';
import { dismissed, left } from './running.ts';

const withoutLast = (text: string) => [...text].slice(0, -1).join('');

/** What the keys of maintenance do. */
export const operatingCommands = {
	operate: (state, { operations = [] }) => (operations[0] === undefined ? state : opened(state, operations[0])),
	palette: state => ({ ...state, mode: { kind: 'palette', index: 0 } }),
	'palette-open': openedFromPalette,
	'menu-choose': chosen,
	'form-submit': submitted,
	'form-erase': state => formTyped(state, withoutLast),
	'form-clear': state => formTyped(state, () => ''),
	confirm: confirmed,
	'look-again': lookAgain,
	'phrase-erase': state => retyped(state, withoutLast),
	'phrase-clear': state => retyped(state, () => ''),
	'leave-operation': left,
	'dismiss-operation': dismissed,
	journal: journalOpened,
	'journal-turn': journalTurned,
	'journal-close': journalClosed,
} satisfies Record<string, Command>;
