import { describe, expect, it } from 'vitest';
import { operationCommands } from '../../source/config/commands.ts';
import { parseSettings } from '../../source/config/settings.ts';
import { catalog } from '../../source/operations/catalog.ts';
import { complaint, fakeOutside, parse } from './fake-outside.ts';

const path = '/home/ada/.config/etcdtop/config.yaml';
const withFile = (text: string) => ({ environment: { HOME: '/home/ada' }, files: { [path]: text } });

/** A command line of each, as short as it may be. */
const shortest: Readonly<Record<(typeof operationCommands)[number], string>> = {
	compact: 'compact',
	defrag: 'defrag --cluster',
	'snapshot save': 'snapshot save',
	'alarm recover': 'alarm recover',
	'alarm disarm': 'alarm disarm',
	'move-leader': 'move-leader --to m2',
	'member add': 'member add m4 --peer-urls http://h:2380',
	'member promote': 'member promote m4',
	'member update': 'member update m4 --peer-urls http://h:2380',
	'member remove': 'member remove m4',
	'check hash': 'check hash',
};

async function requestOf(line: string | readonly string[], file = '') {
	const argv = typeof line === 'string' ? line.split(' ') : line;
	const settings = await parseSettings(argv, '1', fakeOutside(withFile(file)));
	if (settings.command !== 'operation') throw new Error(`is ${settings.command}`);
	return settings.request;
}

describe('what an operation is asked for', () => {
	it.each([
		['compact', { operation: 'compact', target: { kind: 'keep', seconds: 300 } }],
		['compact --keep 90s', { operation: 'compact', target: { kind: 'keep', seconds: 90 } }],
		['compact --revision 7', { operation: 'compact', target: { kind: 'revision', revision: 7n } }],
		[
			'compact --revision 9223372036854775807',
			{ operation: 'compact', target: { kind: 'revision', revision: 9223372036854775807n } },
		],
		['compact --revision head', { operation: 'compact', target: { kind: 'head' } }],
		['defrag --cluster', { operation: 'defragment-cluster', rule: null }],
		['defrag --member m2', { operation: 'defragment-member', member: 'm2', rule: null }],
		[
			'snapshot save',
			{
				operation: 'snapshot',
				member: null,
				path: null,
				overwrite: false,
				retention: { keepLast: null, keepForSeconds: null },
			},
		],
		[
			'snapshot save a.db --member m3 --overwrite --keep-last 3 --keep-for 7d',
			{
				operation: 'snapshot',
				member: 'm3',
				path: 'a.db',
				overwrite: true,
				retention: { keepLast: 3, keepForSeconds: 604_800 },
			},
		],
		['alarm recover', { operation: 'recover-space' }],
		['alarm disarm', { operation: 'disarm-alarm', member: null, type: null }],
		['alarm disarm --member m1 --type CORRUPT', { operation: 'disarm-alarm', member: 'm1', type: 'CORRUPT' }],
		['move-leader --to 8e9e05c52164694d', { operation: 'move-leader', to: '8e9e05c52164694d' }],
		['move-leader --to 123456789012345678', { operation: 'move-leader', to: '123456789012345678' }],
		[
			'member add m4 --peer-urls http://h:2380,HTTPS://[::1]:2380/',
			{
				operation: 'member-add',
				name: 'm4',
				peerUrls: ['http://h:2380', 'https://[::1]:2380'],
				isLearner: true,
			},
		],
		[
			'member add m4 --no-learner --peer-urls http://h:1 --peer-urls http://i:1',
			{ operation: 'member-add', name: 'm4', peerUrls: ['http://h:1', 'http://i:1'], isLearner: false },
		],
		[
			'member update m1 --peer-urls http://h:2380',
			{ operation: 'member-update', member: 'm1', peerUrls: ['http://h:2380'] },
		],
		['member promote 123456789012345678', { operation: 'member-promote', member: '123456789012345678' }],
		['member remove http://h:2379', { operation: 'member-remove', member: 'http://h:2379' }],
		['check hash', { operation: 'check-hash' }],
	])('%s', async (line, request) => {
		expect(await requestOf(line)).toEqual(request);
	});

	it('hands a rule on as it was written', async () => {
		const rule = 'dbSizeFree > 200MiB || dbQuotaUsage > 0.8';
		expect(await requestOf(['defrag', '--cluster', '--rule', rule])).toEqual({ operation: 'defragment-cluster', rule });
	});

	it('names every operation of the catalog', async () => {
		const asked = await Promise.all(Object.values(shortest).map(line => requestOf(line)));
		const both = [...asked, await requestOf('defrag --member m1')];
		expect(both.map(({ operation }) => operation).sort()).toEqual(catalog.map(({ id }) => id).sort());
	});

	it('is confirmed, forced or only shown where a flag says so', async () => {
		const switches = { isConfirmed: false, isForced: false, isDryRun: false, output: 'table' };
		expect(await parse('compact')).toMatchObject(switches);
		expect(await parse('compact --yes')).toMatchObject({ ...switches, isConfirmed: true });
		expect(await parse('compact --force')).toMatchObject({ ...switches, isForced: true });
		expect(await parse('compact --dry-run -o json')).toMatchObject({ ...switches, isDryRun: true, output: 'json' });
	});
});

