import { describe, expect, it } from 'vitest';
import { type Command, commands, operationCommands } from '../../source/config/commands.ts';
import { flagNames, flagOf } from '../../source/config/flags.ts';
import { helpText, wrap } from '../../source/config/help.ts';
import { operationExits } from '../../source/config/operation-exits.ts';
import { catalog } from '../../source/operations/catalog.ts';
import { complaint, parse } from './fake-outside.ts';

const spelled = (name: (typeof flagNames)[number]) =>
	new RegExp(`^  (?:-., )?--${flagOf(name).isOnByDefault ? 'no-' : ''}${name}(?: |$)`, 'm');

describe('the help', () => {
	it.each([null, ...commands])('fits 80 columns: %s', command => {
		expect(
			helpText(command === null ? null : [command])
				.split('\n')
				.filter(line => [...line].length > 80),
		).toEqual([]);
	});

	it('names every flag, and for one command only its own', () => {
		for (const name of flagNames) {
			expect(helpText(null)).toMatch(spelled(name));
			for (const command of commands)
				expect(spelled(name).test(helpText([command])), `${command} ${name}`).toBe(
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

	it('lists every operation as the catalog has it, and how each may end', () => {
		const text = helpText(null);
		const words = text.replaceAll(/\s+/g, ' ');
		for (const { usage, summary } of catalog) {
			expect(text).toContain(`  ${usage}`);
			expect(words).toContain(summary);
		}
		for (const { code, meaning } of Object.values(operationExits)) expect(words).toContain(`${code} ${meaning}.`);
	});

	it('tells of the commands of one first word together', async () => {
		const text = async (line: string) => {
			const settings = await parse(line);
			return settings.command === 'help' ? settings.text : '';
		};
		for (const line of ['help member', 'member --help']) {
			expect(await text(line)).toMatch(/^ {2}member list /m);
			expect(await text(line)).toMatch(/^ {2}member remove NAME/m);
			expect(await text(line)).not.toContain('snapshot save [FILE]');
		}
		expect(await text('help snapshot')).toContain('Usage: etcdtop snapshot save [FILE] [FLAGS]');
		expect(await text('help snapshot save')).toContain('Usage: etcdtop snapshot save [FILE] [FLAGS]');
	});

	it('breaks lines at spaces', () => {
		expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc']);
		expect(wrap('aaaaaaa b', 5)).toEqual(['aaaaaaa', 'b']);
	});
});

describe('the help where read-only is in force', () => {
	const path = '/home/ada/.config/etcdtop/config.yaml';
	const withFile = (text: string) => ({ environment: { HOME: '/home/ada' }, files: { [path]: text } });
	const ofOperations = flagNames.filter(name =>
		flagOf(name).commands.every(command => (operationCommands as readonly Command[]).includes(command)),
	);

	it.each([
		['--help --read-only', ''],
		['help', 'read-only: true'],
		['--help', 'readOnly: true'],
	])('lists no operation and none of its flags: %s with %j', async (line, file) => {
		const settings = await parse(line, withFile(file));
		const text = settings.command === 'help' ? settings.text : '';
		expect(text).toContain('  member list');
		for (const { usage } of catalog) expect(text).not.toContain(`  ${usage.split(' [')[0]}`);
		expect(ofOperations.length).toBeGreaterThan(8);
		for (const name of ofOperations) expect(text).not.toMatch(spelled(name));
		expect(text).not.toContain('Exit codes of operations');
	});

	it('shows them where it is not, and where the file is broken: the help is what mends it', async () => {
		for (const file of ['read-only: false', 'read-only: [', 'nonsense: 1'])
			expect(await parse('--help', withFile(file))).toMatchObject({ text: expect.stringContaining('  check hash') });
		expect(await parse('--help --no-read-only', withFile('read-only: true'))).toMatchObject({
			text: expect.stringContaining('  check hash'),
		});
	});

	it('refuses the help of an operation as it refuses the operation', async () => {
		expect(await complaint('compact --help', withFile('readOnly: true'))).toMatch(/^64 compact is not to be had: /);
		expect(await parse('help member', withFile('readOnly: true'))).toMatchObject({
			text: expect.stringContaining('member list'),
		});
	});
});
