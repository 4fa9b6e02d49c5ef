/** How many colours may be used: none, the terminal's own sixteen, or the 256 of xterm. */
export type ColorDepth = 'none' | '16' | '256';

/** What the terminal can show, told from its environment; nothing is asked of the terminal itself. */
export type Capabilities = {
	readonly colorDepth: ColorDepth;
	/** The locale is UTF-8: box drawing, blocks and names in any script may be sent. */
	readonly unicode: boolean;
	/** It takes a title; what does not might show the sequence. */
	readonly titles: boolean;
	/** No cursor addressing: the monitor cannot be drawn at all. */
	readonly dumb: boolean;
};

export type Environment = Readonly<Record<string, string | undefined>>;

function colorDepthOf(env: Environment, noColor: boolean): ColorDepth {
	// https://no-color.org: present and not empty, whatever its value.
	if (noColor || (env.NO_COLOR ?? '') !== '') return 'none';
	const term = env.TERM ?? '';
	if (term === '' || term === 'dumb' || /^vt\d|-m(?:ono)?$/.test(term)) return 'none';
	const isRich = /^(?:truecolor|24bit)$/.test(env.COLORTERM ?? '') || /256|direct|kitty|ghostty|alacritty/.test(term);
	return isRich ? '256' : '16';
}

/**
 * `noColor` is the flag `--no-color`. POSIX takes the first of LC_ALL, LC_CTYPE and LANG that is set and not empty as
 * the character set's locale.
 */
export function capabilitiesOf(env: Environment, isTTY: boolean, noColor = false): Capabilities {
	const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => (value ?? '') !== '') ?? '';
	const term = env.TERM ?? '';
	return {
		colorDepth: isTTY ? colorDepthOf(env, noColor) : 'none',
		unicode: /utf-?8/i.test(locale),
		titles: isTTY && !/^(?:linux|cons\d|vt\d|dumb|$)/.test(term),
		dumb: !isTTY || term === '' || term === 'dumb',
	};
}
