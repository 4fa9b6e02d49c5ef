import { idOf, listNames, nameOf, type Rule } from '../rule.ts';
import { forSeconds, isolations } from './isolation.ts';
import { blindSigns, electionOnReturn } from './one-way-partition.ts';

/**
 * A member answers here, but it and the leader do not hear each other. On real clusters the bytes of both stand still from
 * the next scrape on; the member gives its leader up 1 to 2 s later and campaigns for as long as it lasts.
 */
export const memberCutOff: Rule = {
	name: 'member-cut-off',
	judge: subject =>
		isolations(subject).flatMap(isolation => {
			const { member, leader, kind, heardBy } = isolation;
			if (kind !== 'cut-off') return [];
			const [name, leads] = [nameOf(member), nameOf(leader)];
			const isOneLink = heardBy.length > 0;
			return [
				{
					severity: 'warning' as const,
					member: idOf(member),
					title: isOneLink ? `${name} and the leader do not reach each other` : `${name} is cut off from its peers`,
					evidence: `${name} and ${leads}, who leads, have had nothing from each other ${forSeconds(isolation)}, though both answer here`,
					advice: isOneLink
						? `check the way between ${name} and ${leads}: routes and firewall rules for their peer ports (2380)`
						: `check ${name}’s peer port (2380) in both directions, its network, and its peer certificates`,
					reasoning: [
						`${name} answers here, so it runs: what is lost is its way to other members.`,
						isOneLink
							? `${listNames(heardBy)} still ${heardBy.length === 1 ? 'hears' : 'hear'} it: only the link to ${leads} is broken.`
							: `No other member hears it either: it is ${name}’s own network or peer port.`,
						...blindSigns(subject, member, leader),
						...electionOnReturn(member),
					],
				},
			];
		}),
};
