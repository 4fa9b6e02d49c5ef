import { worthwhile } from '../cluster/fragmentation.ts';
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

const percent = (share: number) => `${Math.round(share * 100)}%`;
const mebibytes = (bytes: number) => `${bytes / 1024 ** 2}MiB`;

/** Much of a file of some size is free, or the quota is near, or there is much to gain whatever the size. */
const defaultText = [
	`dbFreeShare >= ${percent(worthwhile.freeShare)} && dbSize >= ${mebibytes(worthwhile.ofAtLeastBytes)}`,
	`dbQuotaUsage > ${percent(worthwhile.quotaShare)}`,
	`dbSizeFree > ${mebibytes(worthwhile.freeBytes)}`,
].join(' || ');

const known = parseRule(defaultText);
if (known.kind === 'error') throw new Error(known.message);

/** The rule where none is given. */
export const defaultRule: Rule = known;
