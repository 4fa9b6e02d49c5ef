import { parseBytes } from '../format/bytes.ts';
import { safeText } from '../format/safe.ts';

/** What cannot be read as a rule: where, counted from 1, and why. Thrown and caught inside the parser only. */
export class RuleFault extends Error {
	override readonly name = 'RuleFault';
	readonly position: number;

	constructor(position: number, message: string) {
		super(message);
		this.position = position;
	}
}

/** The smallest parts of a rule. `at` and `to` are where it begins and ends in the text, from 0. */
export type Token = { readonly at: number; readonly to: number } & (
	| { readonly kind: 'number'; readonly value: number }
	| { readonly kind: 'name'; readonly text: string }
	| { readonly kind: 'sign'; readonly text: Sign }
	| { readonly kind: 'end' }
);

/** Longer ones first: `<=` is not `<` and `=`. */
const signs = ['&&', '||', '<=', '>=', '==', '!=', '<', '>', '!', '+', '-', '*', '/', '(', ')'] as const;
export type Sign = (typeof signs)[number];

const blank = /\s+/y;
/** A unit stands at its number; what people leave a blank before is a unit only where it can be nothing else. */
const numeral = /(\d+(?:\.\d+)?|\.\d+)(%|[a-z]+|\s+(?:%|[kmgtp]?i?b(?![a-z_0-9])))?/iy;
const word = /[a-z_][a-z_0-9]*/iy;

/** Reads a whole rule into its parts, `end` last. Throws `RuleFault`. */
export function tokensOf(text: string): readonly Token[] {
	const tokens: Token[] = [];
	let at = 0;
	const take = (pattern: RegExp): RegExpExecArray | null => {
		pattern.lastIndex = at;
		return pattern.exec(text);
	};
	while (at < text.length) {
		const to = at + (take(blank)?.[0].length ?? 0);
		if (to > at) {
			at = to;
			continue;
		}
		const token = numberToken(take(numeral), at) ?? nameToken(take(word), at) ?? signToken(text, at);
		tokens.push(token);
		at = token.to;
	}
	return [...tokens, { kind: 'end', at, to: at }];
}

function numberToken(match: RegExpExecArray | null, at: number): Token | null {
	if (match === null) return null;
	const [whole, digits = '', suffix = ''] = match;
	const unit = suffix.trim();
	const value = unit === '%' ? Number(digits) / 100 : unit === '' ? Number(digits) : bytesOf(digits, unit);
	if (value === null) {
		const place = at + digits.length + 1;
		throw new RuleFault(place, `expected a unit such as MiB, GB, B or %, found “${safeText(unit, 20)}”`);
	}
	return { kind: 'number', value, at, to: at + whole.length };
}

const bytesOf = (digits: string, unit: string) => parseBytes(`${digits.startsWith('.') ? '0' : ''}${digits}${unit}`);

const nameToken = (match: RegExpExecArray | null, at: number): Token | null =>
	match === null ? null : { kind: 'name', text: match[0], at, to: at + match[0].length };

function signToken(text: string, at: number): Token {
	const sign = signs.find(each => text.startsWith(each, at));
	if (sign !== undefined) return { kind: 'sign', text: sign, at, to: at + sign.length };
	const character = String.fromCodePoint(text.codePointAt(at)!);
	const meant = { '&': '&&', '|': '||', '=': '==' }[character];
	const hint = meant === undefined ? 'a number, a name or a sign such as > or &&' : `“${meant}”`;
	throw new RuleFault(at + 1, `expected ${hint}, found “${safeText(character)}”`);
}
