import type { Examination, Topic } from '../cluster/examination.ts';
import type { Failure } from '../cluster/failure.ts';
import { failureText } from '../cluster/failure-text.ts';
import { earliestMs, examinationAt, examinedAtMs, type History } from '../cluster/history.ts';
import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { formatDuration } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import { alertRules } from './alerts/rules.ts';
import { rules } from './index.ts';
import type { Case } from './rule.ts';
import { ownApiServer, ownEtcd } from './rules/own-control-plane.ts';

/** What a verdict rests on: silence is worth as much as what was looked at. */
export type Coverage = {
	readonly rules: number;
	readonly alerts: number;
	/** How far back what was read reaches; null where nothing was. */
	readonly readSeconds: number | null;
	/** What was looked into now and then, the latest first. `subject`: `certificates`. */
	readonly examined: readonly { readonly subject: string; readonly ageSeconds: number }[];
	/** What could not be judged, and why, a few words each, safe to show. */
	readonly blind: readonly string[];
};

const subjects: Readonly<Record<Topic, string>> = {
	tls: 'certificates',
	encryption: 'encryption at rest',
	'member-lists': 'member lists',
	'compact-mark': 'compaction by kube-apiserver',
	'control-plane': 'control plane settings',
};

const topics = Object.keys(subjects) as readonly Topic[];

/** Growth and causes are told from less than this by nobody. */
const enoughSeconds = 120;

/** What was judged at a moment, and what could not be. */
export function coverageOf(history: History, snapshot: Snapshot, atMs: number): Coverage {
	const firstMs = earliestMs(history);
	const readSeconds = firstMs === null ? null : Math.max(0, (atMs - firstMs) / 1000);
	const looks = topics.map(topic => ({ topic, lookedMs: examinedAtMs(history, topic, atMs) }));
	const examined = looks
		.flatMap(({ topic, lookedMs }) =>
			lookedMs === null ? [] : [{ subject: subjects[topic], ageSeconds: Math.max(0, (atMs - lookedMs) / 1000) }],
		)
		.sort((one, other) => one.ageSeconds - other.ageSeconds);
	const unseen = looks.filter(({ lookedMs }) => lookedMs === null).map(({ topic }) => subjects[topic]);
	return {
		rules: rules.length,
		alerts: alertRules.length,
		readSeconds,
		examined,
		blind: [
			...withoutMetrics(snapshot),
			...topics.flatMap(topic => failuresOf(examinationAt(history, topic, atMs))),
			...otherControlPlane({ history, snapshot, atMs }),
			...(unseen.length === 0 ? [] : [`${unseen.join(', ')}: not looked into`]),
			...(readSeconds !== null && readSeconds < enoughSeconds
				? [`growth and trends: only ${formatDuration(readSeconds)} were read`]
				: []),
		],
	};
}

/** Members that answer without metrics: what only those tell is not judged. One that is silent is a finding of its own. */
function withoutMetrics(snapshot: Snapshot): readonly string[] {
	const members = ownMembers(snapshot).filter(isAnswering);
	const failed = members.flatMap(({ name, metrics }) =>
		metrics.kind === 'failed' ? [{ name: safeText(name, 60), failure: metrics.failure }] : [],
	);
	const [first] = failed;
	if (first === undefined) return [];
	const whose = failed.length === members.length ? '' : ` of ${failed.map(({ name }) => name).join(', ')}`;
	return [`disks, peers and requests${whose}: no metrics (${failureText(first.failure).short})`];
}

/** Manifests that were read but run and use another cluster than the one that is watched: their settings are not judged. */
function otherControlPlane(subject: Case): readonly string[] {
	const found = examinationAt(subject.history, 'control-plane', subject.atMs);
	const isRead = [found?.apiServer, found?.etcd].some(manifest => manifest?.kind === 'read');
	if (!isRead || ownEtcd(subject) !== null || ownApiServer(subject) !== null) return [];
	return [`${subjects['control-plane']}: the manifests here are not of this cluster`];
}

/** How a look failed: `certificates: 2 of 6 ports not seen (connection refused)`. */
function failuresOf(examination: Examination | null): readonly string[] {
	if (examination === null) return [];
	const told = (failures: readonly Failure[], of: number, what: string): readonly string[] => {
		const [first] = failures;
		if (first === undefined) return [];
		const count = of === 1 ? '' : `${failures.length} of ${of} `;
		return [`${subjects[examination.topic]}: ${count}${what} (${failureText(first).short})`];
	};
	switch (examination.topic) {
		case 'tls': {
			const failures = examination.ports.flatMap(({ outcome }) => (outcome.kind === 'unseen' ? [outcome.failure] : []));
			return told(failures, examination.ports.length, 'ports not seen');
		}
		case 'encryption': {
			const failures = examination.resources.flatMap(({ outcome }) =>
				outcome.kind === 'failed' ? [outcome.failure] : [],
			);
			return told(failures, examination.resources.length, 'not readable');
		}
		case 'member-lists': {
			const failures = examination.lists.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.failure] : []));
			return told(failures, examination.lists.length, 'not read');
		}
		case 'compact-mark':
			return examination.outcome.kind === 'failed' ? told([examination.outcome.failure], 1, 'not readable') : [];
		case 'control-plane':
			return [];
	}
}
