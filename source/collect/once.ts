import { mentionsAlarm } from '../cluster/alarms.ts';
import { isForbidden } from '../cluster/failure.ts';
import type { MemberKey } from '../cluster/member.ts';
import type { MembersReading, Reading, StatusReading } from '../cluster/reading.ts';
import { stampNow } from './clock.ts';
import { live } from './live.ts';
import type { LiveOptions } from './options.ts';

/** How a single reading of the whole cluster ends. */
export type OnceOptions = {
	/** Rounds of metrics that each member has to give: two make rates. */
	readonly metricsRounds: number;
	/** Nobody is waited for longer than this. */
	readonly limitSeconds: number;
	/**
	 * Once all others have answered, and those are most, a member that is silent is waited for until this long after the
	 * start, or three times as long as the slowest of the others took: a frozen member must not cost a script seconds.
	 */
	readonly stragglerSeconds: number;
};

type Progress = {
	targets: MembersReading['targets'];
	isListed: boolean;
	/** `denied`: the metrics may stand in for what the member does not tell us. */
	readonly status: Map<MemberKey, 'answered' | 'denied' | 'failed'>;
	readonly metrics: Map<MemberKey, number>;
	mentionsAlarm: boolean;
	hasAlarms: boolean;
};

/** Reads every member once (or as often as the rounds ask) and hands on each reading as it comes. */
export async function* once(
	options: LiveOptions,
	{ metricsRounds, limitSeconds, stragglerSeconds }: OnceOptions,
): AsyncGenerator<Reading, void, undefined> {
	const startMs = performance.now();
	const end = new AbortController();
	const limit = setTimeout(() => end.abort(), limitSeconds * 1000);
	let patience: NodeJS.Timeout | undefined;
	const progress: Progress = {
		targets: [],
		isListed: false,
		status: new Map(),
		metrics: new Map(),
		mentionsAlarm: false,
		hasAlarms: false,
	};
	try {
		for await (const reading of live(options, end.signal)) {
			yield reading;
			note(progress, reading);
			if (isComplete(progress, metricsRounds)) return;
			if (patience !== undefined || !onlyStragglersLeft(progress, metricsRounds)) continue;
			const elapsedSeconds = (performance.now() - startMs) / 1000;
			patience = setTimeout(() => end.abort(), Math.max(stragglerSeconds - elapsedSeconds, 2 * elapsedSeconds) * 1000);
		}
		yield* silentOnes(progress, (performance.now() - startMs) / 1000);
	} finally {
		clearTimeout(limit);
		clearTimeout(patience);
		end.abort();
	}
}

/** Who has not answered when the patience ended has failed, as far as this reading can tell. */
function* silentOnes({ targets, status }: Progress, seconds: number): Generator<StatusReading> {
	for (const { key, endpoint } of targets) {
		if (status.has(key)) continue;
		const detail = `nothing came in ${seconds.toFixed(1)} s`;
		yield {
			...stampNow(),
			kind: 'status',
			key,
			endpoint,
			outcome: { kind: 'failed', failure: { kind: 'timeout', where: endpoint, call: 'Status', detail } },
		};
	}
}

/**
 * Metrics, and the refusal of a Status, may come before anybody told who is there: they count for the member that the row
 * turns out to be. Without this a member that refused at once would be told as silent.
 */
function adopt({ targets, status, metrics }: Progress): void {
	for (const { key, endpoint } of targets)
		for (const told of [status, metrics] as readonly Map<MemberKey, unknown>[])
			if (told.has(endpoint) && !told.has(key)) told.set(key, told.get(endpoint));
}

function note(progress: Progress, reading: Reading): void {
	switch (reading.kind) {
		case 'members':
			progress.targets = reading.targets;
			adopt(progress);
			progress.isListed = reading.members.length > 0 || reading.failure !== null;
			return;
		case 'status':
			progress.status.set(reading.key, statusOf(reading));
			if (reading.outcome.kind === 'answered' && reading.outcome.status.errors.some(text => mentionsAlarm(text)))
				progress.mentionsAlarm = true;
			return;
		case 'metrics':
			progress.metrics.set(
				reading.key,
				reading.outcome.kind === 'answered' ? (progress.metrics.get(reading.key) ?? 0) + 1 : Number.POSITIVE_INFINITY,
			);
			return;
		case 'alarms':
			progress.hasAlarms = true;
			return;
		case 'keys':
		case 'watch':
		case 'examination':
			return;
	}
}

const statusOf = ({ outcome }: StatusReading) =>
	outcome.kind === 'failed' && isForbidden(outcome.failure.kind) ? 'denied' : outcome.kind;

const isRead = ({ status, metrics }: Progress, key: MemberKey, rounds: number) =>
	status.get(key) === 'failed' || (status.has(key) && (metrics.get(key) ?? 0) >= rounds);

function isComplete(progress: Progress, rounds: number): boolean {
	if (!progress.isListed || (progress.mentionsAlarm && !progress.hasAlarms)) return false;
	return progress.targets.every(({ key }) => isRead(progress, key, rounds));
}

/**
 * Most members have told everything, and who has not has not answered at all. With less than that the verdict would be a
 * lost quorum, which is not said in haste: on a busy machine one of three may be a moment quicker than the others.
 */
function onlyStragglersLeft(progress: Progress, rounds: number): boolean {
	if (!progress.isListed) return false;
	const left = progress.targets.filter(({ key }) => !isRead(progress, key, rounds));
	return left.length * 2 < progress.targets.length && left.every(({ key }) => !progress.status.has(key));
}
