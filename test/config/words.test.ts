import { describe, expect, it } from 'vitest';
import { splitWords } from '../../source/config/words.ts';

describe('a command in one line', () => {
	it.each([
		['page', ['page']],
		['  page   on  call ', ['page', 'on', 'call']],
		[`mail -s "etcd is critical" ops`, ['mail', '-s', 'etcd is critical', 'ops']],
		[`a 'b "c" \\n' d`, ['a', 'b "c" \\n', 'd']],
		[`a "b 'c' \\" d"`, ['a', `b 'c' " d`]],
		['a\\ b c', ['a b', 'c']],
		[`a'b'"c"d`, ['abcd']],
		[`a "" ''`, ['a', '', '']],
		['a $HOME *.log | b && c > d; e', ['a', '$HOME', '*.log', '|', 'b', '&&', 'c', '>', 'd;', 'e']],
		['söhne "日本 語" 👍', ['söhne', '日本 語', '👍']],
		['', []],
		[' \t', []],
	])('%j is %j', (text, words) => {
		expect(splitWords(text)).toEqual(words);
	});

	it.each([`a 'b`, `a "b`, 'a \\', `a "b \\`, `'`])('%j is not finished', text => {
		expect(splitWords(text)).toBeNull();
	});
});
