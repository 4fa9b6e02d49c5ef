const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const notAscii = /[^\x20-\x7e]/;

/** JSON has a lossless escape for what must not reach a terminal: programs read the same text, people see `\u202e`. */
const escapeUnits = (character: string) =>
	Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
		.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
		.join('');

/** A value as JSON on one line, without a character that could steer a terminal. */
export function jsonText(value: unknown): string {
	const text = JSON.stringify(value);
	return notAscii.test(text) ? text.replace(unprintable, escapeUnits) : text;
}
