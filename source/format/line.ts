/**
 * What a piece of text means. The theme (`components/theme.ts`) turns it into the terminal's colours; nothing else knows
 * colours. A tone is never the only signal: where it matters, a word or a glyph says the same.
 */
export type Tone =
	| 'normal'
	/** Labels, units, old values, whatever may fade into the background. */
	| 'muted'
	/** A value that the eye should find first. */
	| 'strong'
	/** Titles of panes and heads of columns. */
	| 'title'
	/** Names that can be acted on, and what is in use in a gauge. */
	| 'accent'
	/** A key that can be pressed. */
	| 'key'
	| 'good'
	| 'warning'
	| 'critical'
	/** A banner: a whole line that must not be missed, inverse. */
	| 'alarm'
	| 'border'
	/** The border of the pane that has the focus. */
	| 'focus'
	/** Lines of a chart and the members they belong to; told apart by their legend as well. */
	| SeriesTone;

export type SeriesTone = 'series1' | 'series2' | 'series3' | 'series4' | 'series5' | 'series6' | 'series7';

/** The tones of series in the order in which they are given out; take them round after the last. */
export const seriesTones: readonly SeriesTone[] = [
	'series1',
	'series2',
	'series3',
	'series4',
	'series5',
	'series6',
	'series7',
];

/**
 * Text of one tone on one row: printable characters only, no control characters, no escape sequences, no newline.
 * Hostile text is escaped before it becomes a segment.
 */
export type Segment = {
	readonly text: string;
	/** `normal` where it is left out. */
	readonly tone?: Tone;
	/** Drawn inverse, on top of its tone: the selected row. `select` marks a whole line. */
	readonly isSelected?: boolean;
};

/**
 * One row of the screen. It may be shorter or longer than its place: the component that paints it cuts it (with an
 * ellipsis) or pads it to the width, and the padding is selected where the last segment is.
 */
export type Line = readonly Segment[];

/** A line of one tone. */
export const line = (text: string, tone: Tone = 'normal'): Line => [{ text, tone }];

/** The whole line as the selected row; an empty line still shows as selected. */
export const select = (of: Line): Line =>
	of.length === 0 ? [{ text: '', isSelected: true }] : of.map(segment => ({ ...segment, isSelected: true }));

/** The characters of a line without their tones, for tests and for screen readers. */
export const plainText = (of: Line): string => of.map(segment => segment.text).join('');
