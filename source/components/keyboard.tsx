import { type Key, useInput, usePaste } from 'ink';

export type KeyboardProps = {
	/** One key press: a printable cluster or an empty text, and Ink's report of it. */
	readonly onKey: (text: string, key: Key) => void;
	/** Pasted text in one piece, so that a paste is never taken for commands. It is hostile until it is escaped. */
	readonly onPaste: (text: string) => void;
};

const noKey: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
};

/** Made when it is first needed, which takes some milliseconds: most keys are single characters. */
let segmenter: Intl.Segmenter | null = null;

function clustersOf(text: string): string[] {
	if (text.length <= 1) return [text];
	segmenter ??= new Intl.Segmenter();
	return [...segmenter.segment(text)].map(({ segment }) => segment);
}

function keyOf(cluster: string): readonly [text: string, key: Key] {
	if (cluster === '\r' || cluster === '\n' || cluster === '\r\n') return ['', { ...noKey, return: true }];
	if (cluster === '\t') return ['', { ...noKey, tab: true }];
	if (cluster === '\x7f' || cluster === '\b') return ['', { ...noKey, backspace: true }];
	// Ctrl and a letter arrive as the letter's place in the alphabet.
	if (/^[\x01-\x1a]$/.test(cluster))
		return [String.fromCharCode(cluster.charCodeAt(0) + 0x60), { ...noKey, ctrl: true }];
	return [cluster, { ...noKey, shift: /^[A-Z]$/.test(cluster) }];
}

/**
 * The only place that listens to the keyboard: Ink gives every active `useInput` every key. Keys that were pressed
 * faster than they were read come from Ink in one text; they are told one by one.
 */
export function Keyboard({ onKey, onPaste }: KeyboardProps) {
	useInput((text, key) => {
		const clusters = clustersOf(text);
		if (clusters.length <= 1) onKey(text, key);
		else for (const cluster of clusters) onKey(...keyOf(cluster));
	});
	usePaste(onPaste);
	return null;
}
