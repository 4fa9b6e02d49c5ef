import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { type HealthLevel, healthOf } from '../diagnosis/health.ts';
import { formatLatencyRange } from '../format/duration.ts';
import { formatCompact, formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { truncate } from '../format/width.ts';
import { freshLatency, quotaFraction } from './facts.ts';

const colours: Readonly<Record<HealthLevel, string>> = {
	waiting: '#[fg=red,bold]',
	healthy: '#[fg=green]',
	warning: '#[fg=yellow]',
	critical: '#[fg=red,bold]',
	unreachable: '#[fg=red,bold]',
};

/** tmux reads `#[`, `#{` and `#(` as its own, the last as a command to run: other people's text must never hold one. */
const escapeForTmux = (text: string) => text.replaceAll('#', '##');

/** A text of others in a few cells. */
const short = (text: string, width: number) => escapeForTmux(truncate(safeText(text, 128), width));

/** The member with the greatest of something; those without it do not count. */
function worst<Value>(
	members: readonly MemberView[],
	pick: (member: MemberView) => Value | null,
	isWorse: (a: Value, b: Value) => boolean,
): Value | null {
	let found: Value | null = null;
	for (const member of members) {
		const value = pick(member);
		if (value !== null && (found === null || isWorse(value, found))) found = value;
	}
	return found;
}

/**
 * `status -o tmux`: one line for a status bar in tmux's own colour codes: health with its cause, leader, and the worst
 * share of the quota, lag (raft entries) and fsync of any member.
 */
export function statusTmux(snapshot: Snapshot, findings: readonly Finding[]): string {
	const { level, cause } = healthOf(snapshot, findings);
	const members = ownMembers(snapshot);
	const quota = worst(members, quotaFraction, (a, b) => a > b);
	const lag = worst(
		members,
		member => member.lagEntries,
		(a, b) => a > b,
	);
	const fsync = worst(
		members,
		member => freshLatency(member, 'fsyncP99'),
		(a, b) => a.seconds > b.seconds,
	);
	const facts = [
		snapshot.leader === null ? null : short(snapshot.leader.name, 16),
		quota === null ? null : `db ${formatPercent(quota)}`,
		lag === null ? null : `lag ${formatCompact(lag)}`,
		fsync === null ? null : `fsync ${formatLatencyRange(fsync.lowSeconds, fsync.highSeconds)}`,
	].filter(fact => fact !== null);
	const verdict = level === 'healthy' ? level : `${level.toUpperCase()} ${short(cause, 40)}`;
	return [`${colours[level]}etcd ${verdict}#[default]`, ...facts].join(' ');
}
