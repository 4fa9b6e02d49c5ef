import type { Tone } from '../format/line.ts';
import { type Glyphs, glyphsFor } from './glyphs.ts';

/** How many colours may be used. `none` is what NO_COLOR and `--no-color` ask for: bold, dim and inverse remain. */
export type ColorDepth = 'none' | '16' | '256';

/** How tones and signs look on one terminal. The caller knows the terminal; nothing here asks the environment. */
export type Theme = {
	/** SGR parameters by tone, such as `1;36`; empty for the terminal's own text. */
	readonly styles: Readonly<Record<Tone, string>>;
	readonly glyphs: Glyphs;
};

type Look = { readonly none: string; readonly sixteen: string; readonly rich?: string };

/**
 * The terminal's own sixteen colours, because its owner chose them to be readable on its background. Plain white, black
 * and yellow text is avoided: each vanishes on one kind of background. The 256 give a grey and an orange that read well
 * on both.
 */
const looks: Readonly<Record<Tone, Look>> = {
	normal: { none: '', sixteen: '' },
	muted: { none: '2', sixteen: '2', rich: '38;5;244' },
	strong: { none: '1', sixteen: '1' },
	title: { none: '1', sixteen: '1' },
	accent: { none: '', sixteen: '36' },
	key: { none: '1', sixteen: '1;36' },
	good: { none: '', sixteen: '32' },
	warning: { none: '1', sixteen: '1;33', rich: '1;38;5;172' },
	critical: { none: '1;4', sixteen: '1;31' },
	alarm: { none: '1;7', sixteen: '1;7;31' },
	border: { none: '2', sixteen: '2', rich: '38;5;244' },
	focus: { none: '1', sixteen: '1;36' },
	series1: { none: '', sixteen: '36' },
	series2: { none: '', sixteen: '35' },
	series3: { none: '', sixteen: '32' },
	series4: { none: '', sixteen: '34', rich: '38;5;69' },
	series5: { none: '', sixteen: '33', rich: '38;5;172' },
	series6: { none: '', sixteen: '96', rich: '38;5;37' },
	series7: { none: '', sixteen: '95', rich: '38;5;134' },
};

/** Makes the theme; `isUnicode` is whether the locale is UTF-8. */
export function createTheme(colorDepth: ColorDepth, isUnicode: boolean): Theme {
	const pick = ({ none, sixteen, rich = sixteen }: Look) =>
		colorDepth === 'none' ? none : colorDepth === '16' ? sixteen : rich;
	const styles = Object.fromEntries(Object.entries(looks).map(([tone, look]) => [tone, pick(look)]));
	return { styles: styles as Record<Tone, string>, glyphs: glyphsFor(isUnicode) };
}
