import type { Glyphs } from '../components/glyphs.ts';
import type { View } from '../control/view.ts';
import { confirmPanel } from './confirm.ts';
import { findingPanel } from './finding.ts';
import { formPanel } from './form.ts';
import { helpPanel } from './help.ts';
import { journalPanel } from './journal.ts';
import { faultsPanel, menuPanel } from './menu.ts';
import { palettePanel } from './palette.ts';
import type { Panel } from './panel.ts';
import { runPanel } from './run.ts';

/** What stands in front of the panes, for lines of that many cells; null where they have the screen to themselves. */
export function panelOf(view: View, width: number, glyphs: Glyphs): Panel | null {
	const { state } = view;
	const { mode, operation } = state;
	switch (mode.kind) {
		case 'browse':
		case 'filter':
			return null;
		case 'run':
			return operation === null || isRunHidden(view) ? null : runPanel(operation, state.now.atMs, width, glyphs);
		case 'help':
			return helpPanel(state, mode.offset, glyphs);
		case 'faults':
			return state.faults === null ? null : faultsPanel(state.faults, mode.index, width, glyphs);
		case 'finding':
			return findingPanel(mode, view, width, glyphs);
		case 'palette':
			return palettePanel(state, mode.index, width, glyphs);
		case 'menu':
			return menuPanel(mode, width, glyphs);
		case 'form':
			return formPanel(mode, width, glyphs);
		case 'confirm':
			return confirmPanel(mode, view, width, glyphs);
		case 'journal':
			return journalPanel(mode, state, width, glyphs);
	}
}

/** A zoomed pane takes the place of an operation that runs; its end is shown whatever is zoomed. */
const isRunHidden = ({ state: { isZoomed, operation } }: View) => isZoomed && operation?.outcome === null;

/** Whether the operation of this process stands on the screen with all its steps. */
export const isRunShown = (view: View): boolean =>
	view.state.mode.kind === 'run' && view.state.operation !== null && !isRunHidden(view);
