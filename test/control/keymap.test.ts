import { describe, expect, it } from 'vitest';
import { glyphsFor } from '../../source/components/glyphs.ts';
import { commands } from '../../source/control/commands.ts';
import { helpRows } from '../../source/control/help.ts';
import { type KeyReport, keyName } from '../../source/control/key-name.ts';
import { bindingFor, bindingsOf, keymap } from '../../source/control/keymap.ts';
import { update } from '../../source/control/update.ts';
import { plainText } from '../../source/format/line.ts';
import { helpLines } from '../../source/panes/help.ts';
import { choices, key, stateWith } from './operator.ts';

const modes = ['browse', 'filter', 'help', 'faults'] as const;

describe('the keymap', () => {
	it('binds every command', () => {
		const bound = new Set(keymap.map(({ command }) => command));
		expect(Object.keys(commands).filter(command => !bound.has(command as keyof typeof commands))).toEqual([]);
	});

	it('binds no key twice in a mode', () => {
		for (const mode of modes) {
			const keys = keymap.filter(binding => binding.mode === mode).flatMap(binding => binding.keys);
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
		for (const mode of modes) {
			const names = keymap.filter(binding => binding.mode === mode).flatMap(({ keys }) => keys);
			expect(names).toContain('ctrl+c');
			expect(names).toContain('escape');
		}
	});

	it('takes no printable key while a filter is typed', () => {
		const names = keymap.filter(({ mode }) => mode === 'filter').flatMap(({ keys }) => keys);
		expect(names.filter(name => [...name].length === 1 || name === 'space')).toEqual([]);
	});

	it('says why a binding can do nothing now, in words, and then does nothing', () => {
		const disabled = keymap.filter(binding => binding.disabled !== undefined);
		expect(disabled.length).toBeGreaterThan(0);
		for (const binding of disabled) {
			const state = stateWith();
			const reason = binding.disabled!(state);
			expect(reason).toMatch(/\w+ \w+/);
			const [after, effects] = update(state, key(binding.keys[0]!));
			expect(effects).toEqual([]);
			expect({ ...after, notice: null }).toEqual(state);
			expect(after.notice?.text).toBe(reason);
		}
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
