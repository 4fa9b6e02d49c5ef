const decimalUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Rounds to an integer, halves to the even one, as Go's `%.0f` does; `toFixed` would round them up. */
function roundHalfEven(value: number): number {
	const floor = Math.floor(value);
	return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/**
 * Bytes in units of 1000, `25 kB` or `1.9 GB`, digit for digit as etcdctl prints them (go-humanize's `Bytes`, which
 * rounds to tenths first and then, from 10 on, to whole numbers). A negative number, a shrinking, keeps its sign.
 */
export function formatBytes(bytes: number): string {
	if (!Number.isFinite(bytes)) return '?';
	if (bytes < 0) return `-${formatBytes(-bytes)}`;
	if (bytes < 10) return `${Math.round(bytes)} B`;
	let exponent = 0;
	while (exponent < decimalUnits.length - 1 && bytes >= 1000 ** (exponent + 1)) exponent++;
	const value = Math.floor((bytes / 1000 ** exponent) * 10 + 0.5) / 10;
	return `${value < 10 ? value.toFixed(1) : roundHalfEven(value)} ${decimalUnits[exponent]}`;
}

/** A size that people set in powers of two: `8.6 GB (8 GiB)` where it is a whole number of them, else `8.0 GB`. */
export function formatQuota(bytes: number): string {
	let exponent = 0;
	let value = bytes;
	while (exponent < binaryUnits.length - 1 && value >= 1024 && value % 1024 === 0) {
		value /= 1024;
		exponent++;
	}
	return exponent < 2 ? formatBytes(bytes) : `${formatBytes(bytes)} (${value} ${binaryUnits[exponent]})`;
}

const unitBytes: Readonly<Record<string, number>> = Object.fromEntries([
	['', 1],
	['b', 1],
	...['k', 'm', 'g', 't', 'p'].flatMap((letter, index): [string, number][] => [
		[letter, 1000 ** (index + 1)],
		[`${letter}b`, 1000 ** (index + 1)],
		[`${letter}i`, 1024 ** (index + 1)],
		[`${letter}ib`, 1024 ** (index + 1)],
	]),
]);

/** Bytes from what a user wrote: `1048576`, `100MB` and `8G` (units of 1000), `2GiB` and `2Gi` (1024); else null. */
export function parseBytes(text: string): number | null {
	const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
	const unit = unitBytes[match?.[2]?.toLowerCase() ?? 'none'];
	if (match === null || unit === undefined) return null;
	const bytes = Math.round(Number(match[1]) * unit);
	return Number.isSafeInteger(bytes) ? bytes : null;
}
