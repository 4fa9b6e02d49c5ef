const two = (value: number) => String(value).padStart(2, '0');

/** A span of time in the two largest units that matter: `45s`, `3m 12s`, `2h 05m`, `3d 4h`. Whole seconds, cut off. */
export function formatDuration(seconds: number): string {
	if (!Number.isFinite(seconds)) return '?';
	if (seconds < 0) return `-${formatDuration(-seconds)}`;
	const whole = Math.floor(seconds);
	const minutes = Math.floor(whole / 60);
	const hours = Math.floor(minutes / 60);
	if (whole < 60) return `${whole}s`;
	if (minutes < 60) return `${minutes}m ${two(whole % 60)}s`;
	if (hours < 24) return `${hours}h ${two(minutes % 60)}m`;
	return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** Three digits are as much as a person reads; zeros at the end say nothing. */
function digits(value: number, decimals: number): string {
	return String(Number(value.toFixed(decimals)));
}

const milliseconds = (value: number) => digits(value, value >= 10 ? 0 : value >= 0.1 ? 1 : 3);
const wholeSeconds = (value: number) => digits(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);

/** A latency: `0.8 ms`, `12 ms`, `1.25 s`. */
export function formatLatency(seconds: number): string {
	if (!Number.isFinite(seconds)) return '?';
	// 999.5 ms is `1 s`, not `1000 ms`.
	return seconds < 0.9995 ? `${milliseconds(seconds * 1000)} ms` : `${wholeSeconds(seconds)} s`;
}

/**
 * The bucket that a latency lies in: `8–16 ms`, `0.51–1.02 s`; `< 1 ms` for the lowest bucket and `> 8.19 s` for the
 * one without an upper bound.
 */
export function formatLatencyRange(lowSeconds: number, highSeconds: number): string {
	if (highSeconds === Number.POSITIVE_INFINITY) return `> ${formatLatency(lowSeconds)}`;
	if (lowSeconds <= 0) return `< ${formatLatency(highSeconds)}`;
	if (lowSeconds === highSeconds) return formatLatency(lowSeconds);
	return highSeconds < 0.9995
		? `${milliseconds(lowSeconds * 1000)}–${milliseconds(highSeconds * 1000)} ms`
		: `${wholeSeconds(lowSeconds)}–${wholeSeconds(highSeconds)} s`;
}

const unitSeconds: Readonly<Record<string, number>> = {
	ns: 1e-9,
	us: 1e-6,
	µs: 1e-6,
	ms: 1e-3,
	s: 1,
	m: 60,
	h: 3600,
	d: 86_400,
};

/** Seconds from what a user wrote, in Go's form as etcdctl takes it (`500ms`, `1h30m`), or plain seconds; else null. */
export function parseDuration(text: string): number | null {
	const trimmed = text.trim();
	if (/^(?:\d+\.?\d*|\.\d+)$/.test(trimmed)) return Number(trimmed);
	if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h|d))+$/.test(trimmed)) return null;
	let seconds = 0;
	for (const [, value, unit] of trimmed.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h|d)/g))
		seconds += Number(value) * unitSeconds[unit!]!;
	return seconds;
}

/** A moment that Date can hold, whatever a recording claims. */
const asDate = (timeMs: number) =>
	new Date(Number.isFinite(timeMs) ? Math.min(Math.max(timeMs, -8.64e15), 8.64e15) : 0);

/** A moment (milliseconds since 1970) as HH:MM:SS, in the time zone of this machine or of the given offset. */
export function formatClock(timeMs: number, utcOffsetMinutes?: number): string {
	if (utcOffsetMinutes !== undefined)
		return asDate(timeMs + utcOffsetMinutes * 60_000)
			.toISOString()
			.slice(-13, -5);
	const local = asDate(timeMs);
	return `${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}`;
}

/** A moment (milliseconds since 1970) as YYYY-MM-DD in the time zone of this machine. */
export function formatDate(timeMs: number): string {
	const local = asDate(timeMs);
	return `${String(local.getFullYear()).padStart(4, '0')}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
}

/** A moment (milliseconds since 1970) in ISO 8601, UTC, with milliseconds. */
export function formatIsoTime(timeMs: number): string {
	return asDate(timeMs).toISOString();
}
