/** Every sign beyond letters that is drawn, in one set for UTF-8 locales and one in ASCII. All take one cell. */
export type Glyphs = {
	readonly ellipsis: string;
	readonly bullet: string;
	readonly hollowBullet: string;
	readonly diamond: string;
	readonly up: string;
	readonly down: string;
	readonly left: string;
	readonly right: string;
	readonly check: string;
	readonly cross: string;
	readonly warning: string;
	/** Work that goes on and cannot be hurried. */
	readonly busy: string;
	/** The one that is at work now, in a list. */
	readonly running: string;
	/** The ones whose turn has not come. */
	readonly waiting: string;
	/** The ones that were passed over. */
	readonly skipped: string;
	readonly unknown: string;
	readonly star: string;
	readonly times: string;
	readonly separator: string;
	readonly dash: string;
	/** Corners and sides of a frame. */
	readonly frame: FrameGlyphs;
	/** The frame of the pane that has the focus: another shape, not only another colour. */
	readonly focusFrame: FrameGlyphs;
	/** From the lowest to the highest; the lowest is still visible. */
	readonly spark: readonly string[];
	/** Fillings of a gauge that can be told apart without colour: in use, reclaimable, free. */
	readonly gauge: readonly [full: string, half: string, empty: string];
	/** asciichart's ten symbols: crossing, axis, two ends, line, four corners, upright. */
	readonly plot: readonly string[];
	readonly threshold: string;
	readonly axis: string;
	/** The cell of the cursor in a line of input. */
	readonly inputCursor: string;
};

export type FrameGlyphs = {
	readonly topLeft: string;
	readonly topRight: string;
	readonly bottomLeft: string;
	readonly bottomRight: string;
	readonly horizontal: string;
	readonly vertical: string;
};

const unicodeGlyphs: Glyphs = {
	ellipsis: '…',
	bullet: '●',
	hollowBullet: '○',
	diamond: '◆',
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	check: '✓',
	cross: '✗',
	warning: '▲',
	busy: '◐',
	running: '▸',
	waiting: '·',
	skipped: '–',
	unknown: '?',
	star: '★',
	times: '×',
	separator: '·',
	dash: '–',
	frame: {
		topLeft: '╭',
		topRight: '╮',
		bottomLeft: '╰',
		bottomRight: '╯',
		horizontal: '─',
		vertical: '│',
	},
	focusFrame: {
		topLeft: '┏',
		topRight: '┓',
		bottomLeft: '┗',
		bottomRight: '┛',
		horizontal: '━',
		vertical: '┃',
	},
	spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	gauge: ['█', '▒', '░'],
	plot: ['┼', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'],
	threshold: '┈',
	axis: '┤',
	inputCursor: '▏',
};

const asciiGlyphs: Glyphs = {
	ellipsis: '~',
	bullet: '*',
	hollowBullet: 'o',
	diamond: '#',
	up: '^',
	down: 'v',
	left: '<',
	right: '>',
	check: '+',
	cross: 'x',
	warning: '!',
	busy: '~',
	running: '>',
	waiting: '.',
	skipped: '-',
	unknown: '?',
	star: '*',
	times: 'x',
	separator: '|',
	dash: '-',
	frame: { topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+', horizontal: '-', vertical: '|' },
	focusFrame: { topLeft: '#', topRight: '#', bottomLeft: '#', bottomRight: '#', horizontal: '=', vertical: '#' },
	spark: ['_', '.', ':', '-', '=', '+', '*', '#'],
	gauge: ['#', '+', '.'],
	plot: ['+', '|', '-', '-', '-', '`', '.', '.', "'", '|'],
	threshold: '=',
	axis: '|',
	inputCursor: '_',
};

/** The signs for a locale: `isUnicode` when it is UTF-8. */
export const glyphsFor = (isUnicode: boolean): Glyphs => (isUnicode ? unicodeGlyphs : asciiGlyphs);
