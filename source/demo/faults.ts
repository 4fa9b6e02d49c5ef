import type { LocalCluster, LocalMember } from './cluster.ts';
import type { Load } from './load.ts';
import { createSpace } from './space.ts';

/** One line of the menu, as it is now. */
export type FaultView = {
	/** Kebab-case and stable. */
	readonly id: string;
	readonly title: string;
	readonly description: string;
	/** What it has brought about, in a few words; empty while there is nothing to say. */
	readonly state: string;
	readonly isActive: boolean;
	/** Why it cannot be run now, or null. */
	readonly disabled: string | null;
};

/** Something to break or to mend. */
type Fault = {
	readonly id: string;
	readonly title: string;
	readonly description: string;
	state(): string;
	/** Why not now; null where it can be run. */
	disabled(): string | null;
	/** Resolves with what happened, in one line. */
	run(): Promise<string>;
};

export type FaultMenu = {
	views(): readonly FaultView[];
	/** Rejects, in one line, what is not in the menu or cannot be run now. */
	run(id: string): Promise<string>;
	/** Ends what goes on in the background. */
	stop(): void;
};

const lowestRate = 1.25;
/** More than this, and two minutes of history come near the quota on their own. */
const highestRate = 160;
const floodWritesPerSecond = 500;

/** The menu of a demonstration. `quotaBytes` is the one that its members were started with. */
export function createFaults(cluster: LocalCluster, load: Load, quotaBytes: number): FaultMenu {
	const usualRate = load.stats.writesPerSecond;
	const space = createSpace(cluster, load.client, quotaBytes);
	const running = new Set<string>();

	const inState = (state: LocalMember['state']) => cluster.members.filter(member => member.state === state);
	const cutOff = () => cluster.members.filter(member => member.partitioned !== null);
	const names = (members: readonly LocalMember[]) => members.map(member => member.name).join(', ');
	const unless = (isPossible: boolean, why: string) => (isPossible ? null : why);
	const needsRunning = () => unless(inState('running').length > 0, 'no member is running');
	const needsPeers = () =>
		unless(cluster.members.length > 1, 'a single member has no peers') ??
		unless(cutOff().length < cluster.members.length, 'all members are cut off');

	const leader = async () => {
		const found = await cluster.leader();
		if (found === null) throw new Error('there is no leader now: bring members back first');
		return found;
	};
	/** A follower that is whole, else any member that runs. */
	const follower = async () => {
		const leading = await cluster.leader();
		const whole = inState('running').filter(member => member.partitioned === null);
		const found = whole.find(member => member !== leading) ?? whole[0];
		if (found === undefined) throw new Error('there is no member left that is well');
		return found;
	};
	const setRate = async (factor: number) => {
		const rate = Math.min(highestRate, Math.max(lowestRate, load.stats.writesPerSecond * factor));
		load.setRate(rate);
		return `the load now writes ${rate} times a second`;
	};
	const freeze = async (member: LocalMember) => {
		await member.freeze();
		return `${member.name} is frozen (SIGSTOP): its sockets are open and nothing answers`;
	};
	const partition = async (member: LocalMember) => {
		await member.partition();
		return `${member.name} is cut off from its peers; clients still reach it`;
	};

	const faults: readonly Fault[] = [
		{
			id: 'kill-leader',
			title: 'Kill the leader',
			description: 'SIGKILL; the others elect a new one after about a second',
			state: () => '',
			disabled: needsRunning,
			async run() {
				const member = await leader();
				await member.kill();
				return `${member.name} was the leader and is killed`;
			},
		},
		{
			id: 'bring-back',
			title: 'Bring back what was killed',
			description: 'starts every member that is down, with its data',
			state: () => (inState('stopped').length > 0 ? `down: ${names(inState('stopped'))}` : ''),
			disabled: () => unless(inState('stopped').length > 0, 'every member runs'),
			async run() {
				const members = inState('stopped');
				await Promise.all(members.map(member => member.start()));
				return `started ${names(members)}`;
			},
		},
		{
			id: 'freeze-follower',
			title: 'Freeze a follower',
			description: 'SIGSTOP: it hangs instead of failing',
			state: () => '',
			disabled: needsRunning,
			run: async () => freeze(await follower()),
		},
		{
			id: 'freeze-leader',
			title: 'Freeze the leader',
			description: 'SIGSTOP: it hangs, and the others elect a new one',
			state: () => '',
			disabled: needsRunning,
			run: async () => freeze(await leader()),
		},
		{
			id: 'thaw',
			title: 'Thaw what is frozen',
			description: 'SIGCONT',
			state: () => (inState('frozen').length > 0 ? `frozen: ${names(inState('frozen'))}` : ''),
			disabled: () => unless(inState('frozen').length > 0, 'no member is frozen'),
			async run() {
				const members = inState('frozen');
				await Promise.all(members.map(member => member.thaw()));
				return `${names(members)} goes on`;
			},
		},
		{
			id: 'cut-off-follower',
			title: 'Cut a follower off from its peers',
			description: 'its peer links lose everything; clients still reach it',
			state: () => '',
			disabled: needsPeers,
			run: async () => partition(await follower()),
		},
		{
			id: 'cut-off-leader',
			title: 'Cut the leader off from its peers',
			description: 'the others elect a new one; the old one steps down a little later',
			state: () => '',
			disabled: needsPeers,
			run: async () => partition(await leader()),
		},
		{
			id: 'heal',
			title: 'Heal the peer links',
			description: 'lets everything pass again',
			state: () => (cutOff().length > 0 ? `cut off: ${names(cutOff())}` : ''),
			disabled: () => unless(cutOff().length > 0, 'no member is cut off'),
			async run() {
				const members = cutOff();
				for (const member of members) await member.heal();
				return `${names(members)} has its peers again`;
			},
		},
		{
			id: 'flood',
			title: 'Flood with writes',
			description: `${floodWritesPerSecond} small writes a second on top of the load; run again to end it`,
			state: () => (load.stats.isFlooding ? `${floodWritesPerSecond} a second` : ''),
			disabled: () => null,
			async run() {
				load.setFlood(load.stats.isFlooding ? 0 : floodWritesPerSecond);
				return load.stats.isFlooding ? 'the flood is on' : 'the flood is over';
			},
		},
		{
			id: 'fill-quota',
			title: 'Fill the database to its quota',
			description: 'writes values of 1 MiB until etcd raises NOSPACE and takes no more writes',
			state: space.state,
			disabled: () => needsRunning() ?? unless(!space.isFull, 'it is full already'),
			run: space.fill,
		},
		{
			id: 'make-space',
			title: 'Make space again',
			description: 'deletes what filled it, compacts, defragments the leader last, and disarms the alarm',
			state: () => '',
			disabled: () => needsRunning() ?? unless(!running.has('fill-quota'), 'it is being filled'),
			run: space.make,
		},
		{
			id: 'more-load',
			title: 'Double the load',
			description: 'writes of ordinary life in the cluster',
			state: () => `${load.stats.writesPerSecond} writes a second`,
			disabled: () => unless(load.stats.writesPerSecond < highestRate, 'it is as high as it goes'),
			run: () => setRate(2),
		},
		{
			id: 'less-load',
			title: 'Halve the load',
			description: 'writes of ordinary life in the cluster',
			state: () => '',
			disabled: () => unless(load.stats.writesPerSecond > lowestRate, 'it is as low as it goes'),
			run: () => setRate(0.5),
		},
		{
			id: 'restore',
			title: 'Restore everything',
			description: 'members, links, load and space as they were at the start',
			state: () => '',
			disabled: () => null,
			async run() {
				load.setFlood(0);
				load.setRate(usualRate);
				space.stopFilling();
				await Promise.all(inState('frozen').map(member => member.thaw()));
				for (const member of cutOff()) await member.heal();
				await Promise.all(inState('stopped').map(member => member.start()));
				await cluster.waitLeader();
				if (space.isUsed) await space.make();
				await cluster.waitHealthy();
				return 'everything is as it was at the start';
			},
		},
	];

	const whyNot = (fault: Fault) => (running.has(fault.id) ? 'it is under way' : fault.disabled());
	return {
		views: () =>
			faults.map(fault => {
				const state = fault.state();
				const isActive = running.has(fault.id) || (state !== '' && fault.id !== 'more-load');
				return {
					id: fault.id,
					title: fault.title,
					description: fault.description,
					state,
					isActive,
					disabled: whyNot(fault),
				};
			}),
		async run(id) {
			const fault = faults.find(each => each.id === id);
			if (fault === undefined) throw new Error(`there is no fault named ${id}`);
			const reason = whyNot(fault);
			if (reason !== null) throw new Error(`${fault.title}: ${reason}`);
			running.add(id);
			try {
				return await fault.run();
			} finally {
				running.delete(id);
			}
		},
		stop: space.stopFilling,
	};
}
