import type { Stamp } from '../cluster/reading.ts';
import type { FaultChoice, State } from './state.ts';

/** Everything that can happen to the state. */
export type Event =
	/** `name` is what the keymap lists; `text` the printable characters that were typed or pasted, safe to show. */
	| { readonly kind: 'key'; readonly name: string; readonly text: string }
	/** The clock, and with it whatever was recorded since the last one. */
	| { readonly kind: 'tick'; readonly now: Stamp }
	| { readonly kind: 'resized'; readonly columns: number; readonly rows: number }
	| { readonly kind: 'faults'; readonly faults: readonly FaultChoice[] }
	| { readonly kind: 'notice'; readonly text: string };

/** What the outside world is asked to do. */
export type Effect =
	| { readonly kind: 'quit' }
	/** Ctrl+Z: give the terminal back to the shell until `fg`. */
	| { readonly kind: 'suspend' }
	/** Forget what the terminal shows and paint all of it. */
	| { readonly kind: 'redraw' }
	| { readonly kind: 'fault'; readonly id: string };

export type Step = readonly [state: State, effects: readonly Effect[]];
