import stringWidth from 'string-width';

/** Made when it is first needed, which takes some milliseconds: most screens are plain. */
let segmenter: Intl.Segmenter | null = null;
const widths = new Map<string, number>();
const maxCachedWidths = 4096;

/** Longer clusters are heaps of combining marks; what is beyond would only be drawn over itself. */
const maxClusterUnits = 32;

/**
 * Characters that take one cell on every terminal and never join a neighbour: printable ASCII and Latin-1, box drawing,
 * blocks, geometric shapes, Braille and the few signs of our own glyph set. What Unicode lists as a pictograph (©, ®, ▶)
 * is left out, because a variation selector or joiner may follow it.
 */
export function isPlain(code: number): boolean {
	if (code < 0x7f) return code >= 0x20;
	if (code < 0x100) return code >= 0xa1 && code !== 0xa9 && code !== 0xad && code !== 0xae;
	if (code >= 0x2500 && code <= 0x25ff)
		return !(code === 0x25aa || code === 0x25ab || code === 0x25b6 || code === 0x25c0 || code >= 0x25fb);
	if (code >= 0x2800 && code <= 0x28ff) return true;
	return (
		(code >= 0x2190 && code <= 0x2193) ||
		code === 0x2013 ||
		code === 0x2022 ||
		code === 0x2026 ||
		code === 0x2713 ||
		code === 0x2717
	);
}

/** Kana, common Han and Hangul syllables: two cells on every terminal. */
const isWideEverywhere = (code: number) =>
	(code >= 0x3041 && code <= 0x3096) ||
	(code >= 0x30a1 && code <= 0x30fa) ||
	(code >= 0x4e00 && code <= 0x9fff) ||
	(code >= 0xac00 && code <= 0xd7a3);

/** All terminals agree on the cells of this cluster. Of the others (emoji, joined or combined ones) they do not. */
export function isSteady(cluster: string): boolean {
	if (cluster.length !== 1) return false;
	const code = cluster.charCodeAt(0);
	return isPlain(code) || isWideEverywhere(code);
}

/** Cells of one grapheme cluster; 0 for what has no cell of its own (joiners, direction marks, controls). */
export function clusterWidth(cluster: string): number {
	const known = widths.get(cluster);
	if (known !== undefined) return known;
	if (widths.size >= maxCachedWidths) widths.clear();
	const width = stringWidth(cluster);
	widths.set(cluster, width);
	return width;
}

const isControl = (code: number) => code < 0x20 || code === 0x7f;

/**
 * The clusters of a text as they may be sent: control characters as `?`, half surrogates as the replacement character,
 * nothing that has no cell.
 */
export function* clustersOf(text: string): Generator<{ readonly cluster: string; readonly width: number }> {
	segmenter ??= new Intl.Segmenter();
	for (const { segment } of segmenter.segment(text)) {
		if (isControl(segment.charCodeAt(0))) yield { cluster: '?', width: 1 };
		else {
			const cluster = segment.slice(0, maxClusterUnits).toWellFormed();
			const width = clusterWidth(cluster);
			if (width > 0) yield { cluster, width };
		}
	}
}
