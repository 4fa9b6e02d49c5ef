import { describe, expect, it } from 'vitest';
import { flagNames, flagOf } from '../../source/config/flags.ts';
import { helpText, wrap } from '../../source/config/help.ts';

describe('the help', () => {
	it.each([null, 'monitor', 'status', 'demo'] as const)('fits 80 columns: %s', command => {
		expect(
			helpText(command)
				.split('\n')
				.filter(line => [...line].length > 80),
		).toEqual([]);
	});

	it('names every flag, and for one command only its own', () => {
		const spelled = (name: (typeof flagNames)[number]) =>
			new RegExp(`^  (?:-., )?--${flagOf(name).isOnByDefault ? 'no-' : ''}${name}(?: |$)`, 'm');
		for (const name of flagNames) {
			expect(helpText(null)).toMatch(spelled(name));
			for (const command of ['monitor', 'status', 'demo'] as const)
				expect(spelled(name).test(helpText(command)), `${command} ${name}`).toBe(
					flagOf(name).commands.includes(command),
				);
		}
	});

	it('says what the watch costs, the exit codes and what SIGKILL leaves behind', () => {
		const text = helpText(null).replaceAll(/\s+/g, ' ');
		expect(text).toContain('carries every value');
		expect(text).toContain('--no-watch turns it off');
		expect(text).toContain('0 healthy, 1 a warning, 2 critical, 3 the cluster could not be read, 64 the command line');
		expect(text).toContain('type `reset`');
	});

	it('breaks lines at spaces', () => {
		expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc']);
		expect(wrap('aaaaaaa b', 5)).toEqual(['aaaaaaa', 'b']);
	});
});
