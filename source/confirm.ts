import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import { typeCharacter, withoutKeySequences } from './config/password.ts';
import { safeText } from './format/safe.ts';
import { type Plan, type Risk, riskOf } from './operations/plan.ts';

/** How a question was answered; `left` is Ctrl+C, a signal, or a terminal that went away. */
export type Answer = 'confirmed' | 'declined' | 'left';

/** What it takes to go on. */
export type Question = { readonly risk: Risk; readonly phrase: string };

export const questionOf = (plan: Plan): Question => ({ risk: riskOf(plan), phrase: plan.phrase });

/** The line that is asked with, the cursor behind it. */
export function questionText({ risk, phrase }: Question): string {
	switch (risk) {
		case 'safe':
			return 'Enter begins, any other key leaves: ';
		case 'careful':
			return 'y begins, any other key leaves: ';
		case 'dangerous':
			return `Type ${phrase} and Enter to begin, Escape leaves: `;
	}
}

/** What was typed so far, and what follows from it; pure, so that every key can be tested. */
export type Reply = { readonly typed: string; readonly answer: Answer | null };

const over = (answer: Answer, typed = ''): Reply => ({ typed, answer });

/**
 * Takes what the terminal gave at once. A key comes alone: what comes with others was pasted, and confirms nothing that
 * one key confirms.
 */
export function replyTo({ risk, phrase }: Question, typed: string, chunk: string): Reply {
	if (chunk.includes('\x03')) return over('left');
	if (risk === 'safe') return over(/^(?:\r|\n|\r\n)$/.test(chunk) ? 'confirmed' : 'declined');
	if (risk === 'careful') return over(/^[yY]$/.test(chunk) ? 'confirmed' : 'declined', chunk === 'y' ? 'y' : '');
	if (chunk === '\x1b') return over('declined', typed);
	let text = typed;
	for (const character of withoutKeySequences(chunk)) {
		const next = typeCharacter(text, character);
		if (next.state === 'left') return over('left');
		text = next.text;
		if (next.state === 'done') return over(text === phrase ? 'confirmed' : 'declined', text);
	}
	return { typed: text, answer: null };
}

/** Whether somebody sits there who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** What was typed before the question stood there answers nothing: this long the input is read and dropped. */
const typeAheadMs = 100;

/** Asks on the terminal of standard input; the question stands on standard error, whatever standard output is. */
export async function askConfirmation(question: Question, signal: AbortSignal): Promise<Answer> {
	const input = process.stdin as ReadStream;
	const output = process.stderr as WriteStream;
	const decoder = new StringDecoder('utf8');
	const { promise, resolve } = Promise.withResolvers<Answer>();
	const leave = () => resolve('left');
	let reply: Reply = { typed: '', answer: null };
	let isAsked = false;
	const draw = () => output.write(`\r\x1b[K${questionText(question)}${safeText(reply.typed)}`);
	const take = (bytes: Buffer) => {
		const text = decoder.write(bytes);
		if (!isAsked) return text.includes('\x03') ? leave() : undefined;
		reply = replyTo(question, reply.typed, text);
		draw();
		if (reply.answer !== null) resolve(reply.answer);
	};
	input.on('data', take).once('end', leave).once('error', leave);
	signal.addEventListener('abort', leave);
	try {
		input.setRawMode(true);
		input.resume();
		await Promise.race([delay(typeAheadMs), promise]);
		isAsked = true;
		draw();
		return await (signal.aborted ? 'left' : promise);
	} finally {
		signal.removeEventListener('abort', leave);
		input.off('data', take).off('end', leave).off('error', leave);
		input.on('error', () => undefined);
		input.setRawMode(false);
		input.pause();
		output.write('\n');
	}
}
