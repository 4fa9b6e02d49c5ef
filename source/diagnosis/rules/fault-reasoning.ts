import type { Failure } from '../../cluster/failure.ts';
import { quietAfterMs } from '../../cluster/peer-matrix.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { type Case, listNames, nameOf } from '../rule.ts';
import { earOf, forSeconds, leaderOf, matrixOf } from './isolation.ts';

/** What tells the member that does not answer us from one that cannot be reached from here only. */
export const faultReasoning = (subject: Case, member: MemberView, failure: Failure): readonly string[] => [
	...wordsOf(failure),
	...metricsWords(member),
	...peersWords(subject, member),
];

const allKinds: Readonly<Partial<Record<Failure['kind'], string>>> = {
	refused: 'A refusal comes from its machine: that is up, and nothing listens on this port.',
	'name-not-found': 'Its name has no address here: nobody was asked, so this says nothing about the member.',
};

/** The wire says whether a connection was made. */
function wordsOf({ kind, detail }: Failure): readonly string[] {
	const words = allKinds[kind];
	if (words !== undefined) return [words];
	if (kind !== 'timeout') return [];
	if (detail.startsWith('no connection'))
		return ['Not even a connection is made: its machine is down, or packets are dropped on the way.'];
	if (detail.startsWith('connected') || detail.startsWith('no TLS handshake'))
		return ['A connection is made and nothing is said: its machine is up, its process is stopped or hangs.'];
	return [];
}

/** Its metrics page has come since its Status did not. */
const hasMetrics = ({ state, metrics }: MemberView): boolean =>
	metrics.kind === 'answered' && metrics.atMs > state.sinceMs;

const metricsWords = (member: MemberView): readonly string[] =>
	hasMetrics(member) ? ['Its metrics page answers: the process runs.'] : [];

/** The leader speaks to every member all the time; what it hears of this one tells on which side of it the fault is. */
function peersWords(subject: Case, member: MemberView): readonly string[] {
	const leader = leaderOf(subject);
	if (leader === null || leader.key === member.key) return [];
	const ear = earOf(subject, leader, member);
	const name = nameOf(member);
	if (ear?.isHeard === true) {
		// What came before it fell silent, or right then, says nothing of it now.
		if ((ear.heardMs ?? 0) < member.state.sinceMs + quietAfterMs) return [];
		const words = `${nameOf(leader)}, who leads, hears ${name} all the time: it runs`;
		return [
			hasMetrics(member)
				? `${words}, and only its answers to clients hang.`
				: `${words}, and the fault is on the way from here or in its client port.`,
		];
	}
	const silence =
		ear === null
			? []
			: [
					`${nameOf(leader)}, who leads, has had nothing from it ${forSeconds({ seconds: ear.quietSeconds })} either: it is ${name}, not the way from here.`,
				];
	const apart = subject.snapshot.members.filter(
		by => by.id !== null && (matrixOf(subject).link(by.id, member.id ?? '')?.disconnectedSeconds ?? 0) > 0,
	);
	return apart.length === 0
		? silence
		: [...silence, `${listNames(apart)} ${apart.length === 1 ? 'has' : 'have'} lost the connection to it too.`];
}
