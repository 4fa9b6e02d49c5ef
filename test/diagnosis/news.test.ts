import { describe, expect, it } from 'vitest';
import { createHistory } from '../../source/cluster/history.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import type { KnownFinding } from '../../source/diagnosis/finding-log.ts';
import type { Judgement } from '../../source/diagnosis/judge.ts';
import { createNews } from '../../source/diagnosis/news.ts';

const finding = (patch: Partial<KnownFinding> = {}): KnownFinding => ({
	rule: 'nospace',
	severity: 'critical',
	member: null,
	title: 'NOSPACE',
	evidence: '',
	advice: '',
	reasoning: [],
	remedy: null,
	chart: null,
	sinceMs: 0,
	count: 1,
	goneAtMs: null,
	...patch,
});

const judgement = (second: number, ...findings: KnownFinding[]): Judgement => ({
	atMs: second * 1000,
	snapshot: snapshotAt(createHistory({ quotaFlagBytes: null }), second * 1000),
	findings,
	health: { level: 'critical', cause: '' },
	alerts: [],
});

/** How many news each judgement of a story has. */
const told = (...judgements: Judgement[]) => {
	const news = createNews();
	return judgements.map(each => news.from(each).length);
};

describe('news', () => {
	it('is a critical finding when it comes, once', () => {
		expect(told(judgement(0), judgement(1, finding()), judgement(2, finding()), judgement(3))).toEqual([0, 1, 0, 0]);
	});

	it('is no warning and no information, and none that is gone for the moment', () => {
		expect(
			told(
				judgement(1, finding({ severity: 'warning' }), finding({ severity: 'info' })),
				judgement(2, finding({ goneAtMs: 1000 })),
			),
		).toEqual([0, 0]);
	});

	it('is a warning that becomes critical', () => {
		expect(told(judgement(1, finding({ severity: 'warning' })), judgement(2, finding()))).toEqual([0, 1]);
	});

	it('is not the same one that flaps within a minute, but one that was gone for longer', () => {
		const flapping = Array.from({ length: 90 }, (_, second) =>
			second % 3 === 0 ? judgement(second, finding()) : judgement(second),
		);
		expect(told(...flapping).filter(count => count > 0)).toEqual([1]);
		expect(told(judgement(0, finding()), judgement(60, finding()), judgement(121, finding()))).toEqual([1, 0, 1]);
	});

	it('is not what has one finding for all members, when it names another one', () => {
		const named = [null, '3', null, '1', '2'].map((member, second) => judgement(second, finding({ member })));
		expect(told(...named)).toEqual([1, 0, 0, 0, 0]);
		const fullest = ['1', '2', '1'].map((member, index) =>
			judgement(50 * index, finding({ rule: 'quota-use', member })),
		);
		expect(told(...fullest)).toEqual([1, 0, 0]);
	});

	it('tells findings of several members and rules apart', () => {
		expect(
			told(
				judgement(1, finding({ rule: 'apply-lag', member: '1' })),
				judgement(
					2,
					finding({ rule: 'apply-lag', member: '1' }),
					finding({ rule: 'apply-lag', member: '2' }),
					finding({ rule: 'corrupt' }),
				),
			),
		).toEqual([1, 2]);
	});
});
