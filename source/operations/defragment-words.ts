import type { MemberView } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import { listNames } from './members.ts';
import { pastSecondsOf } from './pace.ts';
import { membersIn, type RollingOrder } from './rolling.ts';
import type { Look, Patience } from './world.ts';

const nameOf = ({ name }: MemberView) => safeText(name, 80);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Handing over and agreeing on it, in seconds: an election at the worst. */
const moveSeconds = 1;

/** `Defragment m2, m3, then move the leader from m1 to m2, then m1; about 40s in all, from 1.9 GB to about 420 MB each`. */
export function summaryOf(look: Look, order: RollingOrder, patience: Patience): string {
	const { followers, leader, successor } = order;
	const first = followers.length === 0 ? null : `defragment ${followers.map(nameOf).join(', ')}`;
	const move =
		leader === null || successor === null ? null : `move the leader from ${nameOf(leader)} to ${nameOf(successor)}`;
	const last = leader === null ? null : first === null ? `defragment ${nameOf(leader)}` : nameOf(leader);
	const deeds = [first, move, last].filter(deed => deed !== null).join(', then ');
	return `${capital(deeds)}; ${timeText(look, order, patience)}, ${sizesText(membersIn(order))}`;
}

/** A guess needs a past: what one member's disk does says little of another's. */
function timeText(look: Look, order: RollingOrder, { settleSeconds }: Patience): string {
	const members = membersIn(order);
	const unknown = members.filter(member => pastSecondsOf(look, member) === null);
	if (unknown.length > 0) {
		const who = `${listNames(unknown.map(({ name }) => name))} ${unknown.length === 1 ? 'has' : 'have'}`;
		return `how long is not known, because ${who} not defragmented since the start (a slow disk takes 10 to 20 s for 1 GB)`;
	}
	const work = members.map(member => pastSecondsOf(look, member) ?? 0);
	const pauses = work.slice(0, -1).map(seconds => Math.max(settleSeconds, seconds));
	const moves = order.successor === null ? [] : [moveSeconds + settleSeconds];
	const seconds = [...work, ...pauses, ...moves].reduce((sum, each) => sum + each, 0);
	return `about ${formatDuration(Math.ceil(seconds))}${members.length > 1 || moves.length > 0 ? ' in all' : ''}`;
}

function sizesText(members: readonly MemberView[]): string {
	const sizes = members.map(({ numbers }) => numbers?.dbSizeBytes ?? null);
	const left = members.map(({ numbers }) => numbers?.dbInUseBytes ?? null);
	if (!areKnown(sizes) || !areKnown(left)) return 'how much smaller is not known: not all sizes are told';
	return `from ${rangeText(sizes)} to about ${rangeText(left)}${members.length > 1 ? ' each' : ''}`;
}

/** Without one of them a sum or a range would be of others than it says. */
const areKnown = (values: readonly (number | null)[]): values is readonly number[] => !values.includes(null);

function rangeText(values: readonly number[]): string {
	const [least, most] = [formatBytes(Math.min(...values)), formatBytes(Math.max(...values))];
	return least === most ? least : `${least}–${most}`;
}

/** What it means for those who use the cluster. */
export function consequenceOf({ snapshot }: Look, order: RollingOrder): readonly string[] {
	const members = membersIn(order);
	const who = members.length === 1 ? nameOf(members[0]!) : 'each member in its turn';
	const isAlone = snapshot.voters === 1;
	const isOutage = snapshot.canLose === null || snapshot.canLose < 1;
	const meanwhile = isAlone
		? `nobody serves the cluster until ${who} is done: reads, writes and leases wait, leases may run out`
		: isOutage
			? `${who} serves nobody until it is done, and every write of the cluster waits for it`
			: `${who} serves nobody until it is done: clients that are connected to it wait or fail; the other members go on`;
	const { leader, successor } = order;
	return [
		meanwhile,
		...(leader !== null && successor !== null
			? [`leadership moves from ${nameOf(leader)} to ${nameOf(successor)} and stays there; writes wait for a moment`]
			: []),
		`etcd cannot stop a defragmentation that has begun${members.length > 1 ? '; between two members it can be left' : ''}`,
	];
}

/** `defragmented m2, m3 and m1: from 5.7 GB to 1.3 GB`. `done` are those that were; sizes are from before and now. */
export function conclusionOf(done: readonly MemberView[], now: readonly (MemberView | null)[]): string {
	if (done.length === 0) return 'nothing was defragmented';
	const sum = (members: readonly (MemberView | null)[]) => {
		const sizes: readonly (number | null)[] = members.map(member => member?.numbers?.dbSizeBytes ?? null);
		return areKnown(sizes) ? formatBytes(sizes.reduce((total, size) => total + size, 0)) : 'what not all of them tell';
	};
	return `defragmented ${listNames(done.map(({ name }) => name))}: from ${sum(done)} to ${sum(now)}`;
}
