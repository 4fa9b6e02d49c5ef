import type { Contents } from '../../cluster/contents.ts';
import { defragmentGain } from '../../cluster/fragmentation.ts';
import { type Growth, growthOf } from '../../cluster/growth.ts';
import { fullShare, nearShare } from '../../cluster/quota.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatPercent } from '../../format/number.ts';
import type { Remedy, Severity } from '../finding.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';
import { contentsIn, contentsWords, type FileUse, fileText, fileUses } from './space-words.ts';

const warningSeconds = 4 * 60 * 60;
const criticalSeconds = 60 * 60;
/** A forecast for an almost empty file is no reason to wake somebody. */
const criticalForecastShare = 0.5;
const longMs = 4 * 60 * 60_000;
/** Less would forecast from a burst. */
const shortestForecastSeconds = 30 * 60;

/** The fullest database nears its quota: there all writes stop. Members grow alike, so the worst one speaks for all. */
export const quotaUse: Rule = {
	name: 'quota-use',
	isOne: true,
	judge(subject) {
		const uses = fileUses(subject.snapshot);
		const [worst] = uses;
		// What has come to pass is not forecast.
		if (worst === undefined || raisedAlarm(subject.snapshot, 'NOSPACE') !== null) return [];
		const forecast = forecastFor(subject, worst);
		const severity = severityOf(worst, forecast);
		if (severity === null) return [];
		const contents = contentsIn(subject, worst);
		const others = uses.filter(({ share }) => share >= nearShare).length - 1;
		const name = nameOf(worst.member);
		return [
			{
				severity,
				member: idOf(worst.member),
				title:
					worst.share >= nearShare || forecast.soonest === null
						? `${name} is at ${formatPercent(worst.share)} of its quota`
						: `${name} is full in ${formatDuration(forecast.soonest)}`,
				evidence: [
					fileText(worst),
					...forecast.words,
					...(others > 0 ? [`${others} more above ${formatPercent(nearShare)}`] : []),
				].join('; '),
				advice: adviceFor(contents, worst),
				reasoning: [
					...contentsWords(contents, worst),
					`from ${formatPercent(fullShare)} on NOSPACE, once raised, comes back as soon as it is lifted: the etcd-mixin’s 95% leaves no room to act`,
				],
				remedy: remedyFor(contents, worst),
				chart: { kind: 'gauge', gauge: 'dbSize', member: idOf(worst.member) },
			},
		];
	},
};

type Forecast = {
	/** At the pace of the last hour; null where nothing grows or too little was seen. */
	readonly soonest: number | null;
	/** The most time that any pace leaves, each of which was watched long enough; null where that is unlimited or unknown. */
	readonly sure: number | null;
	readonly words: readonly string[];
};

function forecastFor({ history, atMs }: Case, { member }: FileUse): Forecast {
	const hour = growthOf(history, member.key, atMs);
	const long = growthOf(history, member.key, atMs, longMs);
	const isLonger = long.windowSeconds > hour.windowSeconds * 1.5;
	const paces = isLonger ? [hour, long] : [hour];
	const lefts = paces.map(({ secondsToQuota }) => secondsToQuota);
	const isWatched = hour.windowSeconds >= shortestForecastSeconds;
	return {
		soonest: hour.secondsToQuota,
		sure: isWatched && lefts.every(left => left !== null) ? Math.max(...lefts) : null,
		words: paces.flatMap(paceWords),
	};
}

const paceWords = ({ secondsToQuota: left, windowSeconds }: Growth): readonly string[] =>
	left === null || left <= 0
		? []
		: [`full in ${formatDuration(left)} at the pace of the last ${formatDuration(windowSeconds)}`];

function severityOf({ share }: FileUse, { sure }: Forecast): Severity | null {
	const left = sure ?? Number.POSITIVE_INFINITY;
	if (share >= fullShare || (left <= criticalSeconds && share >= criticalForecastShare)) return 'critical';
	return share >= nearShare || left <= warningSeconds ? 'warning' : null;
}

const causeOf = ({ filler, grows }: Contents) => (filler === 'free-pages' ? filler : (grows ?? filler));

function adviceFor(contents: Contents, worst: FileUse): string {
	switch (causeOf(contents)) {
		case 'free-pages':
			return 'much of it is free pages: defragment one member after the other';
		case 'history':
			return 'compact, see why nobody else does, then defragment one member after the other';
		case 'data':
			return 'find what grows and delete it, or raise --quota-backend-bytes (8 GiB at most)';
		case null:
			return defragmentGain(worst.member) === null
				? 'find what grows, and compact old revisions'
				: 'find what grows, compact old revisions, then defragment one member after the other';
	}
}

function remedyFor(contents: Contents, worst: FileUse): Remedy | null {
	const cause = causeOf(contents);
	if (cause === 'history') return { operation: 'compact', member: null };
	return defragmentGain(worst.member) === null ? null : { operation: 'defragment-cluster', member: null };
}
