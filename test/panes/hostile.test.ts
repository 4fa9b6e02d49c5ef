import { describe, expect, it } from 'vitest';
import type { Member } from '../../source/cluster/member.ts';
import { displayWidth } from '../../source/format/width.ts';
import { frameOf, plain, screenOf } from './draw.tsx';
import { happened, pressed, stateOf } from './scenes.ts';
import { membersOf, type Script, usualChanges } from './script.ts';

/** What others may write into a name, a key or an error. */
const texts: Readonly<Record<string, string>> = {
	'an escape sequence': '\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]52;c;aGk=\x07',
	'eight-bit controls': '\u009b31m\u0085\u0090q\u009c',
	newlines: 'one\ntwo\r\nthree\tfour\u2028five',
	'right to left': '\u202egnp.exe\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u2066x\u2069',
	'wide characters': '日本語のとても長い名前でできたメンバー한국어',
	'combining marks': `\u0301e${'\u0301'.repeat(60)}x\u0489`,
	emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 1️⃣ 🇩🇪',
	'signs of the screen itself': '\ue000\ue001\uf8ff',
	'ten thousand characters': 'x'.repeat(10_000),
	'ten thousand wide ones': '語'.repeat(10_000),
	nothing: '',
};

/** The same text in every place that others fill. */
function scriptWith(text: string): Script {
	const members = membersOf(3).map((member, index): Member => (index === 1 ? { ...member, name: text } : member));
	return {
		members,
		seconds: 12,
		clusterId: text,
		targets: members.map(({ id }, index) => ({
			key: id,
			endpoint: index === 1 ? `http://${text}` : `http://m${index}`,
		})),
		status: (member, second) => {
			if (member === members[2] && second > 4) return 'unreachable';
			return { leaderId: members[1]!.id, version: text, errors: second > 8 ? [text] : [] };
		},
		page: (member, second) => (member === members[1] && second > 6 ? 'http-status' : {}),
		watch: second => {
			if (second === 0) return { kind: 'live', endpoint: `http://${text}`, fromRevision: 7n };
			return second === 9
				? { kind: 'interrupted', failure: { kind: 'rejected', where: text, call: text, detail: text } }
				: null;
		},
		changes: second => usualChanges(second).map(change => ({ ...change, name: text, resource: text })),
	};
}

const sizes = [
	{ columns: 60, rows: 15 },
	{ columns: 80, rows: 24 },
	{ columns: 200, rows: 50 },
];

/** Everywhere that such a text is shown: all panes, a selected member, a zoomed watch, a filter, a notice. */
const looks: readonly (readonly string[])[] = [
	[],
	['down', 'down'],
	['shift+tab', 'enter'],
	['tab', 'tab', 'tab', 'enter'],
	['tab', 'tab', 'enter', 'down'],
];

describe('what others wrote', () => {
	for (const [name, text] of Object.entries(texts))
		it(`cannot break the screen: ${name}`, async () => {
			const script = scriptWith(text);
			for (const size of sizes) {
				const state = stateOf({ script }, size);
				const shown = [
					...looks.map(keys => pressed(state, keys)),
					happened(pressed(state, ['/']), [{ kind: 'key', name: 'paste', text }]),
					happened(state, [{ kind: 'notice', text }]),
					{ ...state, source: text },
				];
				for (const each of shown) {
					const rows = frameOf(each);
					const drawn = rows.map(plain);
					expect(drawn).toHaveLength(size.rows);
					expect(drawn.map(displayWidth)).toEqual(Array(size.rows).fill(size.columns));
					// Nothing but our own styles, and no character that a terminal obeys or reorders by.
					expect(drawn.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
				}
			}
			const [head] = await screenOf(stateOf({ script }, sizes[1]!));
			expect(head).toMatch(/WARNING|CRITICAL|HEALTHY/);
		});

	it('is still legible where it is only unusual', () => {
		const frame = frameOf(stateOf({ script: scriptWith('日本語') }, { columns: 120, rows: 40 })).map(plain);
		expect(frame.find(row => row.includes('★ leader'))).toContain('日本語');
		const escaped = frameOf(stateOf({ script: scriptWith('a\x1b[31mb') }, { columns: 120, rows: 40 })).map(plain);
		expect(escaped.find(row => row.includes('★ leader'))).toContain('a\\x1b[31mb');
	});
});
