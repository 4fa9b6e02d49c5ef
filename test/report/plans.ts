import type { Plan } from '../../source/operations/plan.ts';

/** A plan with one of everything. */
export const plan: Plan = {
	operation: 'defragment-cluster',
	title: 'Defragment the cluster, rolling',
	clusterId: 'cdf818194e3a8c32',
	member: null,
	risk: 'careful',
	phrase: 'cdf81819',
	checks: [
		{ title: 'all voters serve', verdict: 'pass', detail: '3 of 3' },
		{ title: 'nothing else is under way', verdict: 'warn', detail: 'not known of m2: no metrics' },
	],
	summary: 'defragment m2, then move the leader from m1 to m2, then m1; about 40 s in all',
	consequence: ['Each member serves nobody while its turn lasts.', 'Leases may expire.'],
	steps: [
		{ title: 'defragment m2', memberId: '1', isAbortable: false, warnings: ['3.5.5: a crash may tear its revision'] },
		{ title: 'move the leader from m1 to m2', memberId: '1', isAbortable: true, warnings: [] },
	],
	nothingToDo: null,
};

const stop = { title: 'writes go on without one voter', verdict: 'stop', detail: '2 of 3 voters serve' } as const;

/** The same plan, refused for good, and refused unless it is forced. */
export const refused: Plan = { ...plan, checks: [...plan.checks, stop] };
export const forcible: Plan = { ...plan, checks: [...plan.checks, { ...stop, mayBeForced: true }] };
