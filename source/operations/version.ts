/** Major, minor and patch; null where the text is no version. What follows a hyphen does not count. */
function partsOf(version: string): readonly number[] | null {
	const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
	return match === null ? null : match.slice(1).map(Number);
}

/** Whether a server's version, such as `3.5.30`, is before another; null where that cannot be told. */
export function isBefore(version: string | null, other: string): boolean | null {
	const parts = version === null ? null : partsOf(version);
	const others = partsOf(other);
	if (parts === null || others === null) return null;
	const at = parts.findIndex((part, index) => part !== others[index]);
	return at >= 0 && parts[at]! < others[at]!;
}
