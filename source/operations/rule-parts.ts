/** What a rule may ask of a member. Bytes, but for the two shares, which go from 0 to 1. */
export const ruleNames = ['dbSize', 'dbSizeInUse', 'dbSizeFree', 'dbQuota', 'dbQuotaUsage', 'dbFreeShare'] as const;
export type RuleName = (typeof ruleNames)[number];

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';
export type Arithmetic = '+' | '-' | '*' | '/';

/** Where a part of a rule stands in its text, from 0. */
type Span = { readonly from: number; readonly to: number };

export type Quantity = Span &
	(
		| { readonly kind: 'number'; readonly value: number }
		| { readonly kind: 'name'; readonly name: RuleName }
		| { readonly kind: 'negative'; readonly of: Quantity }
		| {
				readonly kind: 'arithmetic';
				readonly sign: Arithmetic;
				readonly left: Quantity;
				readonly right: Quantity;
		  }
	);

export type Condition = Span &
	(
		| { readonly kind: 'comparison'; readonly sign: Comparison; readonly left: Quantity; readonly right: Quantity }
		| { readonly kind: 'any' | 'all'; readonly parts: readonly Condition[] }
		| { readonly kind: 'not'; readonly of: Condition }
	);

/** Whether a name stands for a share of something, not for bytes. */
export const isShare = (name: RuleName): boolean => name === 'dbQuotaUsage' || name === 'dbFreeShare';
