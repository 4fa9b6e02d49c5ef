/** The part of a terminal library's key report that names a key. */
export type KeyReport = {
	readonly upArrow: boolean;
	readonly downArrow: boolean;
	readonly leftArrow: boolean;
	readonly rightArrow: boolean;
	readonly pageUp: boolean;
	readonly pageDown: boolean;
	readonly home: boolean;
	readonly end: boolean;
	readonly return: boolean;
	readonly escape: boolean;
	readonly tab: boolean;
	readonly backspace: boolean;
	readonly delete: boolean;
	readonly ctrl: boolean;
	readonly shift: boolean;
	readonly meta: boolean;
};

const special: readonly (readonly [report: keyof KeyReport, name: string])[] = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['backspace', 'backspace'],
	// Many terminals send DEL for the backspace key.
	['delete', 'backspace'],
];

/** The keymap's name of a key: `tab`, `shift+tab`, `ctrl+c`, `space`, or the character itself. */
export function keyName(input: string, report: KeyReport): string {
	if (report.tab) return report.shift ? 'shift+tab' : 'tab';
	const found = special.find(([flag]) => report[flag]);
	if (found !== undefined) return found[1];
	if (report.ctrl) return `ctrl+${input.toLowerCase()}`;
	if (input === ' ') return 'space';
	return report.meta ? `meta+${input}` : input;
}
