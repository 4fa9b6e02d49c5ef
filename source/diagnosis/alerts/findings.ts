import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';
import { formatDuration } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import type { Finding } from '../finding.ts';
import { idOf, nameOf } from '../rule.ts';
import type { AlertRun } from './alert.ts';
import { alertWords } from './words.ts';

/**
 * Alerts that fire as findings under their own names. What fires for several methods or peers of a member, or in two
 * severities, is one finding: the gravest, with the largest value.
 */
export function alertFindings(runs: readonly AlertRun[], snapshot: Snapshot): readonly Finding[] {
	const groups = new Map<string, AlertRun[]>();
	for (const run of runs) {
		if (run.firingAtMs === null) continue;
		const key = JSON.stringify([run.rule.name, run.labels.instance ?? null]);
		groups.set(key, [...(groups.get(key) ?? []), run]);
	}
	return [...groups.values()].flatMap(group => findingOf(group, snapshot) ?? []);
}

function findingOf(group: readonly AlertRun[], snapshot: Snapshot): Finding | null {
	const isCritical = group.some(({ rule }) => rule.severity === 'critical');
	const gravest = group.filter(({ rule }) => !isCritical || rule.severity === 'critical');
	const worst = gravest.reduce((most, run) => (isWorse(run, most) ? run : most));
	const words = alertWords[worst.rule.name];
	if (words === undefined) return null;
	const { instance } = worst.labels;
	const member = snapshot.members.find(({ key }) => key === instance);
	const id = instance === undefined ? null : member === undefined ? instance : idOf(member);
	const others = gravest.length === 1 ? '' : `, and ${gravest.length - 1} more`;
	const sinceMs = Math.min(...gravest.map(({ pendingAtMs }) => pendingAtMs));
	const since = formatDuration(Math.max(0, (snapshot.atMs - sinceMs) / 1000));
	return {
		rule: worst.rule.name,
		severity: worst.rule.severity,
		member: id,
		title: instance === undefined ? words.title : `${titleName(member, instance)}: ${words.title}`,
		evidence: `${words.evidence(worst.value, worst.labels)}${others}; for ${since}`,
		advice: words.advice,
		reasoning: [`An alert of the etcd-mixin. ${worst.rule.blindSpot}`],
		remedy:
			words.remedy === undefined ? null : { operation: words.remedy, member: words.remedy === 'compact' ? null : id },
		chart: words.chart?.(id) ?? null,
	};
}

const titleName = (member: MemberView | undefined, instance: string): string =>
	member === undefined ? safeText(instance, 60) : nameOf(member);

/** A small share in use is worse than a large one; everything else is worse the more it is. */
const isWorse = (run: AlertRun, most: AlertRun): boolean =>
	run.rule.name === 'etcdDatabaseHighFragmentationRatio' ? run.value < most.value : run.value > most.value;
