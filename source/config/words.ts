/**
 * A program and its arguments out of one line, without a shell: blanks part words; single and double quotes keep what
 * is between them together; a backslash takes the next character as it is, but not between single quotes. Nothing else
 * means anything: no `$`, no `*`, no `|`. Null where a quote or the character after a backslash is missing.
 */
export function splitWords(text: string): readonly string[] | null {
	const words: string[] = [];
	let word: string | null = null;
	let quote: string | null = null;
	const characters = [...text][Symbol.iterator]();
	for (const character of characters) {
		if (character === '\\' && quote !== "'") {
			const { value, done } = characters.next();
			if (done === true) return null;
			word = (word ?? '') + value;
		} else if (quote !== null) {
			if (character === quote) quote = null;
			else word += character;
		} else if (character === '"' || character === "'") {
			quote = character;
			word ??= '';
		} else if (/\s/.test(character)) {
			if (word !== null) words.push(word);
			word = null;
		} else word = (word ?? '') + character;
	}
	if (quote !== null) return null;
	return word === null ? words : [...words, word];
}
