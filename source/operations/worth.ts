import { freeBytesOf, isNothingFree } from '../cluster/fragmentation.ts';
import { quotaBytes } from '../cluster/quota.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatPercent } from '../format/number.ts';
import { defaultRule, type Rule } from './rule.ts';
import { type Condition, isShare, type Quantity, type RuleName } from './rule-parts.ts';

/** Whether a member is worth defragmenting, and by which part of the rule or for want of what; safe to show. */
export type Verdict = { readonly isWorth: boolean; readonly because: string };

type Values = Readonly<Record<RuleName, number>>;
type Sized = Pick<MemberView, 'numbers' | 'quota' | 'state'>;

/** Judges a member by a rule, the usual one where none is given. */
export function verdictOf(member: Sized, rule: Rule = defaultRule): Verdict {
	const values = valuesOf(member);
	if (values === null) return { isWorth: false, because: 'not known: it does not tell its sizes' };
	const { dbSizeFree, dbSize, dbFreeShare, dbQuotaUsage } = values;
	const sizes = `${formatPercent(dbFreeShare)} of ${formatBytes(dbSize)} free`;
	const fired = firedPart(rule.condition, values);
	if (fired === null) return { isWorth: false, because: `${sizes}, quota use ${formatPercent(dbQuotaUsage)}` };
	const reason = `${numbersIn(fired, values)} (${rule.text.slice(fired.from, fired.to)})`;
	if (!isNothingFree(dbSizeFree, dbSize)) return { isWorth: true, because: reason };
	const nothing = `only ${formatBytes(dbSizeFree)} are free, a defragmentation would give nothing back`;
	return { isWorth: false, because: `${reason}, but ${nothing}` };
}

function valuesOf(member: Sized): Values | null {
	const { numbers, quota } = member;
	const dbSizeFree = freeBytesOf(member);
	if (numbers === null || dbSizeFree === null) return null;
	const { dbSizeBytes, dbInUseBytes } = numbers;
	const limitBytes = quotaBytes(quota) ?? Number.POSITIVE_INFINITY;
	return {
		dbSize: dbSizeBytes,
		dbSizeInUse: dbInUseBytes,
		dbSizeFree,
		dbQuota: limitBytes,
		dbQuotaUsage: dbSizeBytes / limitBytes,
		dbFreeShare: dbSizeBytes > 0 ? dbSizeFree / dbSizeBytes : 0,
	};
}

/** Of what is joined by `||` the first that holds; null where the whole does not. */
function firedPart(condition: Condition, values: Values): Condition | null {
	if (condition.kind !== 'any') return holds(condition, values) ? condition : null;
	for (const part of condition.parts) {
		const fired = firedPart(part, values);
		if (fired !== null) return fired;
	}
	return null;
}

function holds(condition: Condition, values: Values): boolean {
	switch (condition.kind) {
		case 'any':
			return condition.parts.some(part => holds(part, values));
		case 'all':
			return condition.parts.every(part => holds(part, values));
		case 'not':
			return !holds(condition.of, values);
		case 'comparison':
			return comparing[condition.sign](amountOf(condition.left, values), amountOf(condition.right, values));
	}
}

const comparing = {
	'<': (a: number, b: number) => a < b,
	'<=': (a: number, b: number) => a <= b,
	'>': (a: number, b: number) => a > b,
	'>=': (a: number, b: number) => a >= b,
	'==': (a: number, b: number) => a === b,
	'!=': (a: number, b: number) => a !== b,
};

/** A division by zero gives no number or an infinite one, and comparisons of that are as IEEE 754 has them. */
function amountOf(quantity: Quantity, values: Values): number {
	switch (quantity.kind) {
		case 'number':
			return quantity.value;
		case 'name':
			return values[quantity.name];
		case 'negative':
			return -amountOf(quantity.of, values);
		case 'arithmetic':
			return reckoning[quantity.sign](amountOf(quantity.left, values), amountOf(quantity.right, values));
	}
}

const reckoning = {
	'+': (a: number, b: number) => a + b,
	'-': (a: number, b: number) => a - b,
	'*': (a: number, b: number) => a * b,
	'/': (a: number, b: number) => a / b,
};

const words: Readonly<Record<RuleName, string>> = {
	dbSize: 'size',
	dbSizeInUse: 'in use',
	dbSizeFree: 'free',
	dbQuota: 'quota',
	dbQuotaUsage: 'quota use',
	dbFreeShare: 'free share',
};

/** The numbers that a part of a rule looks at: `free share 62%, size 1.9 GB`. */
function numbersIn(condition: Condition, values: Values): string {
	const shown = (name: RuleName) =>
		isShare(name)
			? formatPercent(values[name])
			: Number.isFinite(values[name])
				? formatBytes(values[name])
				: 'unlimited';
	const names = [...new Set(namesIn(condition))];
	return names.length === 0 ? 'always' : names.map(name => `${words[name]} ${shown(name)}`).join(', ');
}

function namesIn(part: Condition | Quantity): readonly RuleName[] {
	switch (part.kind) {
		case 'number':
			return [];
		case 'name':
			return [part.name];
		case 'any':
		case 'all':
			return part.parts.flatMap(namesIn);
		case 'not':
		case 'negative':
			return namesIn(part.of);
		case 'comparison':
		case 'arithmetic':
			return [...namesIn(part.left), ...namesIn(part.right)];
	}
}
