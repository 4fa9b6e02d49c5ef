/** A release of etcd, such as 3.5.30. */
export type Release = { readonly major: number; readonly minor: number; readonly patch: number };

/** The release that a text begins with; null where it is none. What follows a hyphen does not count. */
export function releaseOf(version: string | null): Release | null {
	const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version ?? '');
	if (match === null) return null;
	const [major, minor, patch] = match.slice(1).map(Number);
	return { major: major!, minor: minor!, patch: patch! };
}

/** Negative where the first is before the second, 0 where they are the same. */
export const compareReleases = (a: Release, b: Release): number =>
	a.major - b.major || a.minor - b.minor || a.patch - b.patch;

/** `3.5.30`. */
export const releaseText = ({ major, minor, patch }: Release): string => `${major}.${minor}.${patch}`;
