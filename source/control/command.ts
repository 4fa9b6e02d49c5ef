import type { Binding } from './binding.ts';
import type { Step } from './event.ts';
import type { State } from './state.ts';

/** What a key does: the next state, and what it asks of the outside where that is anything. */
export type Command = (state: State, binding: Binding) => State | Step;
