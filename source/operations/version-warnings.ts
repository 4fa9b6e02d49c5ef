/** What a fault of etcd is about. `defragment-leader`: a leader that defragments without handing over before. */
export type WarnedOperation = 'defragment' | 'defragment-leader' | 'compact' | 'list-alarms' | 'member-update';

type Warning = {
	readonly operation: WarnedOperation;
	readonly text: string;
	/**
	 * The release of each line that mended it. Lines that are older than all of these have it too, unless it came in with
	 * `since`; newer lines have not.
	 */
	readonly mended: Readonly<Record<string, number>>;
	/** The first line that has it. */
	readonly since?: string;
};

/** Faults that maintenance may bring out, from etcd's changelogs. */
const warnings: readonly Warning[] = [
	{
		operation: 'defragment',
		text: 'a crash in the middle of a defragmentation may leave the member with other data than the rest',
		mended: { '3.5': 6 },
		since: '3.5',
	},
	{
		operation: 'defragment',
		text: 'may corrupt its data if the leader sends it a snapshot meanwhile',
		mended: { '3.4': 38, '3.5': 23, '3.6': 5 },
	},
	{
		operation: 'defragment',
		text: 'its process ends if the defragmentation fails, as for want of disk space',
		mended: { '3.4': 35, '3.5': 17 },
	},
	{
		operation: 'defragment-leader',
		text: 'while the leader defragments, leases are not kept alive on any member: clients may lose theirs',
		mended: { '3.7': 0 },
	},
	{ operation: 'compact', text: 'watchers may miss events after a compaction', mended: { '3.4': 31, '3.5': 13 } },
	{
		operation: 'compact',
		text: 'a watcher may miss a deletion at the very revision',
		mended: { '3.4': 36, '3.5': 18 },
	},
	{
		operation: 'list-alarms',
		text: 'may not start again if the power fails after alarms were listed',
		mended: { '3.5': 5 },
		since: '3.5',
	},
	{
		operation: 'member-update',
		text: 'after an update of a learner the list calls it a voter, though it never gets a vote',
		mended: { '3.6': 12 },
	},
];

type Line = readonly [major: number, minor: number];

const lineOf = (text: string): Line => text.split('.').map(Number) as unknown as Line;
const isOlder = ([major, minor]: Line, [otherMajor, otherMinor]: Line) =>
	major < otherMajor || (major === otherMajor && minor < otherMinor);

function isAffected({ mended, since }: Warning, major: number, minor: number, patch: number): boolean {
	const line: Line = [major, minor];
	if (since !== undefined && isOlder(line, lineOf(since))) return false;
	const mendedPatch = mended[`${major}.${minor}`];
	if (mendedPatch !== undefined) return patch < mendedPatch;
	return Object.keys(mended).every(each => isOlder(line, lineOf(each)));
}

/** `3.4.38, 3.5.23 and 3.6.5`. */
function mendedIn({ mended }: Warning): string {
	const releases = Object.entries(mended).map(([line, patch]) => `${line}.${patch}`);
	return releases.length < 2 ? releases.join() : `${releases.slice(0, -1).join(', ')} and ${releases.at(-1)}`;
}

/** What to know of a server's version before an operation, one line each; nothing where the version is not known. */
export function warningsFor(operation: WarnedOperation, version: string | null): readonly string[] {
	const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version ?? '');
	if (match === null) return [];
	const [release, major, minor, patch] = match;
	return warnings
		.filter(
			warning => warning.operation === operation && isAffected(warning, Number(major), Number(minor), Number(patch)),
		)
		.map(warning => `etcd ${release}: ${warning.text}; mended in ${mendedIn(warning)}`);
}
