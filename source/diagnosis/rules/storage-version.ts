import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { releaseOf } from '../../cluster/version.ts';
import { safeText } from '../../format/safe.ts';
import { listNames, type Rule, secondsSince } from '../rule.ts';

/** Members look at it every few seconds once the last of them is upgraded. */
const patienceSeconds = 60;

/** The format of the files is older than the servers (3.6 and newer tell it), though no downgrade asks for that. */
export const storageVersion: Rule = {
	name: 'storage-version',
	judge(subject) {
		const members = ownMembers(subject.snapshot).filter(isAnswering);
		const told = members.flatMap(member => {
			const server = releaseOf(member.numbers?.version ?? null);
			const storage = releaseOf(member.numbers?.storageVersion ?? null);
			return server === null ? [] : [{ member, server, storage }];
		});
		// While versions are mixed the storage version stays with the oldest, as it should.
		const isMixed = new Set(told.map(({ server }) => `${server.major}.${server.minor}`)).size > 1;
		const isYoung = members.some(({ state }) => secondsSince(subject, state.sinceMs) < patienceSeconds);
		if (isMixed || isYoung || members.some(({ numbers }) => numbers?.downgradeTarget != null)) return [];
		const behind = told.filter(
			({ server, storage }) =>
				storage !== null &&
				(storage.major < server.major || (storage.major === server.major && storage.minor < server.minor)),
		);
		const [first] = behind;
		if (first === undefined) return [];
		const names = listNames(behind.map(({ member }) => member));
		return [
			{
				severity: 'info',
				member: null,
				title: 'the storage version is behind',
				evidence: `${names}: storage version ${safeText(first.member.numbers?.storageVersion ?? '', 40)}, server ${safeText(first.member.numbers?.version ?? '', 40)}`,
				advice: 'look for errors about the storage version in the log; until it rises the upgrade is not finished',
				reasoning: ['all servers are of one minor and no downgrade is under way, so it should have risen by now'],
			},
		];
	},
};
