import type { Stamp } from '../cluster/reading.ts';
import type { Outcome, Plan, Progress } from '../operations/plan.ts';
import type { Request } from '../operations/request.ts';
import type { JournalView, Ticket } from './operating.ts';
import type { FaultChoice, RecordingStand, State } from './state.ts';

/** What only the drawing knows of what stands in front of the panes. */
export type PanelReach = {
	/** It can be scrolled down by so many rows at the most. */
	readonly lastOffset: number;
	/** So many of its rows scroll and are in view at once; 0 where there is none. */
	readonly panelRows: number;
};

/** How the recording stands now, and a line that says it. */
export type RecordingNews = {
	readonly stand: RecordingStand;
	readonly text: string;
	readonly lastsMs: number;
};

/** Everything that can happen to the state. */
export type Event =
	/** `name` is what the keymap lists; `text` the printable characters that were typed or pasted, safe to show. */
	| { readonly kind: 'key'; readonly name: string; readonly text: string }
	/** The clock, and with it whatever was recorded since the last one. */
	| { readonly kind: 'tick'; readonly now: Stamp }
	| { readonly kind: 'resized'; readonly columns: number; readonly rows: number }
	/** A frame was drawn. */
	| ({ readonly kind: 'drawn' } & PanelReach)
	| { readonly kind: 'faults'; readonly faults: readonly FaultChoice[] }
	/** `lastsMs` where it is to be seen for longer than usual. */
	| { readonly kind: 'notice'; readonly text: string; readonly lastsMs?: number }
	| { readonly kind: 'recording'; readonly news: RecordingNews }
	| { readonly kind: 'prepared'; readonly ticket: Ticket; readonly plan: Plan }
	| { readonly kind: 'refused'; readonly ticket: Ticket; readonly text: string; readonly advice: string | null }
	| { readonly kind: 'progress'; readonly ticket: Ticket; readonly progress: Progress }
	| { readonly kind: 'ended'; readonly ticket: Ticket; readonly outcome: Outcome }
	| { readonly kind: 'journal'; readonly journal: JournalView };

/** What the outside world is asked to do. */
export type Effect =
	| { readonly kind: 'quit' }
	/** Ctrl+Z: give the terminal back to the shell until `fg`. */
	| { readonly kind: 'suspend' }
	/** Forget what the terminal shows and paint all of it. */
	| { readonly kind: 'redraw' }
	| { readonly kind: 'fault'; readonly id: string }
	/** Look at the cluster and make a plan; nothing is changed. */
	| { readonly kind: 'prepare'; readonly ticket: Ticket; readonly request: Request }
	/** Carry out the plan of this ticket: the one effect that may change a cluster. */
	| { readonly kind: 'run'; readonly ticket: Ticket; readonly isForced: boolean }
	/** The operator leaves the operation: at once between steps. */
	| { readonly kind: 'leave'; readonly ticket: Ticket }
	| { readonly kind: 'read-journal' };

export type Step = readonly [state: State, effects: readonly Effect[]];
