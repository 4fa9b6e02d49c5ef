import { audibleKinds } from '../../cluster/failure.ts';
import { failureText } from '../../cluster/failure-text.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { formatDuration } from '../../format/duration.ts';
import { type Rule, secondsSince } from '../rule.ts';

/** A hiccup of this machine or of the network is no outage. */
const patienceSeconds = 5;

/**
 * No member answers at all. Whether the cluster is down or only out of sight: whoever watches over it must know. Where
 * only certificates or a login keep us out, `member-unreadable` says so.
 */
export const clusterUnreachable: Rule = {
	name: 'cluster-unreachable',
	judge(subject) {
		const members = ownMembers(subject.snapshot);
		const silent = members.flatMap(({ state }) => (state.kind === 'unreachable' ? [state] : []));
		if (silent.length === 0 || silent.length < members.length) return [];
		if (silent.some(({ failure }) => audibleKinds.includes(failure.kind))) return [];
		const seconds = Math.min(...silent.map(({ sinceMs }) => secondsSince(subject, sinceMs)));
		if (seconds < patienceSeconds) return [];
		const words = [...new Set(silent.map(({ failure }) => failureText(failure).short))].join(', ');
		return [
			{
				severity: 'critical',
				member: null,
				title: `no member can be read: ${words}`,
				evidence: `${members.length === 1 ? 'the only member read does not answer' : `none of ${members.length} members answers`}, for ${formatDuration(seconds)}`,
				advice:
					'see on their machines whether they run; if they do, look at the way from here: network, firewall, addresses',
				reasoning: ['From here a cluster that is down and one that cannot be reached look the same.'],
			},
		];
	},
};
