import type { Binding } from './binding.ts';
import { isRunning } from './running.ts';

/** Ctrl+Z, in every mode. A process that stands still follows no operation and writes nothing into the journal. */
export const suspendKey: Omit<Binding, 'mode'> = {
	keys: ['ctrl+z'],
	command: 'suspend',
	label: 'suspend; `fg` brings it back',
	disabled: state => (isRunning(state) ? 'an operation runs and would stand still with etcdtop; Esc leaves it' : null),
};
