import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../source/config/errors.ts';
import { complaint, parse, profileOf } from './fake-outside.ts';

const files = { '/ca': 'ca', '/crt': 'crt', '/key': 'key' };

describe('endpoints', () => {
	it.each([
		['a', 'http://a:2379'],
		['a:1', 'http://a:1'],
		['http://a:1/', 'http://a:1'],
		['https://a', 'https://a:2379'],
		['https://a:443/x', 'https://a:443'],
		['[::1]:5', 'http://[::1]:5'],
		['unix:///run/etcd.sock', 'unix:///run/etcd.sock'],
		['unixs:///run/etcd.sock', 'unixs:///run/etcd.sock'],
	])('reads %s as %s', async (written, url) => {
		expect((await profileOf(`--endpoints ${written}`)).endpoints).toEqual([url]);
	});

	it('are separated by commas, given several times, and kept once', async () => {
		const profile = await profileOf('--endpoints a:1,b:2, --endpoints=c:3,a:1');
		expect(profile).toMatchObject({ endpoints: ['http://a:1', 'http://b:2', 'http://c:3'], source: '--endpoints' });
	});

	it('without a scheme speak TLS when any TLS option is given, as with etcdctl', async () => {
		expect((await profileOf('--endpoints a:1 --cacert /ca', { files })).endpoints).toEqual(['https://a:1']);
		expect((await profileOf('--endpoints a:1 --cert /crt --key /key', { files })).endpoints).toEqual(['https://a:1']);
		expect((await profileOf('--endpoints a:1 --insecure-transport=false')).endpoints).toEqual(['https://a:1']);
		expect((await profileOf('--endpoints a:1 --insecure-skip-tls-verify')).endpoints).toEqual(['http://a:1']);
		expect((await profileOf('--endpoints http://a:1 --cacert /ca', { files })).endpoints).toEqual(['http://a:1']);
		expect((await profileOf('--cacert /ca', { files })).endpoints).toEqual(['https://127.0.0.1:2379']);
	});

	it.each([
		['ftp://a', 'ftp://a'],
		['http://', 'http://'],
		['a:99999', 'a:99999'],
		['http://u:secret@a:x', 'http://…@a:x'],
		['u:secret@b:x', '…@b:x'],
	])('refuses %s without telling a password', async (written, shown) => {
		expect(await complaint(`--endpoints ${written}`)).toBe(
			`64 --endpoints ${shown} is not an endpoint; try https://HOST:2379 or unix:///PATH`,
		);
	});
});

describe('variables of etcdctl', () => {
	it('all count', async () => {
		const environment = {
			ETCDCTL_API: '3',
			ETCDCTL_ENDPOINTS: 'a:1,b:2',
			ETCDCTL_CACERT: '/ca',
			ETCDCTL_CERT: '/crt',
			ETCDCTL_KEY: '/key',
			ETCDCTL_USER: 'root',
			ETCDCTL_PASSWORD: 'secret',
			ETCDCTL_INSECURE_SKIP_TLS_VERIFY: 'T',
			ETCDCTL_INSECURE_TRANSPORT: '0',
			ETCDCTL_DIAL_TIMEOUT: '1s',
			ETCDCTL_COMMAND_TIMEOUT: '1m30s',
		};
		expect(await profileOf('', { environment, files })).toEqual({
			endpoints: ['https://a:1', 'https://b:2'],
			source: 'ETCDCTL_ENDPOINTS',
			tls: { caFile: '/ca', certificateFile: '/crt', keyFile: '/key', skipVerify: true },
			login: { user: 'root', password: 'secret' },
			dialTimeoutSeconds: 1,
			commandTimeoutSeconds: 90,
			metricsUrls: [],
			discovery: true,
		});
	});

	it('count as not set when empty, and are named when they are wrong', async () => {
		expect((await profileOf('', { environment: { ETCDCTL_ENDPOINTS: '' } })).source).toBe('default');
		expect(await complaint('', { environment: { ETCDCTL_INSECURE_TRANSPORT: 'maybe' } })).toBe(
			'64 ETCDCTL_INSECURE_TRANSPORT maybe is not true or false',
		);
		expect(await complaint('', { environment: { ETCDCTL_DIAL_TIMEOUT: '2 days' } })).toBe(
			'64 ETCDCTL_DIAL_TIMEOUT 2 days is not a time; try 500ms, 2s or 1m',
		);
	});

	it('do not reach the demonstration', async () => {
		expect(await parse('demo', { environment: { ETCDCTL_DIAL_TIMEOUT: 'x' } })).toMatchObject({ command: 'demo' });
	});
});

describe('certificate files', () => {
	it.each([
		['--cacert /no', '--cacert /no: no such file'],
		['--cert /crt', '--cert needs --key as well'],
		['--key /key', '--key needs --cert as well'],
		['--cert /crt --key /secret', '--key /secret: permission denied'],
	])('%s', async (line, text) => {
		expect(await complaint(line, { files: { ...files, '/secret': { code: 'EACCES' } } })).toBe(`64 ${text}`);
	});
});

