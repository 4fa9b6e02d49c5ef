import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defragmentGain } from '../../source/cluster/fragmentation.ts';
import { defaultRule, parseRule, type Rule } from '../../source/operations/rule.ts';
import { ruleNames } from '../../source/operations/rule-parts.ts';
import { type Verdict, verdictOf } from '../../source/operations/worth.ts';
import { memberView } from './member-view.ts';

const MiB = 1024 ** 2;

function ruleIn(text: string): Rule {
	const rule = parseRule(text);
	if (rule.kind === 'error') throw new Error(rule.message);
	return rule;
}

/** A member of 1000 MiB of which 400 MiB are free, with a quota of 2000 MiB, unless it is said otherwise. */
const judge = (text: string, size = 1000, inUse = 600, quota: number | null = 2000): Verdict =>
	verdictOf(
		memberView({ dbSizeBytes: size * MiB, dbInUseBytes: inUse * MiB, quotaBytes: quota && quota * MiB }),
		ruleIn(text),
	);

describe('a rule', () => {
	it.each([
		['dbSize == 1000MiB', true],
		['dbSizeInUse == 600 MiB', true],
		['dbSizeFree == 400*1024*1024', true],
		['dbQuota == 2000MiB', true],
		['dbQuotaUsage == 50%', true],
		['dbFreeShare == 0.4', true],
		['dbSizeFree / dbSize == dbFreeShare', true],
		['dbSizeFree > 200MiB || dbQuotaUsage > 0.8', true],
		['dbSizeFree > 500MB && dbQuotaUsage > 0.1', false],
		['dbSize > 1GB', true],
		['dbSize > 1.5GB', false],
		['dbSize >= 1000MiB && dbSize <= 1000MiB && dbSize != 1B', true],
		['!(dbSize < 1000MiB)', true],
		['! dbSize < 1000MiB', true],
		['!!(dbSize < 1000MiB)', false],
		['1 + 2 * 3 == 7 && (1 + 2) * 3 == 9', true],
		['10 - 2 - 3 == 5 && 16 / 4 / 2 == 2', true],
		['-1 < 0 && 2 - -1 == 3', true],
		['.5 == 50%', true],
		// && binds more than ||.
		['1 == 1 || 1 == 2 && 1 == 3', true],
		['(1 == 1 || 1 == 2) && 1 == 3', false],
		['DBSIZE > 1gib', false],
		['dbSize / (dbSizeInUse - dbSizeInUse) > 0', true],
		['(dbSize - dbSize) / (dbSize - dbSize) > 0', false],
	])('%s', (text, isWorth) => {
		expect(judge(text).isWorth).toBe(isWorth);
	});

	it.each([
		['', 1, 'expected a number, a name or (, found the end'],
		['dbSize', 7, 'expected a comparison such as dbSize > 200MiB, “dbSize” is only a number'],
		['dbSize > ', 10, 'found the end'],
		['dbSize > 200MiX', 13, 'expected a unit such as MiB, GB, B or %, found “MiX”'],
		['dbSize > 1 dbSize', 12, 'expected &&, || or the end, found “dbSize”'],
		['dbSize > 1 & dbSize > 2', 12, 'expected “&&”, found “&”'],
		['dbSize = 1', 8, 'expected “==”, found “=”'],
		['dbSize > 1 ||', 14, 'expected a number, a name or (, found the end'],
		['size > 1', 1, '“size” is not known; expected one of dbSize,'],
		['(dbSize > 1', 12, 'expected &&, || or ), found the end'],
		['(dbSize > 1))', 13, 'expected &&, || or the end, found “)”'],
		['1 < dbSize < 2', 12, 'expected && or ||, found “<”'],
		['(dbSize > 1) + 2 > 3', 1, 'expected a number or a size'],
		['dbSize > 1 && dbSizeFree', 25, 'expected a comparison such as dbSizeFree > 200MiB'],
		['dbQuotaUsage > 80', 16, 'dbQuotaUsage goes from 0 to 1: expected a share such as 80% or 0.8'],
		['80 < dbFreeShare', 1, 'dbFreeShare goes from 0 to 1'],
		['dbSize > 1 § 2', 12, 'found “§”'],
		[`${'('.repeat(60)}1 == 1${')'.repeat(60)}`, 52, 'nested more than 50 deep'],
		['dbSize > 1'.padEnd(1001), 1001, 'at most 1000 characters'],
	])('says where it is wrong: %s', (text, position, message) => {
		const rule = parseRule(text);
		expect(rule).toMatchObject({ kind: 'error', position });
		expect((rule as { message: string }).message).toContain(`column ${position}: `);
		expect((rule as { message: string }).message).toContain(message);
	});

	it('never throws and stays in one safe line, whatever it is given', () => {
		const pieces = fc.constantFrom(
			...ruleNames,
			'>',
			'&&',
			'||',
			'!',
			'(',
			')',
			'-',
			'*',
			'/',
			'1',
			'45%',
			'2GiB',
			' ',
			'\n',
			'\x1b[2J',
			'‮',
		);
		const texts = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.array(pieces, { maxLength: 400 }).map(parts => parts.join('')),
		);
		fc.assert(
			fc.property(texts, text => {
				const rule = parseRule(text);
				if (rule.kind === 'rule') return typeof verdictOf(memberView({}), rule).isWorth === 'boolean';
				expect(rule.position).toBeGreaterThanOrEqual(1);
				expect(rule.position).toBeLessThanOrEqual(Math.min(text.length, 1000) + 1);
				return !/\p{C}/u.test(rule.message) && rule.message.length < 300;
			}),
			{ numRuns: 2000 },
		);
	});

	it('reckons as JavaScript does', () => {
		const number = fc.integer({ min: 0, max: 50 }).map(String);
		const { quantity } = fc.letrec<{ quantity: string }>(tie => ({
			quantity: fc.oneof(
				{ maxDepth: 4 },
				number,
				fc
					.tuple(tie('quantity'), fc.constantFrom('+', '-', '*', '/'), tie('quantity'))
					.map(parts => `(${parts.join(' ')})`),
				fc.tuple(number, fc.constantFrom('+', '-', '*', '/'), tie('quantity')).map(parts => parts.join(' ')),
				tie('quantity').map(inner => `- (${inner})`),
			),
		}));
		const comparison = fc
			.tuple(quantity, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), quantity)
			.map(parts => parts.join(' '));
		const { condition } = fc.letrec<{ condition: string }>(tie => ({
			condition: fc.oneof(
				{ maxDepth: 4 },
				comparison,
				fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(parts => parts.join(' ')),
				tie('condition').map(inner => `!(${inner})`),
				tie('condition').map(inner => `(${inner})`),
			),
		}));
		fc.assert(
			fc.property(
				condition.filter(text => text.length <= 1000),
				text => {
					// Only digits, signs and parentheses of our own making.
					const expected: unknown = new Function(`return ${text}`)();
					return judge(text).isWorth === expected;
				},
			),
			{ numRuns: 1000 },
		);
	});
});

