import { compareReleases, releaseOf } from '../cluster/version.ts';

/** Whether a server's version, such as `3.5.30`, is before another; null where that cannot be told. */
export function isBefore(version: string | null, other: string): boolean | null {
	const [release, otherRelease] = [releaseOf(version), releaseOf(other)];
	return release === null || otherRelease === null ? null : compareReleases(release, otherRelease) < 0;
}