describe('bad input is answered before any call', () => {
	it.each([
		['compact --revision x', '--revision x is not a revision; try a number from 1 on such as 12345, or head'],
		['compact --revision 0', '--revision 0 is not a revision; try a number from 1 on such as 12345, or head'],
		[
			'compact --revision 9223372036854775808',
			'--revision 9223372036854775808 is not a revision; try a number from 1 on such as 12345, or head',
		],
		['compact --revision 5 --keep 5m', '--keep and --revision are two ways to say the same; give one of them'],
		['compact --keep soon', '--keep soon is not a time with its unit; try 5m, 12h or 7d'],
		['compact --keep 0s', '--keep 0s is not between 1s and 3650d'],
		['compact -o tmux', '--output tmux is not one of table, json'],
		[
			'defrag',
			'defrag needs --member NAME for one member, or --cluster for all that are worth it, one after the other',
		],
		['defrag --cluster --member m1', '--member and --cluster are two different things; give one of them'],
		['snapshot save --keep-last 0', '--keep-last 0 is not a whole number from 1 to 100000'],
		['snapshot save --keep-for 7', '--keep-for 7 is not a time with its unit; try 5m, 12h or 7d'],
		['snapshot save --keep-for week', '--keep-for week is not a time with its unit; try 5m, 12h or 7d'],
		['alarm disarm --type FULL', '--type FULL is not one of NOSPACE, CORRUPT'],
		['move-leader', 'move-leader needs --to NAME: the voter that leads from then on'],
		['member add m4', 'member add needs --peer-urls URL,… such as https://10.0.0.4:2380'],
		['member add a,b --peer-urls http://h:1', 'a,b is no name for a member; leave out blanks, commas and equals signs'],
		...['h:2380', 'http://h', 'http://h:2380/v3', 'ftp://h:2380', 'http://h:0', 'http://h:70000'].map(
			(url): [string, string] => [
				`member add m4 --peer-urls ${url}`,
				`--peer-urls: “${url}” is no peer URL; it is http:// or https://, a host and a port, as in: http://10.0.0.4:2380`,
			],
		),
		['member add m4 --peer-urls http://h:1,http://h:1/', '--peer-urls: the peer URL http://h:1 is given twice'],
		[
			'member update m1 --peer-urls http://u:secret@h:2380',
			'--peer-urls: “http://…@h:2380” is no peer URL; it is http:// or https://, a host and a port, as in: http://10.0.0.4:2380',
		],
	])('%s', async (line, text) => {
		expect(await complaint(line)).toBe(`64 ${text}`);
	});

	it('shows where a rule is wrong', async () => {
		const bad = parseSettings(['defrag', '--cluster', '--rule', 'dbSize > foo'], '1', fakeOutside());
		await expect(bad).rejects.toThrow(/^--rule: column 10: .*foo.*; it was "dbSize > foo"$/);
	});
});

describe('read-only', () => {
	it.each(operationCommands)('takes away %s, by the flag and by the file', async command => {
		const line = shortest[command];
		expect(await complaint(line)).toBe('no complaint, but operation');
		expect(await complaint(`${line} --yes --read-only`)).toBe(
			`64 ${command} is not to be had: --read-only leaves out what changes the cluster`,
		);
		for (const key of ['read-only', 'readOnly'])
			expect(await complaint(`${line} --dry-run`, withFile(`interval: 2s\n${key}: true`))).toBe(
				`64 ${command} is not to be had: ${path}:2: read-only leaves out what changes the cluster`,
			);
	});

	it('is refused before anything else is judged or read', async () => {
		expect(await complaint('compact --revision x --read-only --cacert /nowhere')).toContain('is not to be had');
	});

	it.each(['alarm list', 'member list', 'journal', 'status', 'monitor'])('leaves %s', async line => {
		expect(await complaint(`${line} --read-only`)).toBe(`no complaint, but ${line}`);
	});
});

describe('the configuration file of operations', () => {
	it('may say what is kept, and is overruled by what is typed', async () => {
		const file = 'keep: 10m\nkeepLast: 5\nkeepFor: 30d\nrule: dbSize > 1GiB';
		expect(await requestOf('compact', file)).toMatchObject({ target: { kind: 'keep', seconds: 600 } });
		expect(await requestOf('compact --revision 3', file)).toMatchObject({ target: { kind: 'revision', revision: 3n } });
		expect(await requestOf('snapshot save --keep-last 2', file)).toMatchObject({
			retention: { keepLast: 2, keepForSeconds: 30 * 86_400 },
		});
		expect(await requestOf('defrag --cluster', file)).toMatchObject({ rule: 'dbSize > 1GiB' });
		expect(await complaint('defrag --cluster', withFile('rule: nonsense >'))).toMatch(
			/^64 \S+config\.yaml:1: rule: column/,
		);
	});

	it('confirms nothing and chooses no member', async () => {
		for (const key of [
			'yes',
			'force',
			'dry-run',
			'dryRun',
			'member',
			'cluster',
			'to',
			'revision',
			'overwrite',
			'learner',
		])
			expect(await complaint('compact', withFile(`${key}: true`)), key).toMatch(
				/^64 \S+config\.yaml:1: [a-z-]+ is not for this file; give --[a-z-]+ where it is meant$/,
			);
	});

	it('takes every key in both spellings, but once', async () => {
		expect(await parse('status', withFile('dialTimeout: 3s\ncommandTimeout: 4s'))).toMatchObject({
			profile: { dialTimeoutSeconds: 3, commandTimeoutSeconds: 4 },
		});
		expect(await complaint('status', withFile('read-only: true\nreadOnly: false'))).toBe(
			`64 ${path}:2: read-only is there twice; leave one out`,
		);
		expect(await complaint('status', withFile('readonly: true'))).toBe(
			`64 ${path}:1: unknown key readonly; did you mean read-only?`,
		);
	});

	it('means status with tmux', async () => {
		expect(await parse('compact', withFile('output: tmux'))).toMatchObject({ output: 'table' });
		expect(await parse('compact', withFile('output: json'))).toMatchObject({ output: 'json' });
	});
});
