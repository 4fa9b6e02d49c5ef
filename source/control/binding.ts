import type { OperationId } from '../operations/plan.ts';
import type { CommandId } from './commands.ts';
import type { Mode, State } from './state.ts';

/**
 * One binding. Help, the footer and the readme's table are made from these; `update` obeys nothing else.
 */
export type Binding = {
	readonly mode: Mode['kind'];
	/** Names as `key-name.ts` gives them, the one to show first. */
	readonly keys: readonly string[];
	readonly command: CommandId;
	/** What it does, for help and the readme. */
	readonly label: string;
	/** One or two words for the footer; bindings without one are not in the footer. */
	readonly hint?: string;
	/** Why it can do nothing now; null where it can. */
	readonly disabled?: (state: State) => string | null;
	/** Only where this holds is the binding offered at all, in help and footer too. */
	readonly offered?: (state: State) => boolean;
	/** The operations that the key leads to. */
	readonly operations?: readonly OperationId[];
};
