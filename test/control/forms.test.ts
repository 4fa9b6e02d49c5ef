import { describe, expect, it } from 'vitest';
import type { State } from '../../source/control/state.ts';
import type { Request } from '../../source/operations/request.ts';
import { effectsOf, press } from './operator.ts';
import { having, ready } from './plans.ts';

const revision = () => press(ready(), 'c', 'down', 'down', 'enter');
const learner = () => press(ready(), 'M', 'enter');
const voter = () => press(ready(), 'M', 'down', 'enter');
const file = () => press(ready(), 's', 'down', 'enter');
const urls = () => press(ready(), 'M', 'down', 'down', 'enter');

const typing = (state: State, text: string) =>
	press(state, ...[...text].map(character => (character === ' ' ? 'space' : character)));
const pasting = (state: State, text: string) => having(state, { kind: 'key', name: 'paste', text });

function submitted(state: State): Request | string | null {
	const [effect] = effectsOf(state, 'enter');
	if (effect?.kind === 'prepare') return effect.request;
	const { mode } = press(state, 'enter');
	return mode.kind === 'form' ? mode.error : null;
}

describe('a form', () => {
	it('takes what is typed and pasted, and erases', () => {
		const state = pasting(typing(revision(), '12'), '34\\n');
		expect(state.mode).toMatchObject({ kind: 'form', form: 'revision', text: '1234' });
		expect(press(state, 'backspace').mode).toMatchObject({ text: '123' });
		expect(press(state, 'ctrl+u').mode).toMatchObject({ text: '' });
	});

	it('takes letters that are commands elsewhere, and no letters with Ctrl or Alt', () => {
		const state = having(typing(file(), 'qx?kJ'), { kind: 'key', name: 'meta+q', text: 'q' });
		expect(state.mode).toMatchObject({ text: 'qx?kJ' });
	});

	it('is left by Escape and Ctrl+C with nothing asked for', () => {
		for (const name of ['escape', 'ctrl+c']) {
			expect(press(typing(revision(), '7'), name).mode).toEqual({ kind: 'browse' });
			expect(effectsOf(typing(revision(), '7'), name)).toEqual([]);
		}
	});

	it('forgets its error with the next key', () => {
		const wrong = press(typing(revision(), 'x'), 'enter');
		expect(wrong.mode).toMatchObject({ error: expect.any(String) });
		expect(press(wrong, 'backspace').mode).toMatchObject({ error: null });
	});
});

describe('a revision', () => {
	it.each([
		['7', { kind: 'revision', revision: 7n }],
		['1,234,567', { kind: 'revision', revision: 1_234_567n }],
		['9223372036854775807', { kind: 'revision', revision: 2n ** 63n - 1n }],
		[' head ', { kind: 'head' }],
		['HEAD', { kind: 'head' }],
	])('%s', (text, target) => {
		expect(submitted(typing(revision(), text))).toEqual({ operation: 'compact', target });
	});

	it.each(['', 'x', '-1', '1.5', '12,34', '1e3', '0x10'])('is not “%s”', text => {
		expect(submitted(typing(revision(), text))).toMatch(/is no revision: type a whole number, or head$/);
	});

	it.each(['0', '9223372036854775808'])('there is none of %s', text => {
		expect(submitted(typing(revision(), text))).toMatch(/^there is no revision/);
	});
});

describe('a new member', () => {
	it('is a learner or a voter, with its URLs', () => {
		expect(submitted(typing(learner(), 'm4 http://10.0.0.4:2380'))).toEqual({
			operation: 'member-add',
			name: 'm4',
			peerUrls: ['http://10.0.0.4:2380'],
			isLearner: true,
		});
		expect(submitted(typing(voter(), 'm4  https://a:2380, https://b:2380'))).toMatchObject({
			peerUrls: ['https://a:2380', 'https://b:2380'],
			isLearner: false,
		});
	});

	it.each([
		['m4', /a name and its peer URLs are needed/],
		['', /a name and its peer URLs are needed/],
		['http://a:2380 m4', /the name comes first/],
		['m4 a:2380', /“a:2380” is no peer URL/],
		['m4 http://a', /“http:\/\/a” is no peer URL/],
		['m4 ,', /no peer URL is given/],
		['m4 http://a:1 http://a:1/', /given twice/],
		['m4 http://u:secret@a:1', /^“http:\/\/…@a:1” is no peer URL/],
	])('is not “%s”', (text, error) => {
		expect(submitted(typing(learner(), text))).toMatch(error);
	});
});

describe('peer URLs', () => {
	it('begin with those that there are', () => {
		expect(urls().mode).toMatchObject({ form: 'peer-urls:1', text: 'http://1:2380' });
		expect(submitted(typing(urls(), '1'))).toEqual({
			operation: 'member-update',
			member: 'm1',
			peerUrls: ['http://1:23801'],
		});
		expect(submitted(press(urls(), 'ctrl+u'))).toMatch(/no peer URL is given/);
	});
});

describe('the file of a snapshot', () => {
	it('is a path, blanks and all', () => {
		expect(submitted(typing(file(), '/var/my backups/a.db'))).toMatchObject({
			operation: 'snapshot',
			path: '/var/my backups/a.db',
		});
		expect(submitted(file())).toMatch(/a file or a folder is needed/);
	});
});
