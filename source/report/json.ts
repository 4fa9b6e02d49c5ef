import { failureText } from '../cluster/failure-text.ts';
import type { MemberView, Quota, Snapshot } from '../cluster/snapshot.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { healthOf } from '../diagnosis/health.ts';
import { formatIsoTime } from '../format/duration.ts';
import { freshLatency, freshNumbers, isListKnown, reachableMembers } from './facts.ts';
import { jsonText } from './json-text.ts';

const text = (value: bigint | null | undefined) => (value === null || value === undefined ? null : String(value));

/** Null stands for no quota and for one that is not known because the member did not answer; `quotaSource` tells. */
const quotaBytes = (quota: Quota) => (quota.kind === 'unlimited' ? null : quota.bytes);
const quotaSource = (quota: Quota) => (quota.kind === 'known' ? quota.source : quota.kind);

/** The contract knows no member that is still waited for: a report is made when the waiting is over. */
function stateWord({ state }: MemberView) {
	if (state.kind === 'waiting') return 'unreachable';
	// Its metrics tell that it serves; `error` tells that its Status is denied.
	if (state.kind === 'status-denied') return state.hasLeader ? 'serving' : 'no-leader';
	return state.kind;
}

/** Why something of this member is null: no Status, else no metrics. */
function errorOf({ state, metrics }: MemberView): string | null {
	switch (state.kind) {
		case 'unreachable':
		case 'status-denied':
			return failureText(state.failure).line;
		case 'waiting':
			return 'no answer yet';
		case 'defragmenting':
			return 'Status does not answer while the member defragments';
		default:
			return metrics.kind === 'failed' ? failureText(metrics.failure).line : null;
	}
}

function memberJson(member: MemberView) {
	const numbers = freshNumbers(member);
	return {
		id: member.id,
		name: member.name,
		endpoint: member.endpoint,
		role: member.role,
		state: stateWord(member),
		numbersSource: numbers?.source ?? null,
		version: numbers?.version ?? null,
		dbSizeBytes: numbers?.dbSizeBytes ?? null,
		dbInUseBytes: numbers?.dbInUseBytes ?? null,
		quotaBytes: numbers === null ? null : quotaBytes(member.quota),
		quotaSource: numbers === null ? null : quotaSource(member.quota),
		raftTerm: text(numbers?.raftTerm),
		raftIndex: text(numbers?.raftIndex),
		raftAppliedIndex: text(numbers?.raftAppliedIndex),
		lagEntries: numbers === null ? null : text(member.lagEntries),
		latencySeconds: numbers?.latencySeconds ?? null,
		walFsyncP99Seconds: freshLatency(member, 'fsyncP99')?.seconds ?? null,
		backendCommitP99Seconds: freshLatency(member, 'commitP99')?.seconds ?? null,
		peerRttP99Seconds: freshLatency(member, 'peerRttP99')?.seconds ?? null,
		error: errorOf(member),
	};
}

/** The contract knows no waiting either: nobody answered in the time that was given. */
export function healthWord(snapshot: Snapshot, findings: readonly Finding[]) {
	const { level } = healthOf(snapshot, findings);
	return level === 'waiting' ? 'unreachable' : level;
}

/** A finding as the contract has it, with why, and with the operation that helps (null where none does). */
export const findingJson = ({ rule, severity, member, title, evidence, advice, reasoning, remedy }: Finding) => ({
	rule,
	severity,
	member,
	title,
	evidence,
	advice,
	reasoning,
	remedy: remedy === null ? null : { operation: remedy.operation, member: remedy.member },
});

function clusterJson(snapshot: Snapshot, findings: readonly Finding[]) {
	const isKnown = isListKnown(snapshot);
	return {
		id: snapshot.clusterId,
		health: healthWord(snapshot, findings),
		leaderId: snapshot.leader?.id ?? null,
		term: text(snapshot.term),
		revision: text(snapshot.revision),
		members: isKnown ? snapshot.list.length : null,
		voters: isKnown ? snapshot.voters : null,
		reachable: reachableMembers(snapshot),
		quorum: isKnown ? snapshot.quorum : null,
		canLose: snapshot.canLose,
		writesPerSecond: snapshot.writesPerSecond,
		alarms: snapshot.alarms.map(({ member, type }) => ({ member, type })),
		error: snapshot.listFailure === null ? null : failureText(snapshot.listFailure).line,
	};
}

/**
 * `status -o json`, version 1 of the contract, on one line. Beyond the contract: `numbersSource` (`metrics` where Status
 * is denied), `quotaSource` (`status`, `metrics`, `flag`, `assumed`, `unlimited`), `lagEntries`, `writesPerSecond` (null without `--rates`), the cluster's `error`, and `reasoning` (sentences) and `remedy` of a finding.
 */
export function statusJson(snapshot: Snapshot, findings: readonly Finding[]): string {
	const report = {
		version: 1,
		time: formatIsoTime(snapshot.timeMs),
		cluster: clusterJson(snapshot, findings),
		members: snapshot.members.map(memberJson),
		findings: findings.map(findingJson),
	};
	return jsonText(report);
}
