import { describe, expect, it } from 'vitest';
import { planLines } from '../../source/report/plan.ts';
import { printLines } from '../../source/report/print.ts';
import { forcible, plan, refused } from './plans.ts';

const text = (of: typeof plan, width = Number.POSITIVE_INFINITY) => printLines(planLines(of, width), false);

describe('the plan as text', () => {
	it('says what was checked, what would be done and what it means', () => {
		expect(text(plan)).toBe(`Defragment the cluster, rolling
cluster cdf818194e3a8c32 · careful

Checks
  ✔ all voters serve           3 of 3
  ! nothing else is under way  not known of m2: no metrics

Plan
  defragment m2, then move the leader from m1 to m2, then m1; about 40 s in all
  1 defragment m2
    ! 3.5.5: a crash may tear its revision
  2 move the leader from m1 to m2

Consequence
  Each member serves nobody while its turn lasts.
  Leases may expire.
`);
	});

	it('says which stop may be passed, and which not', () => {
		expect(text(refused)).toContain('· refused by a check\n');
		expect(text(refused)).toContain('  ✘ writes go on without one voter  2 of 3 voters serve\n');
		expect(text(forcible)).toContain('· dangerous\n');
		expect(text(forcible)).toContain('2 of 3 voters serve (--force passes it)\n');
	});

	it('says that there is nothing to do, and then no consequence', () => {
		const idle = text({ ...plan, nothingToDo: 'no member is worth it', steps: [] });
		expect(idle).toContain('Plan\n  nothing to do: no member is worth it\n');
		expect(idle).not.toContain('Consequence');
	});

	it.each([60, 80, 120])('keeps to a terminal of %i columns, and loses no word', width => {
		const wrapped = text(forcible, width);
		expect(wrapped.split('\n').filter(line => [...line].length > width)).toEqual([]);
		const words = (of: string) => of.split(/\s+/).join(' ');
		expect(words(wrapped)).toBe(words(text(forcible)));
	});

	it('is a plan too where nothing was checked', () => {
		expect(text({ ...plan, checks: [], clusterId: null, member: 'm1' })).toMatch(/^.*\nmember m1 · careful\n\nPlan\n/);
	});
});
