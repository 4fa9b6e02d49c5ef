import { createDrawing, escapeXml, textAt } from './draw.ts';
import type { Frame } from './frame.ts';
import { theme } from './palette.ts';
import { cell } from './shapes.ts';

/** What is said below the screen: the key that was pressed, and what is going on. */
export type Caption = { readonly key: string | null; readonly text: string };

/** One frame of a film, from its moment to the next one's. */
export type Shot = { readonly atSeconds: number; readonly frame: Frame; readonly caption: Caption };

const padding = 14;
const captionHeight = 34;

type Page = { readonly frame: Frame; readonly title: string; readonly captionRows: boolean };

/** A terminal's window: rounded corners on a dark ground. */
function page({ frame, title, captionRows }: Page, content: string, css: string): string {
	const width = frame.columns * cell.width + 2 * padding;
	const height = frame.rows.length * cell.height + 2 * padding + (captionRows ? captionHeight : 0);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
		`<title>${escapeXml(title)}</title>`,
		`<style>\n${css}\n</style>`,
		`<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="${theme.background}" stroke="${theme.edge}"/>`,
		// A window of its own, so that neighbouring frames stay out of sight.
		`<clipPath id="window"><rect width="${width - 2 * padding}" height="${height - 2 * padding}"/></clipPath>`,
		`<g transform="translate(${padding} ${padding})" clip-path="url(#window)">`,
		content,
		'</g>',
		'</svg>',
		'',
	].join('\n');
}

/** One screen, as it stood. */
export function stillSvg(frame: Frame, title: string): string {
	const drawing = createDrawing();
	const drawn = drawing.frame(frame);
	return page({ frame, title, captionRows: false }, `${drawing.definitions()}\n${drawn}`, drawing.css());
}

function captionAt(y: number, { key, text }: Caption): string {
	const keyWidth = key === null ? 0 : (key.length + 2) * cell.width;
	const keyDrawn =
		key === null
			? ''
			: `<rect y="${y + 8}" width="${keyWidth}" height="24" rx="5" fill="${theme.keyBackground}"/>${textAt(cell.width, y + 25, key, 'pressed')}`;
	return keyDrawn + (text === '' ? '' : textAt(key === null ? 0 : keyWidth + cell.width, y + 25, text, 'said'));
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/**
 * A film: all frames side by side, and one step function that moves the strip. Nothing but CSS, so that it plays inside
 * an `<img>`; readers who asked for less motion see its first frame.
 */
export function filmSvg(shots: readonly Shot[], endSeconds: number, title: string): string {
	const drawing = createDrawing();
	const [first] = shots;
	if (first === undefined) throw new Error('nothing was recorded');
	const stride = first.frame.columns * cell.width + 2 * padding;
	const captionY = first.frame.rows.length * cell.height;
	const seconds = endSeconds - first.atSeconds;
	const strip = shots.map(
		({ frame, caption }, index) =>
			`<g transform="translate(${index * stride})">${drawing.frame(frame)}${captionAt(captionY, caption)}</g>`,
	);
	const steps = shots.map(
		({ atSeconds }, index) =>
			`${rounded(((atSeconds - first.atSeconds) / seconds) * 100)}%{transform:translateX(${-index * stride}px)}`,
	);
	const css = [
		drawing.css(),
		`.film{animation:film ${rounded(seconds)}s step-end infinite}`,
		`@keyframes film{${steps.join('')}}`,
		'@media (prefers-reduced-motion:reduce){.film{animation:none}}',
	].join('\n');
	const content = `${drawing.definitions()}\n<g class="film">\n${strip.join('\n')}\n</g>`;
	return page({ frame: first.frame, title, captionRows: true }, content, css);
}
