import { describe, expect, it } from 'vitest';
import { type Story, startTimeMs, story } from '../cluster/story.ts';
import { findings, healthy } from './judged.ts';

/** Two minutes of scrapes of members whose clocks are ahead of ours by so much; null tells no time. */
function ticking(aheadMs: Readonly<Record<string, number | null>>): Story {
	const told = healthy();
	for (let turn = 0; turn <= 60; turn++) {
		const atMs = turn * 2013;
		for (const [id, ahead] of Object.entries(aheadMs)) {
			told.answer(atMs, id);
			const clockMs = ahead === null ? null : Math.floor((startTimeMs + atMs + ahead) / 1000) * 1000;
			told.scrape(atMs, id, [['etcd_server_has_leader', 1]], clockMs);
		}
	}
	return told;
}

const skew = (told: Story) => findings(told, 60 * 2013, 'clock-skew');

describe('clock-skew', () => {
	it('informs of the one whose clock differs, and for what it matters', () => {
		const [found] = skew(ticking({ 1: 0, 2: -42_000, 3: 300 }));
		expect(found).toMatchObject({
			severity: 'info',
			member: '2',
			evidence: expect.stringMatching(/^m2 is 4[12]s behind/),
		});
		expect(found!.reasoning[0]).toContain('certificates');
		expect(skew(ticking({ 1: 7_000, 2: 0, 3: 300 }))).toMatchObject([{ member: '1' }]);
	});

	it('compares the members with each other: our own clock may be wrong', () => {
		expect(skew(ticking({ 1: 3_600_000, 2: 3_600_400, 3: 3_600_900 }))).toEqual([]);
	});

	it('does not say which of two is wrong', () => {
		expect(skew(ticking({ 1: 0, 2: 9000 }))).toMatchObject([{ member: null }]);
	});

	it('bears with a second or two, and is silent where too few tell', () => {
		expect(skew(ticking({ 1: 0, 2: 1900, 3: 0 }))).toEqual([]);
		expect(skew(ticking({ 1: 0, 2: null }))).toEqual([]);
		const down = ticking({ 1: 0, 2: 9000 });
		down.fail(60 * 2013, '2');
		expect(skew(down)).toEqual([]);
		expect(skew(story())).toEqual([]);
	});
});
