import type { History } from '../cluster/history.ts';
import type { MemberKey } from '../cluster/member.ts';
import type { Stamp } from '../cluster/reading.ts';
import type { Judge } from '../diagnosis/judge.ts';
import type { FindingEntry } from './finding-entries.ts';
import type { JournalView, OperatingMode, OperationRun, Ticket } from './operating.ts';

/** The panes, in the order in which Tab visits them. */
export const paneIds = ['members', 'database', 'disk', 'leaders', 'findings', 'watch'] as const;
export type PaneId = (typeof paneIds)[number];

/** Who gets the keys. */
export type Mode =
	| { readonly kind: 'browse' }
	/** The filter of the watch is being typed; `before` is what Escape brings back. */
	| { readonly kind: 'filter'; readonly before: string }
	| { readonly kind: 'help'; readonly offset: number }
	/** The demonstration's menu of things to break. */
	| { readonly kind: 'faults'; readonly index: number }
	/** One finding with all that is known of it: as it was when it was opened, for the time after it has gone. */
	| { readonly kind: 'finding'; readonly entry: FindingEntry; readonly offset: number }
	| OperatingMode;

/** Where the screen stands on the history. */
export type Cursor = { readonly kind: 'live' } | { readonly kind: 'paused'; readonly at: Stamp };

/** One thing that the demonstration can break or repair. */
export type FaultChoice = {
	readonly id: string;
	readonly title: string;
	/** What it does, in a few words. */
	readonly description: string;
	/** What is so now: `m2 is frozen`; empty where there is nothing to say. */
	readonly state: string;
	/** Why it cannot be done now; null where it can. */
	readonly disabled: string | null;
};

/** Whether what is read is also written to a file; one that stopped never goes on. */
export type RecordingStand = 'off' | 'running' | 'stopped';

/** A line for the person: what a command did, or why it did nothing. */
export type Notice = {
	readonly text: string;
	readonly untilMs: number;
	/** It is no answer to a key: the next key does not take it away. */
	readonly isLasting: boolean;
};

/** Scrolled lists: how far from their newest line, and for the watch where it stood when the scrolling began. */
export type Scroll = { readonly offset: number; readonly anchorMs: number | null };

/** Everything that the operator has chosen. What the cluster does is in `history`, which grows beside it. */
export type State = {
	readonly history: History;
	/** What is wrong, and since when; it grows beside the history. */
	readonly judge: Judge;
	readonly now: Stamp;
	readonly cursor: Cursor;
	readonly size: { readonly columns: number; readonly rows: number };
	readonly focus: PaneId;
	readonly isZoomed: boolean;
	readonly mode: Mode;
	/** Null stands for all members. */
	readonly selectedKey: MemberKey | null;
	/** The line that was chosen among the findings; null stands for the first. */
	readonly findingKey: string | null;
	/** Where the key of the findings goes back to. */
	readonly focusBefore: PaneId;
	readonly leadersScroll: Scroll;
	readonly watchScroll: Scroll;
	readonly filter: string;
	readonly hideNoise: boolean;
	/** Where the endpoints came from, for the header. */
	readonly source: string;
	/** Null outside the demonstration. */
	readonly faults: readonly FaultChoice[] | null;
	readonly notice: Notice | null;
	readonly recording: RecordingStand;
	/** Without any operation: no key, no menu, no help tells of one. */
	readonly readOnly: boolean;
	/** Rows in view of what scrolls in front of the panes, as it was drawn last; 0 where there is none. */
	readonly panelRows: number;
	/** The key that was pressed last, and when. */
	readonly lastKey: { readonly name: string; readonly atMs: number } | null;
	readonly nextTicket: Ticket;
	/** The operation that runs or has just ended; null where there is none. */
	readonly operation: OperationRun | null;
	/** Null until it was read. */
	readonly journal: JournalView | null;
};

/** The newest line, following. */
export const following: Scroll = { offset: 0, anchorMs: null };

/** What the monitor looks like before anything is known or chosen. */
export function initialState(
	given: Pick<State, 'history' | 'judge' | 'now' | 'size' | 'source' | 'faults' | 'readOnly'>,
): State {
	return {
		...given,
		cursor: { kind: 'live' },
		focus: 'members',
		isZoomed: false,
		mode: { kind: 'browse' },
		selectedKey: null,
		findingKey: null,
		focusBefore: 'members',
		leadersScroll: following,
		watchScroll: following,
		filter: '',
		hideNoise: false,
		notice: null,
		recording: 'off',
		panelRows: 0,
		lastKey: null,
		nextTicket: 1,
		operation: null,
		journal: null,
	};
}

/** The moment that the screen shows, on the clock of the history. */
export const shownAtMs = ({ cursor, now }: State): number => (cursor.kind === 'live' ? now.atMs : cursor.at.atMs);
/** The same moment on the wall clock. */
export const shownTimeMs = ({ cursor, now }: State): number => (cursor.kind === 'live' ? now.timeMs : cursor.at.timeMs);
