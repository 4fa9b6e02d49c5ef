/** A whole number with its thousands grouped: `12,345,678`. */
export function formatCount(count: number | bigint): string {
	if (typeof count === 'number' && !Number.isFinite(count)) return '?';
	const text = typeof count === 'bigint' ? String(count) : Math.round(count).toFixed(0);
	return text.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** How many of something: `1 entry`, `1,204 entries`. */
export const formatCounted = (count: number | bigint, one: string, many: string): string =>
	`${formatCount(count)} ${count === 1 || count === 1n ? one : many}`;

const compactUnits = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A number in at most five cells or so: `7`, `0.5`, `950`, `1.2k`, `35k`, `12M`. */
export function formatCompact(count: number | bigint): string {
	const value = Number(count);
	if (!Number.isFinite(value)) return '?';
	if (value < 0) return `-${formatCompact(-value)}`;
	let scaled = value;
	let exponent = 0;
	// 999.5 would be printed as 1000: it belongs to the next unit.
	while (scaled >= 999.5 && exponent < compactUnits.length - 1) {
		scaled /= 1000;
		exponent++;
	}
	return `${Number(scaled.toFixed(scaled < 9.95 ? 1 : 0))}${compactUnits[exponent]}`;
}

/** Events a second: `0.5/s`, `12/s`, `1.2k/s`; a rate that is not nothing is never shown as 0. */
export function formatRate(perSecond: number): string {
	return perSecond > 0 && perSecond < 0.05 ? '<0.1/s' : `${formatCompact(perSecond)}/s`;
}

/** A fraction as a percentage: 0.253 is `25%`. Only all of it is `100%`, and a little is `<1%`, not `0%`. */
export function formatPercent(fraction: number): string {
	if (!Number.isFinite(fraction)) return '?';
	if (fraction > 0 && fraction < 0.01) return '<1%';
	const percent = Math.round(fraction * 100);
	return `${percent === 100 && fraction < 1 ? 99 : percent}%`;
}
