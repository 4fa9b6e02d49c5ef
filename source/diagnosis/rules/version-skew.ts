import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { compareReleases, type Release, releaseOf, releaseText } from '../../cluster/version.ts';
import { safeText } from '../../format/safe.ts';
import { listNames, type Rule } from '../rule.ts';

/** Members run different versions: an upgrade is under way, or was left half done. */
export const versionSkew: Rule = {
	name: 'version-skew',
	judge({ snapshot }) {
		const byVersion = new Map<string, { readonly release: Release; readonly members: MemberView[] }>();
		for (const member of ownMembers(snapshot)) {
			const release = isAnswering(member) ? releaseOf(member.numbers?.version ?? null) : null;
			if (release === null) continue;
			const known = byVersion.get(releaseText(release)) ?? { release, members: [] };
			known.members.push(member);
			byVersion.set(releaseText(release), known);
		}
		const versions = [...byVersion.values()].sort((a, b) => compareReleases(a.release, b.release));
		const [oldest, newest] = [versions[0], versions.at(-1)];
		if (oldest === undefined || newest === undefined || versions.length < 2) return [];
		const isOneMajor = oldest.release.major === newest.release.major;
		const isFar = !isOneMajor || newest.release.minor - oldest.release.minor > 1;
		const target = ownMembers(snapshot).find(({ numbers }) => numbers?.downgradeTarget != null);
		// A downgrade is under way: its own finding says so.
		if (!isFar && target !== undefined) return [];
		return [
			{
				severity: isFar ? 'warning' : 'info',
				member: null,
				title: isFar ? 'versions are more than one minor apart' : 'members run different versions',
				evidence: versions
					.map(({ release, members }) => `${listNames(members)}: ${safeText(releaseText(release), 40)}`)
					.join('; '),
				advice: isFar
					? 'etcd supports one minor apart: bring the oldest up, one minor at a time'
					: 'finish the upgrade: what is new works only when the last member has it',
				reasoning: isFar
					? ['a member refuses to start, or to be joined, where the cluster’s version is too far from its own']
					: [],
			},
		];
	},
};
