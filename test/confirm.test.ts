import { describe, expect, it } from 'vitest';
import { type Question, questionText, replyTo } from '../source/confirm.ts';

const safe: Question = { risk: 'safe', phrase: 'm1' };
const careful: Question = { risk: 'careful', phrase: 'm1' };
const dangerous: Question = { risk: 'dangerous', phrase: 'm1' };

/** What the chunks of a terminal come to: the answer, or what was typed so far. */
function answer(question: Question, ...chunks: readonly string[]): string {
	let typed = '';
	for (const chunk of chunks) {
		const reply = replyTo(question, typed, chunk);
		if (reply.answer !== null) return reply.answer;
		typed = reply.typed;
	}
	return `typed ${typed}`;
}

describe('the question', () => {
	it('says what begins and what leaves', () => {
		expect(questionText(safe)).toBe('Enter begins, any other key leaves: ');
		expect(questionText(careful)).toBe('y begins, any other key leaves: ');
		expect(questionText(dangerous)).toBe('Type m1 and Enter to begin, Escape leaves: ');
	});

	it.each([
		[safe, ['\r'], 'confirmed'],
		[safe, ['\n'], 'confirmed'],
		[safe, ['y'], 'declined'],
		[safe, [' '], 'declined'],
		[safe, ['\x1b'], 'declined'],
		[safe, ['\x1b[A'], 'declined'],
		[safe, ['ls\r'], 'declined'],
		[safe, ['\x03'], 'left'],
		[careful, ['y'], 'confirmed'],
		[careful, ['Y'], 'confirmed'],
		[careful, ['\r'], 'declined'],
		[careful, ['n'], 'declined'],
		[careful, ['yes\r'], 'declined'],
		[careful, ['yy'], 'declined'],
		[careful, ['\x1b'], 'declined'],
		[careful, ['\x03'], 'left'],
		[dangerous, ['m', '1', '\r'], 'confirmed'],
		[dangerous, ['m1\r'], 'confirmed'],
		[dangerous, ['m', '2', '\x7f', '1', '\n'], 'confirmed'],
		[dangerous, ['x', '\x15', 'm1', '\r'], 'confirmed'],
		[dangerous, ['m', '\x1b[D', '1'], 'typed m1'],
		[dangerous, ['y'], 'typed y'],
		[dangerous, ['\r'], 'declined'],
		[dangerous, ['y', '\r'], 'declined'],
		[dangerous, ['M1\r'], 'declined'],
		[dangerous, ['m1 \r'], 'declined'],
		[dangerous, ['m1', '\x1b'], 'declined'],
		[dangerous, ['m1', '\x03'], 'left'],
		[dangerous, ['m1', '\x04', '\r'], 'confirmed'],
		[dangerous, ['\x04'], 'left'],
	])('%j answered with %j: %s', (question, chunks, outcome) => {
		expect(answer(question, ...chunks)).toBe(outcome);
	});
});