describe('the login', () => {
	it.each([
		['--user root:pw', { user: 'root', password: 'pw' }],
		['--user root:p:w', { user: 'root', password: 'p:w' }],
		['--user root:', { user: 'root', password: '' }],
		['--user root --password pw', { user: 'root', password: 'pw' }],
		['--user a:b --password pw', { user: 'a:b', password: 'pw' }],
	])('is taken apart as by etcdctl: %s', async (line, login) => {
		expect((await profileOf(line)).login).toEqual(login);
	});

	it('asks for a missing password, after everything else is known to be right', async () => {
		const questions: string[] = [];
		const askPassword = (question: string) => {
			questions.push(question);
			return Promise.resolve('typed');
		};
		expect((await profileOf('--user root', { askPassword })).login).toEqual({ user: 'root', password: 'typed' });
		expect(questions).toEqual(['Password of root: ']);
		expect(await complaint('--user root --dial-timeout x', { askPassword })).toContain('--dial-timeout x');
		expect(questions).toHaveLength(1);
	});

	it('passes Ctrl+C on', async () => {
		const askPassword = () => Promise.reject(new Interrupted('left'));
		expect(await complaint('--user root', { askPassword })).toBe('130 left');
	});

	it('needs a terminal to ask on, and a name', async () => {
		const advice = 'has no password and there is no terminal to ask on; set ETCDCTL_PASSWORD';
		expect(await complaint('--user root')).toBe(`64 --user root ${advice}`);
		expect(await complaint('', { environment: { ETCDCTL_USER: 'root' } })).toBe(`64 ETCDCTL_USER root ${advice}`);
		expect(await complaint('--user :pw')).toBe('64 --user has no name before the colon');
		expect(await complaint('--password pw')).toBe('64 --password needs --user as well');
		expect((await profileOf('', { environment: { ETCDCTL_PASSWORD: 'pw' } })).login).toBeNull();
	});
});

describe('metrics pages', () => {
	it('are URLs, http where no scheme is given', async () => {
		const profile = await profileOf('--metrics-urls a:2381,https://b:1/metrics --no-discovery');
		expect(profile).toMatchObject({ metricsUrls: ['http://a:2381', 'https://b:1/metrics'], discovery: false });
		expect((await profileOf('--metrics-urls http://me:secret@a:9/page?x=1')).metricsUrls).toEqual([
			'http://a:9/page?x=1',
		]);
		expect(await complaint('--metrics-urls ftp://a')).toBe(
			'64 --metrics-urls ftp://a is not a URL; try http://HOST:2381',
		);
	});
});

describe('SRV records', () => {
	const records: Record<string, { name: string; port: number; priority: number }[]> = {
		'_etcd-client-ssl._tcp.x.org': [
			{ name: 'b.x.org', port: 2379, priority: 20 },
			{ name: 'a.x.org.', port: 1, priority: 10 },
		],
		'_etcd-client._tcp.x.org': [{ name: 'c.x.org', port: 2379, priority: 0 }],
		'_etcd-client-blue._tcp.x.org': [{ name: 'd.x.org', port: 2379, priority: 0 }],
		'_etcd-client._tcp.empty.org': [],
	};
	const resolveService = (name: string) =>
		records[name] === undefined
			? Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
			: Promise.resolve(records[name]);

	it('give https before http, by priority, and count more than --endpoints', async () => {
		expect(await profileOf('--discovery-srv x.org --endpoints e', { resolveService })).toMatchObject({
			endpoints: ['https://a.x.org:1', 'https://b.x.org:2379', 'http://c.x.org:2379'],
			source: '--discovery-srv',
		});
	});

	it('may be without the ones in the clear, and of a named service', async () => {
		const secure = await profileOf('--discovery-srv x.org --no-insecure-discovery', { resolveService });
		expect(secure.endpoints).toEqual(['https://a.x.org:1', 'https://b.x.org:2379']);
		const environment = { ETCDCTL_DISCOVERY_SRV: 'x.org', ETCDCTL_DISCOVERY_SRV_NAME: 'blue' };
		const named = await profileOf('', { resolveService, environment });
		expect(named).toMatchObject({ endpoints: ['http://d.x.org:2379'], source: 'ETCDCTL_DISCOVERY_SRV' });
	});

	it.each([
		[
			'--discovery-srv no.org',
			'no record _etcd-client-ssl._tcp.no.org or _etcd-client._tcp.no.org (ENOTFOUND); try --endpoints',
		],
		['--discovery-srv empty.org', 'its SRV records are empty; try --endpoints'],
		[
			'--discovery-srv x.org --discovery-srv-name blue --no-insecure-discovery',
			'all records are without TLS; leave out --no-insecure-discovery to take them',
		],
	])('%s fails in one line', async (line, text) => {
		expect(await complaint(line, { resolveService })).toBe(`64 --discovery-srv ${line.split(' ')[1]}: ${text}`);
	});
});
