import type { State } from './state.ts';

/** Whether something with keys of its own stands in front of the panes. */
export const isInFront = ({ mode }: Pick<State, 'mode'>): boolean => mode.kind !== 'browse' && mode.kind !== 'run';
