/**
 * What the pictures of the readme show. Every step waits for what the program draws, so that the run is the same however
 * quick the machine is.
 */
export type Step =
	/** Shown below the screen until the next one. */
	| { readonly kind: 'say'; readonly text: string }
	| { readonly kind: 'press'; readonly key: string; readonly shown: string }
	/** Presses the letters one by one. */
	| { readonly kind: 'type'; readonly text: string }
	/** Opens the demonstration's menu, goes to this line of it and runs it. */
	| { readonly kind: 'fault'; readonly title: string }
	| { readonly kind: 'until'; readonly seen: RegExp }
	/** Time for the reader. */
	| { readonly kind: 'hold'; readonly seconds: number }
	| { readonly kind: 'still'; readonly name: string; readonly title: string }
	/** What follows is in the film, or not. */
	| { readonly kind: 'film'; readonly isOn: boolean }
	| { readonly kind: 'resize'; readonly columns: number; readonly rows: number };

export const size = { columns: 120, rows: 34 };

export const filmTitle =
	'etcdtop on a three-member cluster: the leader is killed, a follower is frozen, the watch is filtered';

const say = (text: string): Step => ({ kind: 'say', text });
const press = (key: string, shown = key): Step => ({ kind: 'press', key, shown });
const fault = (title: string): Step => ({ kind: 'fault', title });
const until = (seen: RegExp): Step => ({ kind: 'until', seen });
const hold = (seconds: number): Step => ({ kind: 'hold', seconds });
const film = (isOn: boolean): Step => ({ kind: 'film', isOn });

const enter = press('\r', 'Enter');
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
	press('\x1b', 'Esc'),
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
	{ kind: 'type', text: 'shop/' },
	enter,
	say('filtered by text'),
	hold(3),
	press('\x1b', 'Esc'),
	press('\x1b', 'Esc'),
	press('n'),
	press('\t', 'Tab'),
	film(false),
	healthy,
	serving,
	{ kind: 'still', name: 'etcdtop', title: 'etcdtop watching a healthy three-member cluster' },
	{ kind: 'resize', columns: 80, rows: 24 },
	fault('Freeze a follower'),
	until(/can lose 0/),
	hold(6),
	{ kind: 'still', name: 'etcdtop-frozen', title: 'etcdtop in 80 columns while a member is frozen' },
];
