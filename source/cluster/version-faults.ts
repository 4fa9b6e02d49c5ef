import { type Release, releaseOf } from './version.ts';

/**
 * When a fault of etcd bites. `running`: whatever is done. `defragment-leader`: a leader that defragments without handing
 * over before.
 */
export type FaultOccasion =
	| 'running'
	| 'defragment'
	| 'defragment-leader'
	| 'compact'
	| 'list-alarms'
	| 'member-update';

/** A fault of some releases of etcd. */
export type VersionFault = {
	readonly occasion: FaultOccasion;
	readonly text: string;
	/** It costs data, and needs no operator to do so. */
	readonly isGrave?: true;
	/**
	 * The release of each line that mended it. Lines that are older than all of these have it too, unless it came in with
	 * `since`; newer lines have not.
	 */
	readonly mended: Readonly<Record<string, number>>;
	/** The first line that has it. */
	readonly since?: string;
};

/** Faults that maintenance may bring out, and those that cost data, from etcd's changelogs. */
const faults: readonly VersionFault[] = [
	{
		occasion: 'running',
		text: 'a crash under load may leave a member with other data than the rest',
		isGrave: true,
		mended: { '3.5': 3 },
		since: '3.5',
	},
	{
		occasion: 'defragment',
		text: 'a crash in the middle of a defragmentation may leave the member with other data than the rest',
		mended: { '3.5': 6 },
		since: '3.5',
	},
	{
		occasion: 'defragment',
		text: 'may corrupt its data if the leader sends it a snapshot meanwhile',
		mended: { '3.4': 38, '3.5': 23, '3.6': 5 },
	},
	{
		occasion: 'defragment',
		text: 'its process ends if the defragmentation fails, as for want of disk space',
		mended: { '3.4': 35, '3.5': 17 },
	},
	{
		occasion: 'defragment-leader',
		text: 'while the leader defragments, leases are not kept alive on any member: clients may lose theirs',
		mended: { '3.7': 0 },
	},
	{ occasion: 'compact', text: 'watchers may miss events after a compaction', mended: { '3.4': 31, '3.5': 13 } },
	{
		occasion: 'compact',
		text: 'a watcher may miss a deletion at the very revision',
		mended: { '3.4': 36, '3.5': 18 },
	},
	{
		occasion: 'list-alarms',
		text: 'may not start again if the power fails after alarms were listed',
		mended: { '3.5': 5 },
		since: '3.5',
	},
	{
		occasion: 'member-update',
		text: 'after an update of a learner the list calls it a voter, though it never gets a vote',
		mended: { '3.6': 12 },
	},
];

type Line = Pick<Release, 'major' | 'minor'>;

function lineOf(text: string): Line {
	const [major = 0, minor = 0] = text.split('.').map(Number);
	return { major, minor };
}

const isOlder = (a: Line, b: Line) => a.major < b.major || (a.major === b.major && a.minor < b.minor);

function isAffected({ mended, since }: VersionFault, release: Release): boolean {
	if (since !== undefined && isOlder(release, lineOf(since))) return false;
	const mendedPatch = mended[`${release.major}.${release.minor}`];
	if (mendedPatch !== undefined) return release.patch < mendedPatch;
	return Object.keys(mended).every(line => isOlder(release, lineOf(line)));
}

/** The faults that a server of this version has; none where the version is not known. */
export function faultsOf(version: string | null): readonly VersionFault[] {
	const release = releaseOf(version);
	return release === null ? [] : faults.filter(fault => isAffected(fault, release));
}

/** The releases that mended a fault: `3.4.38, 3.5.23 and 3.6.5`. */
export function mendedIn({ mended }: VersionFault): string {
	const releases = Object.entries(mended).map(([line, patch]) => `${line}.${patch}`);
	return releases.length < 2 ? releases.join() : `${releases.slice(0, -1).join(', ')} and ${releases.at(-1)}`;
}
