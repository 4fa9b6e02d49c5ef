import { closeSync, openSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { ReadStream, WriteStream } from 'node:tty';
import { Interrupted } from './errors.ts';

/** What is typed so far; pure, so that every key can be tested. `done` ends the question. */
export type Typed = { readonly text: string; readonly state: 'typing' | 'done' | 'left' };

/** One character typed at the question. */
export function typeCharacter(text: string, character: string): Typed {
	switch (character) {
		case '\r':
		case '\n':
			return { text, state: 'done' };
		case '\x03':
			return { text: '', state: 'left' };
		case '\x04':
			return text === '' ? { text, state: 'left' } : { text, state: 'done' };
		case '\x7f':
		case '\b':
			return { text: [...text].slice(0, -1).join(''), state: 'typing' };
		case '\x15':
			return { text: '', state: 'typing' };
		default:
			// Arrow keys and the like begin with an escape; no password holds one.
			return { text: character < ' ' ? text : text + character, state: 'typing' };
	}
}

/** Escape sequences of arrow and function keys; a lone Escape is dropped as a control character. */
const keySequence = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)/g;

/** What was typed, without the keys that are no characters. */
export const withoutKeySequences = (typed: string): string => typed.replace(keySequence, '');

function openTerminal(): { input: ReadStream; output: WriteStream } | null {
	const opened: number[] = [];
	try {
		// One for each stream, because each closes its own.
		for (const mode of ['r', 'w']) opened.push(openSync('/dev/tty', mode));
		return { input: new ReadStream(opened[0]!), output: new WriteStream(opened[1]!) };
	} catch {
		for (const descriptor of opened) closeSync(descriptor);
		return null;
	}
}

/**
 * Asks on the controlling terminal, whatever stdin and stdout are, and shows nothing of what is typed. Null where there
 * is no terminal. The terminal is as before when this returns or throws; Ctrl+C throws `Interrupted`.
 */
export async function askPassword(question: string): Promise<string | null> {
	const terminal = openTerminal();
	if (terminal === null) return null;
	const { input, output } = terminal;
	const decoder = new StringDecoder('utf8');
	let text = '';
	input.setRawMode(true);
	output.write(question);
	try {
		for await (const bytes of input) {
			for (const character of withoutKeySequences(decoder.write(bytes))) {
				const typed = typeCharacter(text, character);
				text = typed.text;
				if (typed.state === 'left') throw new Interrupted('left at the password');
				if (typed.state === 'done') return text;
			}
		}
		throw new Interrupted('the terminal went away');
	} finally {
		input.setRawMode(false);
		output.write('\n');
		input.destroy();
		output.destroy();
	}
}
