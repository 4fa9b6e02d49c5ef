/**
 * What the first pictures of the readme show. Every step waits for what the program draws, so that the run is the same
 * however quick the machine is.
 */
import { enter, esc, fault, film, hold, press, type Step, say, still, type, until } from './step.ts';

export const size = { columns: 120, rows: 34 };

export const filmTitle =
	'etcdtop on a three-member cluster: the leader is killed, a follower is frozen, the watch is filtered';

const healthy = until(/HEALTHY\s+all 3 members serve/);
const serving = until(/metrics of 3 of 3 members/);

export const script = (warmUpSeconds: number): readonly Step[] => [
	healthy,
	hold(warmUpSeconds),
	film(true),
	say('A real etcd cluster under the load of a Kubernetes API server'),
	hold(3),
	press('j'),
	say('select a member'),
	hold(2),
	esc,
	fault('Kill the leader'),
	say('the leader is killed'),
	until(/can lose 0\s+leader m\d for \d+s/),
	say('the others have elected a new one; one more failure would stop writes'),
	hold(4),
	fault('Bring back what was killed'),
	healthy,
	say('it is back'),
	hold(3),
	fault('Freeze a follower'),
	until(/can lose 0/),
	say('a frozen member: nothing answers, its old numbers fade, nothing else waits for it'),
	hold(5),
	press('f'),
	say('the findings: what is wrong, the worst first'),
	until(/▸|m\d does not answer +for/),
	hold(2),
	enter,
	until(/Why +● m\d, who leads/),
	say('one of them: the evidence, the reason, what to do'),
	hold(4),
	still('finding', 'A finding: its evidence, why it means that, and what to do'),
	esc,
	press('f'),
	fault('Thaw what is frozen'),
	healthy,
	say('it goes on'),
	hold(1.5),
	press('\x1b[Z', 'Shift+Tab'),
	hold(0.5),
	enter,
	say('the watch on the whole screen'),
	hold(2.5),
	press('n'),
	say('without node leases and events'),
	hold(2.5),
	press('/'),
	type('shop/'),
	enter,
	say('filtered by text'),
	hold(3),
	esc,
	esc,
	press('n'),
	press('\t', 'Tab'),
	film(false),
	healthy,
	serving,
	still('etcdtop', 'etcdtop watching a healthy three-member cluster'),
	{ kind: 'resize', columns: 80, rows: 24 },
	fault('Freeze a follower'),
	until(/can lose 0/),
	hold(6),
	still('etcdtop-frozen', 'etcdtop in 80 columns while a member is frozen'),
];