describe('the verdict on a member', () => {
	it.each([
		[1000, 600, 10_000, true, 'free 419 MB (dbSizeFree > 200MiB)'],
		[101, 50, 10_000, true, 'free share 50%, size 106 MB (dbFreeShare >= 45% && dbSize >= 100MiB)'],
		[99, 40, 10_000, false, '60% of 104 MB free, quota use <1%'],
		[400, 300, 10_000, false, '25% of 419 MB free, quota use 4%'],
		[900, 800, 1000, true, 'quota use 90% (dbQuotaUsage > 80%)'],
		[
			900,
			899,
			1000,
			false,
			'quota use 90% (dbQuotaUsage > 80%), but only 1.0 MB are free, a defragmentation would give nothing back',
		],
		[900, 880, null, false, '2% of 944 MB free, quota use 0%'],
	])('%i MiB with %i in use and a quota of %s', (size, inUse, quota, isWorth, because) => {
		expect(judge(defaultRule.text, size, inUse, quota)).toEqual({ isWorth, because });
	});

	it('is not known where the member does not tell its sizes now', () => {
		expect(verdictOf(memberView({ isSilent: true }))).toEqual({
			isWorth: false,
			because: 'not known: it does not tell its sizes',
		});
	});
});

describe('the usual rule', () => {
	it('is the one by which a finding tells that a defragmentation is worth it', () => {
		const size = fc.oneof(
			fc.integer({ min: 0, max: 600 * MiB }),
			fc.constantFrom(100 * MiB, 200 * MiB, 200 * MiB + 1, 100 * MiB - 1, 1024, 128 * 1024),
		);
		const quota = fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 700 * MiB }));
		fc.assert(
			fc.property(size, size, quota, fc.boolean(), (one, other, quotaBytes, isSilent) => {
				const sizes = { dbSizeBytes: Math.max(one, other), dbInUseBytes: Math.min(one, other) };
				const member = memberView({ ...sizes, quotaBytes, isSilent });
				return verdictOf(member).isWorth === (defragmentGain(member) !== null);
			}),
			{ numRuns: 5000 },
		);
		const share = memberView({ dbSizeBytes: 100 * MiB, dbInUseBytes: 55 * MiB });
		expect([verdictOf(share).isWorth, defragmentGain(share)?.why]).toEqual([true, 'free-share']);
	});
});
