import { safeText } from '../format/safe.ts';
import { type Arithmetic, type Comparison, type Condition, isShare, type Quantity, ruleNames } from './rule-parts.ts';
import { RuleFault, type Sign, type Token, tokensOf } from './rule-tokens.ts';

type Node = Condition | Quantity;

const comparisons: ReadonlySet<string> = new Set<Comparison>(['<', '<=', '>', '>=', '==', '!=']);
const isCondition = (node: Node): node is Condition =>
	node.kind === 'comparison' || node.kind === 'any' || node.kind === 'all' || node.kind === 'not';

const deepest = 50;

/** Reads a text whole. Throws `RuleFault`. */
export const conditionIn = (text: string): Condition => new Parser(text).whole();

/** By precedence, from what binds least: `||`, `&&`, `!`, comparison, `+ -`, `* /`, sign, parentheses. */
class Parser {
	readonly #text: string;
	readonly #tokens: readonly Token[];
	#index = 0;
	#depth = 0;

	constructor(text: string) {
		this.#text = text;
		this.#tokens = tokensOf(text);
	}

	whole(): Condition {
		const condition = this.#condition(this.#either());
		if (this.#next.kind !== 'end') this.#unexpected('&&, || or the end');
		return condition;
	}

	get #next(): Token {
		return this.#tokens[this.#index]!;
	}

	/** Where what was read last ends. */
	get #end(): number {
		return this.#tokens[this.#index - 1]?.to ?? 0;
	}

	#sign<S extends Sign>(...wanted: readonly S[]): S | null {
		const token = this.#next;
		if (token.kind !== 'sign') return null;
		const found = wanted.find(each => each === token.text);
		if (found === undefined) return null;
		this.#index++;
		return found;
	}

	#unexpected(expected: string): never {
		const { at, to, kind } = this.#next;
		const found = kind === 'end' ? 'the end' : `“${safeText(this.#text.slice(at, to), 40)}”`;
		throw new RuleFault(at + 1, `expected ${expected}, found ${found}`);
	}

	#deeper<T>(read: () => T): T {
		if (++this.#depth > deepest) throw new RuleFault(this.#next.at + 1, `nested more than ${deepest} deep`);
		const found = read();
		this.#depth--;
		return found;
	}

	#either(): Node {
		return this.#joined('any', '||', () => this.#joined('all', '&&', () => this.#negation()));
	}

	#joined(kind: 'any' | 'all', sign: '||' | '&&', read: () => Node): Node {
		const first = read();
		if (this.#sign(sign) === null) return first;
		const parts = [this.#condition(first)];
		do parts.push(this.#condition(read()));
		while (this.#sign(sign) !== null);
		return { kind, parts, from: first.from, to: parts.at(-1)!.to };
	}

	#negation(): Node {
		const from = this.#next.at;
		if (this.#sign('!') === null) return this.#comparison();
		const of = this.#deeper(() => this.#condition(this.#negation()));
		return { kind: 'not', of, from, to: of.to };
	}

	#comparison(): Node {
		const first = this.#sum();
		const sign = this.#sign('<', '<=', '>', '>=', '==', '!=');
		if (sign === null) return first;
		const left = this.#quantity(first);
		const right = this.#quantity(this.#sum());
		const { kind, at } = this.#next;
		if (kind === 'sign' && comparisons.has(this.#text.slice(at, this.#next.to))) this.#unexpected('&& or ||');
		checkShares(left, right);
		return { kind: 'comparison', sign, left, right, from: left.from, to: right.to };
	}

	#sum(): Node {
		return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#single()));
	}

	#chain(wanted: readonly Arithmetic[], read: () => Node): Node {
		let node = read();
		for (;;) {
			const sign = this.#sign(...wanted);
			if (sign === null) return node;
			const left = this.#quantity(node);
			const right = this.#quantity(read());
			node = { kind: 'arithmetic', sign, left, right, from: left.from, to: right.to };
		}
	}

	#single(): Node {
		const token = this.#next;
		if (this.#sign('-') !== null) {
			const of = this.#deeper(() => this.#quantity(this.#single()));
			return { kind: 'negative', of, from: token.at, to: of.to };
		}
		if (this.#sign('(') !== null) {
			const inner = this.#deeper(() => this.#either());
			if (this.#sign(')') === null) this.#unexpected(isCondition(inner) ? '&&, || or )' : 'a sign or )');
			return { ...inner, from: token.at, to: this.#end };
		}
		if (token.kind !== 'number' && token.kind !== 'name') this.#unexpected('a number, a name or (');
		this.#index++;
		const span = { from: token.at, to: token.to };
		if (token.kind === 'number') return { kind: 'number', value: token.value, ...span };
		const name = ruleNames.find(each => each.toLowerCase() === token.text.toLowerCase());
		if (name !== undefined) return { kind: 'name', name, ...span };
		throw new RuleFault(
			token.at + 1,
			`“${safeText(token.text, 40)}” is not known; expected one of ${ruleNames.join(', ')}`,
		);
	}

	#condition(node: Node): Condition {
		if (isCondition(node)) return node;
		const part = safeText(this.#text.slice(node.from, node.to), 40);
		const at = this.#next.kind === 'end' ? node.to : this.#next.at;
		throw new RuleFault(at + 1, `expected a comparison such as ${part} > 200MiB, “${part}” is only a number`);
	}

	#quantity(node: Node): Quantity {
		if (!isCondition(node)) return node;
		const part = safeText(this.#text.slice(node.from, node.to), 40);
		throw new RuleFault(node.from + 1, `expected a number or a size, “${part}” is true or false`);
	}
}

/** A share is never 80: such a rule would never fire, or always, and nobody would know. */
function checkShares(left: Quantity, right: Quantity): void {
	for (const [share, limit] of [
		[left, right],
		[right, left],
	] as const)
		if (share.kind === 'name' && isShare(share.name) && limit.kind === 'number' && limit.value > 2)
			throw new RuleFault(limit.from + 1, `${share.name} goes from 0 to 1: expected a share such as 80% or 0.8`);
}
