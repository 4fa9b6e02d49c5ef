import { describe, expect, it } from 'vitest';
import { complaint, parse } from './fake-outside.ts';

const path = '/home/ada/.config/etcdtop/config.yaml';
const home = { HOME: '/home/ada', LANG: 'C.UTF-8' };
const withFile = (text: string, environment: Record<string, string> = {}) => ({
	environment: { ...home, ...environment },
	files: { [path]: text },
});

describe('settings', () => {
	it('is complete with nothing given', async () => {
		expect(await parse('')).toEqual({
			command: 'monitor',
			quotaBytes: null,
			debug: false,
			statusIntervalSeconds: 1,
			metricsIntervalSeconds: 2,
			watch: { prefixes: ['/registry/'] },
			examined: {
				encryptedTypes: ['secrets'],
				manifestFolders: ['/etc/kubernetes/manifests', '/var/lib/rancher/rke2/agent/pod-manifests'],
			},
			readOnly: false,
			recordFile: null,
			screen: { color: true, ascii: false, screenReader: false },
			announcing: { bell: true, title: true, notify: null },
			profile: {
				endpoints: ['http://127.0.0.1:2379'],
				source: 'default',
				tls: { caFile: null, certificateFile: null, keyFile: null, skipVerify: false },
				login: null,
				dialTimeoutSeconds: 2,
				commandTimeoutSeconds: 5,
				metricsUrls: [],
				discovery: true,
			},
		});
	});

	it('reads the flags of the monitor', async () => {
		const line =
			'--interval 500ms --metrics-interval=1m --prefix /a/,/b/ --prefix /c/ --quota 8GiB --no-color --ascii --screen-reader --read-only';
		expect(await parse(line)).toMatchObject({
			statusIntervalSeconds: 0.5,
			metricsIntervalSeconds: 60,
			watch: { prefixes: ['/a/', '/b/', '/c/'] },
			quotaBytes: 8 * 1024 ** 3,
			readOnly: true,
			screen: { color: false, ascii: true, screenReader: true },
		});
	});

	it('reads how what is critical is told', async () => {
		const announcing = async (line: string | readonly string[], outside = {}) => {
			const settings = await parse(line, outside);
			return settings.command === 'monitor' ? settings.announcing : null;
		};
		expect(await announcing('--no-bell --no-title')).toEqual({ bell: false, title: false, notify: null });
		expect(await announcing(['--notify', 'mail -s "etcd is critical" ops'])).toMatchObject({
			notify: ['mail', '-s', 'etcd is critical', 'ops'],
		});
		const file = withFile("bell: false\nnotify: /usr/local/bin/page 'on call'\n");
		expect(await announcing('', file)).toEqual({
			bell: false,
			title: true,
			notify: ['/usr/local/bin/page', 'on call'],
		});
		expect(await complaint(['--notify', 'page "on call'])).toMatch(/--notify: a quote is not closed.*try/);
		expect(await complaint(['--notify', '  '])).toMatch(/--notify names no program/);
		expect(await complaint('status --notify page')).toMatch(/does not belong to status/);
	});

	it('reads from which severity on status fails', async () => {
		expect(await parse('status')).toMatchObject({ failOn: 'warning' });
		expect(await parse('status --fail-on critical')).toMatchObject({ failOn: 'critical' });
		expect(await complaint('status --fail-on info')).toContain('one of warning, critical');
		expect(await complaint('--fail-on critical')).toContain('does not belong to monitor');
	});

	it('reads what is to be looked into', async () => {
		const examined = async (line: string) => {
			const settings = await parse(line);
			return settings.command === 'monitor' || settings.command === 'demo' ? settings.examined : null;
		};
		expect(await examined('--encrypted-types secrets,example.io/keys --manifests /srv/manifests')).toEqual({
			encryptedTypes: ['secrets', 'example.io/keys'],
			manifestFolders: ['/srv/manifests'],
		});
		expect((await examined('--no-encryption --read-only'))?.encryptedTypes).toEqual([]);
		expect((await examined('demo'))?.manifestFolders).toEqual([]);
		expect(await complaint('--encrypted-types Secrets')).toBe(
			'64 --encrypted-types Secrets is not a resource; try secrets, or GROUP/RESOURCE for custom ones',
		);
		expect(await complaint('demo --manifests /x')).toMatch(/^64 .*--manifests/);
	});

	it('reads the flags of status and of demo', async () => {
		expect(await parse('status -o tmux --rates --no-color')).toMatchObject({
			command: 'status',
			output: 'tmux',
			rates: true,
			color: false,
		});
		expect(await parse('demo --members 5 --rate 300 --quota 64MiB')).toMatchObject({
			command: 'demo',
			members: 5,
			writesPerSecond: 300,
			quotaBytes: 64 * 1024 ** 2,
		});
		expect(await parse('demo')).toMatchObject({ members: 3, writesPerSecond: null, quotaBytes: null });
	});

	it.each([
		[{ LANG: 'C' }, true],
		[{}, true],
		[{ LANG: 'en_GB.UTF-8' }, false],
		[{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, true],
		[{ LANG: 'C', LC_CTYPE: 'de_DE.utf8' }, false],
		[{ LC_ALL: '', LANG: 'C.UTF-8' }, false],
	])('draws for the locale %j in ASCII: %s', async (environment, ascii) => {
		expect(await parse('', { environment })).toMatchObject({ screen: { ascii } });
		expect(await parse('--no-ascii', { environment })).toMatchObject({ screen: { ascii: false } });
	});

	it('follows NO_COLOR unless a flag says otherwise', async () => {
		expect(await parse('', { environment: { NO_COLOR: '1' } })).toMatchObject({ screen: { color: false } });
		expect(await parse('', { environment: { NO_COLOR: '' } })).toMatchObject({ screen: { color: true } });
		expect(await parse('--color', { environment: { NO_COLOR: '1' } })).toMatchObject({ screen: { color: true } });
	});
});

describe('the configuration file', () => {
	it('takes the long names of flags', async () => {
		const text = 'interval: 3\nwatch: false\nquota: 2GiB\nendpoints: [a:1, "b:2"]\ncolor: no\n';
		expect(await parse('', withFile(text))).toMatchObject({
			statusIntervalSeconds: 3,
			watch: { off: `${path}:2: watch` },
			quotaBytes: 2 * 1024 ** 3,
			screen: { color: false },
			profile: { endpoints: ['http://a:1', 'http://b:2'], source: 'config.yaml' },
		});
	});

	it('counts less than variables, and these less than flags', async () => {
		const fake = withFile('dial-timeout: 3s\ncommand-timeout: 3s\ninterval: 3s', {
			ETCDCTL_DIAL_TIMEOUT: '4s',
			ETCDCTL_COMMAND_TIMEOUT: '4s',
		});
		expect(await parse('--dial-timeout 5s', fake)).toMatchObject({
			profile: { dialTimeoutSeconds: 5, commandTimeoutSeconds: 4 },
			statusIntervalSeconds: 3,
		});
	});

	it('leaves alone what belongs to another command', async () => {
		expect(await parse('status', withFile('interval: 3s\nmembers: 5'))).toMatchObject({ command: 'status' });
		expect(await parse('demo', withFile('endpoints: a:1\nmembers: 5'))).toMatchObject({ members: 5 });
	});

	it('is found by XDG_CONFIG_HOME, which a relative path does not set', async () => {
		const files = { '/etc/mine/etcdtop/config.yaml': 'interval: 7', [path]: 'interval: 8' };
		const environment = { ...home, XDG_CONFIG_HOME: '/etc/mine' };
		expect(await parse('', { environment, files })).toMatchObject({ statusIntervalSeconds: 7 });
		const relative = { ...home, XDG_CONFIG_HOME: 'mine' };
		expect(await parse('', { environment: relative, files })).toMatchObject({ statusIntervalSeconds: 8 });
	});

	it.each(['', '# nothing\n', '---\n'])('may be empty: %j', async text => {
		expect(await parse('', withFile(text))).toMatchObject({ command: 'monitor' });
	});

	it.each([
		['interval: 2s\nendpoint: a', `${path}:2: unknown key endpoint; did you mean endpoints?`],
		['no-watch: true', `${path}:1: unknown key no-watch; did you mean watch?`],
		['help: true', `${path}:1: unknown key help; the keys are the flags of --help`],
		['\n\ninterval: fast', `${path}:3: interval fast is not a time; try 500ms, 2s or 1m`],
		['watch: 7', `${path}:1: watch 7 is not true or false`],
		['interval: [1s, 2s]', `${path}:1: interval needs one value`],
		['interval:', `${path}:1: interval needs one value`],
		['prefix: {a: b}', `${path}:1: prefix needs a value or a list`],
		['- a', `${path}:1: must hold lines such as \`interval: 2s\``],
		['interval: 1s\ninterval: 2s', `${path}:2: Map keys must be unique`],
	])('refuses %j', async (text, line) => {
		expect(await complaint('', withFile(text))).toBe(`64 ${line}`);
	});

	it('names the line of broken YAML, and a file that may not be read', async () => {
		expect(await complaint('', withFile('interval: 1s\nquota: "8'))).toMatch(/^64 \S+config\.yaml:2: /);
		const files = { [path]: { code: 'EACCES' } };
		expect(await complaint('', { environment: home, files })).toBe(
			`64 ${path}: permission denied; it is the configuration file`,
		);
	});
});
