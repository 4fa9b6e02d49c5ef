import { conditionIn } from './rule-parser.ts';
import type { Condition } from './rule-parts.ts';
import { RuleFault } from './rule-tokens.ts';

/** When a member is worth defragmenting. */
export type Rule = { readonly kind: 'rule'; readonly text: string; readonly condition: Condition };

/** `position` is a column, counted from 1. `message` is one line that says it too, and what was expected; safe to show. */
export type RuleError = { readonly kind: 'error'; readonly position: number; readonly message: string };

const longestRule = 1000;

/** Reads a rule such as `dbSizeFree > 200MiB || dbQuotaUsage > 80%`. Never throws, whatever the text. */
export function parseRule(text: string): Rule | RuleError {
	try {
		if (text.length > longestRule) throw new RuleFault(longestRule + 1, `a rule has at most ${longestRule} characters`);
		return { kind: 'rule', text, condition: conditionIn(text) };
	} catch (error) {
		if (!(error instanceof RuleFault)) throw error;
		const { position, message } = error;
		return { kind: 'error', position, message: `column ${position}: ${message}` };
	}
}

/** Facts' own: much of a file of some size is free, or the quota is near, or there is much to gain whatever the size. */
const defaultText = 'dbFreeShare >= 45% && dbSize >= 100MiB || dbQuotaUsage > 80% || dbSizeFree > 200MiB';

const known = parseRule(defaultText);
if (known.kind === 'error') throw new Error(known.message);

/** The rule where none is given. */
export const defaultRule: Rule = known;
