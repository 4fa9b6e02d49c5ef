import { describe, expect, it } from 'vitest';
import { glyphsFor } from '../../source/components/glyphs.ts';
import { commands } from '../../source/control/commands.ts';
import { demandIn } from '../../source/control/confirm.ts';
import { helpRows } from '../../source/control/help.ts';
import { type KeyReport, keyName } from '../../source/control/key-name.ts';
import { type Binding, bindingFor, bindingsOf, keymap } from '../../source/control/keymap.ts';
import { update } from '../../source/control/update.ts';
import { plainText } from '../../source/format/line.ts';
import { helpLines } from '../../source/panes/help.ts';
import { choices, key, letGo, stateWith } from './operator.ts';
import { situations } from './situations.ts';

const tooSmall = { columns: 40, rows: 10 };

describe('the keymap', () => {
	it('binds every command', () => {
		const bound = new Set(keymap.map(({ command }) => command));
		expect(Object.keys(commands).filter(command => !bound.has(command as keyof typeof commands))).toEqual([]);
	});

	it('offers no key twice in a mode', () => {
		for (const state of situations) {
			const keys = bindingsOf(state.mode.kind, state).flatMap(binding => binding.keys);
			expect(keys.filter((name, index) => keys.indexOf(name) !== index)).toEqual([]);
		}
	});

	it('has a key and a label in every binding', () => {
		for (const { keys, label, hint } of keymap) {
			expect(keys.length).toBeGreaterThan(0);
			expect(label).toMatch(/^\S.*\S$/);
			if (hint !== undefined) expect(hint.length).toBeLessThanOrEqual(12);
		}
	});

	it('can be left from every mode by Escape and Ctrl+C', () => {
		for (const state of situations) {
			const names = bindingsOf(state.mode.kind, state).flatMap(({ keys }) => keys);
			expect(names).toContain('ctrl+c');
			expect(names).toContain('escape');
		}
	});

	it('takes no printable key while text is typed', () => {
		const typing = situations.filter(
			state => ['filter', 'form'].includes(state.mode.kind) || demandIn(state) === 'phrase',
		);
		expect(typing.map(({ mode }) => mode.kind)).toEqual(['filter', 'form', 'confirm', 'confirm', 'filter']);
		for (const state of typing) {
			const names = bindingsOf(state.mode.kind, state).flatMap(({ keys }) => keys);
			expect(names.filter(name => [...name].length === 1 || name === 'space')).toEqual([]);
		}
	});

	it('says why a binding can do nothing now, in words, and then does nothing', () => {
		const said = new Set<Binding>();
		for (const state of [stateWith(), ...situations, ...situations.map(each => ({ ...each, size: tooSmall }))]) {
			for (const binding of bindingsOf(state.mode.kind, state)) {
				const reason = binding.disabled?.(state) ?? null;
				if (reason === null) continue;
				said.add(binding);
				expect(reason).toMatch(/\w+ \w+/);
				const [after, effects] = update(state, key(binding.keys[0]!));
				expect(effects).toEqual([]);
				expect(letGo({ ...after, notice: null })).toEqual(letGo({ ...state, notice: null }));
				expect(after.notice?.text).toBe(reason);
			}
		}
		const silent = keymap.filter(binding => binding.disabled !== undefined && !said.has(binding));
		// No operation runs in these modes: it is what they lead to.
		expect(silent.map(({ mode, command }) => `${mode} ${command}`)).toEqual(
			['browse', 'menu', 'form', 'confirm'].map(mode => `${mode} suspend`),
		);
	});

	it('offers the demonstration’s keys in the demonstration only', () => {
		expect(bindingFor(stateWith(), 'b')).toBeNull();
		expect(bindingFor(stateWith({ faults: choices }), 'b')?.command).toBe('faults');
		const more = bindingsOf('browse', stateWith({ faults: choices })).length;
		expect(more).toBe(bindingsOf('browse', stateWith()).length + 1);
	});
});

describe('help', () => {
	it('lists every binding that is offered, under the key’s name', () => {
		const text = helpLines(stateWith(), glyphsFor(true)).map(plainText).join('\n');
		for (const { label } of [...bindingsOf('browse', stateWith()), ...bindingsOf('filter', stateWith())])
			expect(text).toContain(label);
		expect(text).toContain('Ctrl+Z');
		expect(text).toContain('↑ k');
		expect(text).not.toContain('break or repair');
	});

	it('is as long as the scrolling believes', () => {
		for (const state of [stateWith(), stateWith({ faults: choices })])
			expect(helpRows(state)).toBe(helpLines(state, glyphsFor(true)).length);
	});
});

describe('the name of a key', () => {
	const none: KeyReport = {
		upArrow: false,
		downArrow: false,
		leftArrow: false,
		rightArrow: false,
		pageUp: false,
		pageDown: false,
		home: false,
		end: false,
		return: false,
		escape: false,
		tab: false,
		backspace: false,
		delete: false,
		ctrl: false,
		shift: false,
		meta: false,
	};

	it.each([
		['q', {}, 'q'],
		['G', { shift: true }, 'G'],
		[' ', {}, 'space'],
		['', { upArrow: true }, 'up'],
		['', { return: true }, 'enter'],
		['', { tab: true }, 'tab'],
		['', { tab: true, shift: true }, 'shift+tab'],
		['', { delete: true }, 'backspace'],
		['', { escape: true, meta: true }, 'escape'],
		['c', { ctrl: true }, 'ctrl+c'],
		['C', { ctrl: true, shift: true }, 'ctrl+c'],
		['x', { meta: true }, 'meta+x'],
	])('%j with %j is %s', (input, report, name) => {
		expect(keyName(input, { ...none, ...report })).toBe(name);
	});

	it('gives every name of the keymap a key that has it', () => {
		const named = new Set(
			(Object.keys(none) as (keyof KeyReport)[])
				.map(flag => keyName('', { ...none, [flag]: true }))
				.concat('space', 'shift+tab'),
		);
		const strange = keymap
			.flatMap(({ keys }) => keys)
			.filter(name => [...name].length > 1 && !/^ctrl\+[a-z]$/.test(name) && !named.has(name));
		expect(strange).toEqual([]);
	});
});
