import { describe, expect, it } from 'vitest';
import type { Member } from '../../source/cluster/member.ts';
import type { State } from '../../source/control/state.ts';
import { displayWidth } from '../../source/format/width.ts';
import type { Plan } from '../../source/operations/plan.ts';
import type { PastRun } from '../../source/operations/record.ts';
import { frameOf, paintedRows, plain, screenOf } from './draw.tsx';
import { begins, ends, journalWith, over, prepared, removal, runs, says } from './maintenance.ts';
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

/** A plan of which every word was written by others. */
const planWith = (text: string): Plan => ({
	...removal,
	title: text,
	clusterId: text,
	member: text,
	phrase: text,
	summary: text,
	consequence: [text],
	checks: removal.checks.map(check => ({ ...check, title: text, detail: text })),
	steps: [{ ...removal.steps[0]!, title: text, warnings: [text] }],
});

const runWith = (text: string): PastRun => ({
	...runs[0]!,
	title: text,
	clusterId: text,
	member: text,
	user: text,
	host: text,
	plan: text,
	text,
	advice: text,
	facts: { file: text, commandLine: text, staticPodLines: text },
	checks: planWith(text).checks,
	steps: runs[0]!.steps.map(step => ({ ...step, title: text, text })),
	before: runs[0]!.before.map(figures => ({ ...figures, name: text, state: text })),
});

/** Every panel with that text. */
function panelsWith(text: string, state: State): readonly State[] {
	const confirming = happened(pressed(state, ['s', 'enter']), [prepared(planWith(text))]);
	const typed = happened(confirming, [{ kind: 'key', name: 'paste', text }]);
	const running = happened(pressed(state, ['s', 'enter']), [
		prepared({ ...planWith(text), risk: 'safe' }),
		{ kind: 'key', name: 'enter', text: '' },
		begins(0),
		says(0, text, 0.5),
	]);
	const ended = happened(running, [
		ends(0, text, 'failed'),
		over('failed', text, { advice: text, facts: { file: text } }),
	]);
	const journal = happened(pressed(state, ['J']), [journalWith({ runs: [runWith(text)], trouble: text })]);
	const refused = happened(pressed(state, ['s', 'enter']), [{ kind: 'refused', ticket: 1, text, advice: text }]);
	return [
		...['d', 'm', 'M', 'x'].map(key => pressed(state, [key])),
		happened(pressed(state, ['M', 'enter']), [{ kind: 'key', name: 'paste', text }]),
		happened(pressed(state, ['M', 'enter']), [
			{ kind: 'key', name: 'paste', text },
			{ kind: 'key', name: 'enter', text: '' },
		]),
		confirming,
		typed,
		pressed(typed, ['enter']),
		refused,
		running,
		pressed(running, ['?']),
		ended,
		journal,
		pressed(journal, ['enter']),
	];
}

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
				const frames = [...shown.map(each => frameOf(each)), ...panelsWith(text, state).map(paintedRows)];
				for (const rows of frames) {
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
