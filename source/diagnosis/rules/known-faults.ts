import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';
import { compareReleases, releaseOf, releaseText } from '../../cluster/version.ts';
import { type FaultOccasion, faultsOf, mendedIn, type VersionFault } from '../../cluster/version-faults.ts';
import { listNames, type Rule } from '../rule.ts';

const occasions: Readonly<Record<FaultOccasion, (snapshot: Snapshot) => boolean>> = {
	running: () => true,
	defragment: () => true,
	// How every release before 3.7 does it, and the monitor hands over before: no reason to upgrade.
	'defragment-leader': () => false,
	compact: () => true,
	'list-alarms': () => true,
	'member-update': ({ list }) => list.some(({ isLearner }) => isLearner),
};

/** A version that runs has faults that maintenance meets, or that cost data. */
export const knownFaults: Rule = {
	name: 'known-faults',
	judge({ snapshot }) {
		const faulty = ownMembers(snapshot).flatMap(member => faultyIn(member, snapshot));
		const [worst] = faulty.toSorted((a, b) => compareReleases(a.release, b.release));
		if (worst === undefined) return [];
		const versions = [...new Set(faulty.map(({ release }) => releaseText(release)))];
		const faults = [...new Set(faulty.flatMap(each => each.faults))];
		const isGrave = faults.some(fault => fault.isGrave);
		return [
			{
				severity: isGrave ? 'warning' : 'info',
				member: null,
				title: isGrave
					? `etcd ${releaseText(worst.release)} may lose or change data`
					: `etcd ${releaseText(worst.release)} has known faults that maintenance meets`,
				evidence: `${faults.length === 1 ? 'one is' : `${faults.length} are`} mended in later releases; ${listNames(faulty.map(({ member }) => member))} ${faulty.length === 1 ? 'runs' : 'run'} ${versions.join(' and ')}`,
				advice: 'upgrade to the last release of this line, one member after the other',
				reasoning: faults.map(fault => `${fault.text} (${occasionText[fault.occasion]}; mended in ${mendedIn(fault)})`),
			},
		];
	},
};

const occasionText: Readonly<Record<FaultOccasion, string>> = {
	running: 'at any time',
	defragment: 'when it defragments',
	'defragment-leader': 'when the leader defragments',
	compact: 'when history is compacted',
	'list-alarms': 'when alarms are listed',
	'member-update': 'when a learner’s addresses are changed',
};

type Faulty = {
	readonly member: MemberView;
	readonly release: NonNullable<ReturnType<typeof releaseOf>>;
	readonly faults: readonly VersionFault[];
};

function faultyIn(member: MemberView, snapshot: Snapshot): readonly Faulty[] {
	const version = member.numbers?.version ?? null;
	const release = releaseOf(version);
	if (release === null || !isAnswering(member)) return [];
	// Where no release of the line mends it, an upgrade within the line would not help.
	const line = `${release.major}.${release.minor}`;
	const faults = faultsOf(version).filter(
		({ occasion, mended }) => mended[line] !== undefined && occasions[occasion](snapshot),
	);
	return faults.length === 0 ? [] : [{ member, release, faults }];
}
