import type { Binding } from './binding.ts';
import { findingKeys } from './finding-keys.ts';
import { frontKeys } from './front-keys.ts';
import { operatingKeys } from './operating-keys.ts';
import { paneKeys } from './pane-keys.ts';
import type { Mode, State } from './state.ts';

export type { Binding } from './binding.ts';

/** Every key of every mode. */
export const keymap: readonly Binding[] = [...paneKeys, ...frontKeys, ...findingKeys, ...operatingKeys];

/** The bindings that the person may use in a mode, in the order of help. */
export const bindingsOf = (mode: Mode['kind'], state: State): readonly Binding[] =>
	keymap.filter(binding => binding.mode === mode && (binding.offered?.(state) ?? true));

export const bindingFor = (state: State, key: string): Binding | null =>
	bindingsOf(state.mode.kind, state).find(({ keys }) => keys.includes(key)) ?? null;
