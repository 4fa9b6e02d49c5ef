import { describe, expect, it } from 'vitest';
import { commands, rowOf } from '../../source/config/commands.ts';
import { flagNames, flagOf } from '../../source/config/flags.ts';
import { parseSettings } from '../../source/config/settings.ts';
import { complaint, fakeOutside, parse } from './fake-outside.ts';

describe('commands', () => {
	it.each([
		['', 'monitor'],
		['monitor', 'monitor'],
		['--debug status', 'status'],
		['status --debug', 'status'],
		['status -- ', 'status'],
		['demo', 'demo'],
		['--help', 'help'],
		['-h', 'help'],
		['help', 'help'],
		['help status', 'help'],
		['demo --help --endpoints x', 'help'],
		['--version', 'version'],
	])('reads %j as %s', async (line, command) => {
		expect((await parse(line.trim())).command).toBe(command);
	});

	it('says the version that it is handed', async () => {
		expect(await parse('--version')).toEqual({ command: 'version', text: '1.2.3' });
	});

	it.each([
		['stats', 'unknown command stats; did you mean status?'],
		['mon', 'unknown command mon; did you mean monitor?'],
		['compct', 'unknown command compct; did you mean compact?'],
		['help nothing', 'unknown command nothing; try --help'],
		['status now', 'status takes no argument, but was given now; try --help'],
		['-- -x', 'unknown command -x; try --help'],
		['5', 'unknown command 5; try --help'],
		['st\u001b[31m', 'unknown command st\\x1b[31m; try --help'],
		['snapshot', 'unknown command snapshot; did you mean snapshot save?'],
		['member', 'member needs one of list, add, promote, update, remove; try etcdtop member list'],
		['member ad m4', 'unknown command member ad; member takes list, add, promote, update, remove'],
		['alarm disarm m1', 'alarm disarm takes no argument, but was given m1; try --help'],
		['member remove', 'member remove needs a name: etcdtop member remove NAME'],
		['member remove m1 m2', 'member remove takes one argument, but was given m1 m2; try etcdtop member remove NAME'],
	])('refuses %j', async (line, text) => {
		expect(await complaint(line)).toBe(`64 ${text}`);
	});
});

describe('flags', () => {
	it.each([
		['--endpoint a', 'unknown flag --endpoint; did you mean --endpoints?'],
		['--no-wacth', 'unknown flag --no-wacth; did you mean --no-watch?'],
		['--zzzzzz=1', 'unknown flag --zzzzzz; try --help'],
		['-x', 'unknown flag -x; try --help'],
		['status -ojson', 'unknown flag -ojson; try --help'],
		['---debug', 'unknown flag ---debug; did you mean --debug?'],
		['--endpoints.a=3', 'unknown flag --endpoints.a; did you mean --endpoints?'],
		['--__proto__=3', 'unknown flag --__proto__; try --help'],
		['--constructor', 'unknown flag --constructor; try --help'],
		['--no-endpoints', 'unknown flag --no-endpoints; did you mean --endpoints?'],
		[
			'status --cluster',
			'--cluster does not belong to status, but to defrag; all members are found without it; --no-discovery turns that off',
		],
		['status -w json', 'unknown flag -w; try -o'],
		['status --write-out=json', 'unknown flag --write-out; try --output'],
		['--endpoints', '--endpoints needs a value: --endpoints URL,…'],
		['--endpoints=', '--endpoints needs a value: --endpoints URL,…'],
		['--endpoints a --endpoints', '--endpoints needs a value: --endpoints URL,…'],
		['--cacert --debug', '--cacert needs a value: --cacert FILE'],
		['status -o', '--output needs a value: --output FORMAT'],
		['--watch=maybe', '--watch is on or off and takes no value; try --watch or --no-watch'],
		['--no-watch=true', '--no-watch is on or off and takes no value; try --watch or --no-watch'],
		['--interval 5x', '--interval 5x is not a time; try 500ms, 2s or 1m'],
		['--interval -1', '--interval -1 is not a time; try 500ms, 2s or 1m'],
		['--interval 1ms', '--interval 1ms is not between 100ms and 24h'],
		['--metrics-interval 2d', '--metrics-interval 2d is not between 500ms and 24h'],
		['--dial-timeout 0', '--dial-timeout 0 is not between 10ms and 24h'],
		['--quota lots', '--quota lots is not a size; try 512MiB or 8GiB'],
		['--quota 0', '--quota 0 is not a size; try 512MiB or 8GiB'],
		['--prefix ,', '--prefix is empty; give KEY,…'],
		['status -o xml', '--output xml is not one of table, json, tmux'],
		['demo --members 8', '--members 8 is not a whole number from 1 to 7'],
		['demo --members 1.5', '--members 1.5 is not a whole number from 1 to 7'],
		['demo --rate x', '--rate x is not a whole number from 0 to 100000'],
		['demo --endpoints a', '--endpoints does not belong to demo, as etcdtop demo --help shows'],
		['status --yes', '--yes does not belong to status, as etcdtop status --help shows'],
		[
			'move-leader --to a --member b',
			'--member does not belong to move-leader, but to defrag, snapshot save and alarm disarm',
		],
		['status --no-watch', '--no-watch does not belong to status, but to monitor and demo'],
		['--rates', '--rates does not belong to monitor, but to status'],
		['status --members 3', '--members does not belong to status, but to demo'],
	])('refuses %j', async (line, text) => {
		expect(await complaint(line)).toBe(`64 ${text}`);
	});

	it('refuses every flag outside its commands, and takes it inside', async () => {
		for (const name of flagNames) {
			const { kind, commands: owners } = flagOf(name);
			for (const command of commands) {
				const argument = rowOf(command).argument === undefined ? '' : ' m1';
				const line = `${command}${argument} --${name}${kind === 'switch' ? '' : ' 7'}`;
				const belongs = owners.includes(command);
				expect((await complaint(line)).includes('does not belong to'), line).toBe(!belongs);
			}
		}
	});

	it('refuses an empty value', async () => {
		await expect(parseSettings(['--endpoints', ''], '1', fakeOutside())).rejects.toThrow(
			'--endpoints needs a value: --endpoints URL,…',
		);
	});

	it('takes the last of several, and both forms of a switch', async () => {
		expect(await parse('demo --members 1 --members=5')).toMatchObject({ members: 5 });
		expect(await parse('demo --no-watch --watch')).toMatchObject({ watch: { prefixes: ['/registry/'] } });
		expect(await parse('demo --watch=false')).toMatchObject({ watch: { off: '--no-watch' } });
		expect(await parse('demo --read-only --debug')).toMatchObject({ readOnly: true, debug: true });
	});
});
