/**
 * Keys, names and error texts are written by others. Everything in them that could steer a terminal, hide, reorder its
 * surroundings, or take a number of cells on which terminals disagree, is shown as an escape in plain ASCII.
 */

/** Enough for any key worth reading in one line; etcd takes keys of a megabyte and more. */
const defaultMaxLength = 512;

/** Combining marks that may stand on one base; real scripts need fewer, stacked ones paint over other rows. */
const maxMarks = 4;

/**
 * What is never shown as it is: controls, format characters (bidi, zero-width, tags), surrogates, private use, code
 * points that are not assigned yet, blanks other than the space, and what is invisible by default. Variation selectors,
 * skin tones, flags, keycaps and joiners are here because terminals differ in how wide the joined sign is: a joined
 * emoji is shown as its parts.
 */
const unsafe =
	/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}[\p{Zs}--\u{20}]\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}\p{Regional_Indicator}\u{20e3}\u{2800}]/gv;

const tooManyMarks = new RegExp(`(?<=\\p{M}{${maxMarks}})\\p{M}`, 'gu');
/** A mark without a base would sit on whatever is printed before the text. */
const leadingMark = /^\p{M}/u;
const notAscii = /[^\x20-\x7e]/;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const hexByte = (byte: number) => `\\x${byte.toString(16).padStart(2, '0')}`;

function escapeCharacter(character: string): string {
	const code = character.codePointAt(0)!;
	return shortEscapes[character] ?? (code < 0x80 ? hexByte(code) : `\\u{${code.toString(16)}}`);
}

/** Cuts to a number of UTF-16 units without tearing a pair, and says so with an ellipsis. */
function bounded(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	const end = Math.max(0, maxLength - 1);
	const isTorn = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
	return `${text.slice(0, isTorn ? end - 1 : end)}…`;
}

/**
 * The text with everything dangerous made visible (`\n`, `\x1b`, `\u{202e}`), at most `maxLength` UTF-16 units long.
 * Safe text stays as it is, so it does no harm to call it twice. A backslash is not doubled for the same reason.
 */
export function safeText(value: string, maxLength: number = defaultMaxLength): string {
	// An escape makes text longer, never shorter: what lies beyond the bound need not be looked at.
	const text = value.length > maxLength ? value.slice(0, maxLength + 1) : value;
	if (!notAscii.test(text)) return bounded(text, maxLength);
	const visible = text
		.replace(unsafe, escapeCharacter)
		.replace(leadingMark, escapeCharacter)
		.replace(tooManyMarks, escapeCharacter);
	return bounded(visible, maxLength);
}

/** The same of text whose newlines are meant: its lines, each safe to show; what lies beyond `maxLength` is left out. */
export const safeLines = (value: string, maxLength: number): readonly string[] =>
	value
		.slice(0, maxLength)
		.split('\n')
		.map(row => safeText(row, maxLength));

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of the well-formed UTF-8 sequence that starts at `at`; 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
	const lead = bytes[at]!;
	const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
	for (let offset = 1; offset < length; offset++) if (((bytes[at + offset] ?? 0) & 0xc0) !== 0x80) return 0;
	const second = bytes[at + 1] ?? 0;
	const isOverlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
	const isBeyond = (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f);
	return isOverlong || isBeyond ? 0 : length;
}

/** For bytes that are not UTF-8: what is well-formed stays text, every other byte becomes `\xNN`. */
function decodeTorn(bytes: Uint8Array): string {
	let text = '';
	let goodFrom = 0;
	for (let at = 0; at < bytes.length; ) {
		const length = sequenceLength(bytes, at);
		if (length === 0) {
			text += strictDecoder.decode(bytes.subarray(goodFrom, at)) + hexByte(bytes[at]!);
			goodFrom = at + 1;
		}
		at += Math.max(1, length);
	}
	return text + strictDecoder.decode(bytes.subarray(goodFrom));
}

/** Bytes as UTF-8 where they are, invalid bytes as `\xNN`, everything made safe to show as in `safeText`. */
export function safeBytes(bytes: Uint8Array, maxLength: number = defaultMaxLength): string {
	// A code unit of the text needs at most three bytes; one more sequence tells whether there is more.
	const head = bytes.length > maxLength * 3 + 4 ? bytes.subarray(0, maxLength * 3 + 4) : bytes;
	let text: string;
	try {
		text = strictDecoder.decode(head);
	} catch {
		text = decodeTorn(head);
	}
	return safeText(text, maxLength);
}
