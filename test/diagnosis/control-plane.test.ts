import { describe, expect, it } from 'vitest';
import type {
	ApiServerSettings,
	ControlPlaneExamination,
	EtcdSettings,
	NamedFile,
} from '../../source/cluster/examinations/control-plane.ts';
import { record } from '../../source/cluster/history.ts';
import { bucketsOf, memberOf, type Story, startTimeMs } from '../cluster/story.ts';
import { findings, healthy } from './judged.ts';

const usualApiServer: ApiServerSettings = {
	etcdServers: ['http://1:2379', 'http://2:2379', 'http://3:2379'],
	compactionSeconds: 'default',
	files: [],
	encryption: 'unknown',
};

/** Of m1, with nothing to complain about. */
const usualEtcd: EtcdSettings = {
	name: 'm1',
	clientUrls: ['http://1:2379'],
	quotaBytes: 8 * 1024 ** 3,
	heartbeatSeconds: 'default',
	electionSeconds: 'default',
	compactionMode: 'default',
	compactionRetention: 'default',
	metrics: 'extensive',
	metricsUrls: ['http://127.0.0.1:2381'],
	isFsyncOff: false,
	dataDirectory: { path: '/var/lib/etcd', fileSystem: 'ext4', isOnSystemDisk: false },
	files: [],
};

const read = <Settings>(file: string, settings: Settings) =>
	({ kind: 'read', file: `/m/${file}.yaml`, settings }) as const;

function examined(told: Story, found: Omit<ControlPlaneExamination, 'topic'>, atMs = 0): Story {
	record(told.history, {
		atMs,
		timeMs: startTimeMs + atMs,
		kind: 'examination',
		examination: { topic: 'control-plane', ...found },
	});
	return told;
}

const apiServer = (patch: Partial<ApiServerSettings> = {}, etcd: Partial<EtcdSettings> | null = {}, told = healthy()) =>
	examined(told, {
		apiServer: read('kube-apiserver', { ...usualApiServer, ...patch }),
		etcd: etcd === null ? null : read('etcd', { ...usualEtcd, ...etcd }),
	});
const etcd = (patch: Partial<EtcdSettings>, told = healthy()) =>
	examined(told, { apiServer: null, etcd: read('etcd', { ...usualEtcd, ...patch }) });

const one = (told: Story, rule: string, atMs = 0) => findings(told, atMs, rule)[0] ?? null;

const rules = [
	...['servers', 'compaction', 'certificates', 'encryption'].map(
		name => `apiserver-${name === 'servers' ? 'etcd-servers' : name}`,
	),
	...['auto-compaction', 'certificates', 'data-disk', 'election', 'fsync-off', 'metrics', 'quota'].map(
		name => `etcd-${name}`,
	),
	'control-plane-unreadable',
];

describe('a control plane', () => {
	it('that is in order has no findings', () => {
		const told = apiServer();
		expect(rules.flatMap(rule => findings(told, 0, rule))).toEqual([]);
	});

	it('that was not looked at, or is no part of the cluster that is watched, has none', () => {
		const faulty: EtcdSettings = {
			...usualEtcd,
			...{ quotaBytes: 'default', isFsyncOff: true, metrics: 'basic', electionSeconds: 0.1, compactionRetention: '8h' },
			...{ clientUrls: ['http://9:2379'], dataDirectory: { path: '/x', fileSystem: 'nfs', isOnSystemDisk: null } },
			files: [{ flag: '--cert-file', path: '/x', outcome: { kind: 'missing' } }],
		};
		const stranger = {
			...usualApiServer,
			etcdServers: ['https://127.0.0.1:2379'],
			compactionSeconds: 0,
			encryption: null,
		};
		const told = examined(healthy(), { apiServer: read('kube-apiserver', stranger), etcd: read('etcd', faulty) });
		for (const each of [healthy(), told, examined(healthy(), { apiServer: null, etcd: null })])
			expect(rules.flatMap(rule => findings(each, 0, rule))).toEqual([]);
	});

	it('that cannot be read is told once, with what and why', () => {
		const unreadable = { kind: 'unreadable', reason: 'permission denied' } as const;
		const told = examined(healthy(), {
			apiServer: read('kube-apiserver', {
				...usualApiServer,
				files: [{ flag: '--etcd-certfile', path: '/pki/x.crt', outcome: unreadable }],
				encryption: { path: '/enc.yaml', outcome: unreadable },
			}),
			etcd: { ...unreadable, file: '/m/etcd.yaml' },
		});
		expect(findings(told, 0, 'control-plane-unreadable')).toMatchObject([
			{
				severity: 'info',
				evidence: '/pki/x.crt: permission denied; /enc.yaml: permission denied; /m/etcd.yaml: permission denied',
				advice: expect.stringContaining('as root'),
			},
		]);
	});

	it('whose manifest is broken is not to be looked at by root', () => {
		const broken = { kind: 'unreadable', file: '/m/etcd.yaml', reason: 'it is not valid YAML' } as const;
		const told = examined(healthy(), { apiServer: null, etcd: broken });
		expect(one(told, 'control-plane-unreadable')?.advice).toMatch(/--manifests/);
		expect(one(told, 'control-plane-unreadable')?.advice).not.toMatch(/root/);
	});
});

describe('the servers of kube-apiserver', () => {
	const servers = (...urls: readonly string[]) => one(apiServer({ etcdServers: urls }), 'apiserver-etcd-servers');

	it('are worth knowing where only the own member is named, as kubeadm does', () => {
		expect(servers('https://127.0.0.1:2379')).toMatchObject({
			severity: 'info',
			evidence: expect.stringContaining('names 1 of 3 members'),
		});
		expect(servers('http://1:2379')).toMatchObject({ severity: 'info' });
	});

	it('are a warning where others are named but not all', () => {
		const found = servers('http://1:2379', 'http://2:2379');
		expect(found).toMatchObject({ severity: 'warning', title: 'kube-apiserver does not know all members' });
		expect(found?.evidence).toContain('missing: m3 (http://3:2379)');
		expect(found?.advice).toContain('/m/kube-apiserver.yaml');
	});

	it('are a warning where one is no member', () => {
		const found = servers('http://1:2379', 'http://2:2379', 'http://3:2379', 'http://10.0.0.9:2379');
		expect(found).toMatchObject({ severity: 'warning', title: 'kube-apiserver knows a server that is no member' });
	});

	it('are not judged where names may stand for members, in a cluster of one, or without a list', () => {
		expect(servers('http://1:2379', 'https://etcd.example:2379')).toBeNull();
		const single = healthy(0, [memberOf('1')]);
		expect(
			one(apiServer({ etcdServers: ['https://127.0.0.1:2379'] }, {}, single), 'apiserver-etcd-servers'),
		).toBeNull();
		const own = { etcdServers: ['https://127.0.0.1:2379'] };
		expect(one(apiServer(own, null), 'apiserver-etcd-servers')).toBeNull();
	});
});

describe('compaction', () => {
	it.each<[EtcdSettings['compactionRetention'], string]>([
		['default', 'warning'],
		['0', 'warning'],
		['unknown', 'warning'],
		['8h', 'info'],
	])('by kube-apiserver that is off is told while etcd’s retention is %s', (compactionRetention, severity) => {
		const told = apiServer({ compactionSeconds: 0 }, { compactionRetention });
		expect(one(told, 'apiserver-compaction')).toMatchObject({ severity });
		expect(one(told, 'etcd-auto-compaction')).toBeNull();
	});

	it('by both is harmless', () => {
		const found = one(
			apiServer({}, { compactionRetention: '1000', compactionMode: 'revision' }),
			'etcd-auto-compaction',
		);
		expect(found).toMatchObject({ severity: 'info', member: '1' });
		expect(found?.evidence).toContain('--auto-compaction-retention=1000 (revision mode)');
		expect(one(etcd({ compactionRetention: '8h' }), 'etcd-auto-compaction')).toBeNull();
		expect(
			one(apiServer({ compactionSeconds: 'unknown' }, { compactionRetention: '8h' }), 'etcd-auto-compaction'),
		).toBeNull();
	});
});

describe('files that flags name', () => {
	const dayMs = 24 * 3600_000;
	const lasting = (days: number): NamedFile['outcome'] => ({
		kind: 'certificate',
		validFromMs: startTimeMs - 300 * dayMs,
		validToMs: startTimeMs + days * dayMs,
	});
	const client = (outcome: NamedFile['outcome']) => [{ flag: '--etcd-certfile', path: '/pki/client.crt', outcome }];

	it.each<[string, NamedFile['outcome'], string | null, RegExp]>([
		['that expired', lasting(-2), 'critical', /has expired/],
		['that lasts five days', lasting(5.5), 'critical', /expires in 5 days/],
		['that lasts twenty days', lasting(20.5), 'warning', /expires in 20 days/],
		[
			'that is not valid yet',
			{ kind: 'certificate', validFromMs: startTimeMs + dayMs, validToMs: startTimeMs + 90 * dayMs },
			'warning',
			/not valid yet/,
		],
		['that is missing', { kind: 'missing' }, 'warning', /is missing/],
		['that is broken', { kind: 'broken', reason: 'there is no certificate in it' }, 'warning', /is broken/],
		['that lasts', lasting(90), null, /./],
		['that is there', { kind: 'present' }, null, /./],
		['that may not be read', { kind: 'unreadable', reason: 'permission denied' }, null, /./],
	])('hold a certificate of kube-apiserver %s', (_, outcome, severity, title) => {
		const found = one(apiServer({ files: client(outcome) }), 'apiserver-certificates');
		expect(found?.severity ?? null).toBe(severity);
		if (found !== null) {
			expect(found.title).toMatch(title);
			expect(found.evidence).toContain('--etcd-certfile /pki/client.crt');
		}
	});

	it('are renewed by their name at kubeadm, and put back where they are missing', () => {
		expect(one(apiServer({ files: client(lasting(-1)) }), 'apiserver-certificates')?.advice).toContain(
			'kubeadm certs renew apiserver-etcd-client',
		);
		expect(one(apiServer({ files: client({ kind: 'missing' }) }), 'apiserver-certificates')?.advice).toContain(
			'/m/kube-apiserver.yaml',
		);
	});

	it('of etcd are judged as they are at a start; that they end soon, others tell', () => {
		const peer = (outcome: NamedFile['outcome']) => [{ flag: '--peer-cert-file', path: '/pki/peer.crt', outcome }];
		expect(one(etcd({ files: peer(lasting(-1)) }), 'etcd-certificates')).toMatchObject({
			severity: 'critical',
			member: '1',
		});
		expect(one(etcd({ files: peer({ kind: 'missing' }) }), 'etcd-certificates')).toMatchObject({ severity: 'warning' });
		expect(one(etcd({ files: peer(lasting(5)) }), 'etcd-certificates')).toBeNull();
	});
});

describe('etcd’s settings', () => {
	it.each<[EtcdSettings['quotaBytes'], string | null]>([
		['default', 'etcd here has the default quota of 2 GiB'],
		[0, 'etcd here has the default quota of 2 GiB'],
		[-1, 'etcd here has no quota'],
		[16 * 1024 ** 3, 'etcd here has a very large quota'],
		[4 * 1024 ** 3, null],
		['unknown', null],
	])('are told of a quota of %s', (quotaBytes, title) => {
		const found = one(etcd({ quotaBytes }), 'etcd-quota');
		expect(found?.title ?? null).toBe(title);
		if (found !== null) expect(found).toMatchObject({ severity: 'info', evidence: expect.stringContaining('20 MB') });
	});

	it('are a warning where the election timeout is less than five heartbeats', () => {
		expect(one(etcd({ heartbeatSeconds: 0.3 }), 'etcd-election')).toMatchObject({
			severity: 'warning',
			evidence: expect.stringContaining('--heartbeat-interval 300 ms, --election-timeout 1 s'),
		});
		expect(one(etcd({ heartbeatSeconds: 0.2 }), 'etcd-election')).toBeNull();
		expect(one(etcd({ heartbeatSeconds: 'unknown', electionSeconds: 0.1 }), 'etcd-election')).toBeNull();
	});

	/** Round trips of m2 to its peer, so many in a bucket, over five minutes. */
	const withRoundTrips = (bucket: string, count: number) => {
		const told = healthy();
		const buckets = (counts: number) =>
			bucketsOf(
				'etcd_network_peer_round_trip_time_seconds',
				{ [bucket === '0.2048' ? '0.1024' : '0.0512']: 0, [bucket]: counts, '+Inf': 0 },
				'To="1",',
			);
		for (let step = 0; step <= 10; step++) {
			const atMs = step * 30_000;
			told.scrape(atMs, '2', buckets((count * step) / 10));
			for (const id of ['1', '2', '3']) told.answer(atMs, id);
		}
		return told;
	};

	it('are a warning where it is less than ten round trips', () => {
		const slow = etcd({}, withRoundTrips('0.2048', 100));
		const found = one(slow, 'etcd-election', 300_000);
		expect(found).toMatchObject({ severity: 'warning', title: 'the election timeout is short for this network' });
		expect(found?.evidence).toContain('bucket 102–205 ms');
		expect(one(etcd({ electionSeconds: 5 }, withRoundTrips('0.2048', 100)), 'etcd-election', 300_000)).toBeNull();
		// Somewhere between 51 and 102 ms: it may be fine.
		expect(one(etcd({}, withRoundTrips('0.1024', 100)), 'etcd-election', 300_000)).toBeNull();
		expect(one(etcd({}, withRoundTrips('0.2048', 3)), 'etcd-election', 300_000)).toBeNull();
	});

	it.each<[string, boolean | null, string | null, RegExp]>([
		['nfs4', null, 'warning', /network/],
		['cifs', null, 'warning', /network/],
		['fuse.sshfs', null, 'warning', /network/],
		['tmpfs', null, 'warning', /memory/],
		['overlay', null, 'warning', /container/],
		['ext4', true, 'info', /shares/],
		['ext4', null, null, /./],
		['xfs', false, null, /./],
	])('are told of data on %s (shared: %s)', (fileSystem, isOnSystemDisk, severity, title) => {
		const found = one(etcd({ dataDirectory: { path: '/data', fileSystem, isOnSystemDisk } }), 'etcd-data-disk');
		expect(found?.severity ?? null).toBe(severity);
		if (found !== null) expect(found.title).toMatch(title);
	});

	it('are told of metrics: basic ones, and those that are open to the network', () => {
		expect(one(etcd({ dataDirectory: null }), 'etcd-data-disk')).toBeNull();
		expect(one(etcd({ metrics: 'default' }), 'etcd-metrics')).toMatchObject({
			title: 'etcd here does not measure its calls',
		});
		expect(one(etcd({ metricsUrls: ['http://0.0.0.0:2381'] }), 'etcd-metrics')).toMatchObject({
			severity: 'info',
			title: 'metrics of etcd here are open to the network',
		});
		expect(one(etcd({ metrics: 'unknown', metricsUrls: ['https://0.0.0.0:2381'] }), 'etcd-metrics')).toBeNull();
	});

	it('are a warning without syncs', () => {
		expect(one(etcd({ isFsyncOff: true }), 'etcd-fsync-off')).toMatchObject({ severity: 'warning', member: '1' });
		expect(one(etcd({}), 'etcd-fsync-off')).toBeNull();
	});

	it('belong to the member that is read at the same address of this machine', () => {
		const local = (endpoint: string) => {
			const told = healthy(0, [memberOf('1', { clientUrls: [endpoint] }), memberOf('2'), memberOf('3')]);
			return one(etcd({ clientUrls: ['http://127.0.0.1:2379'], isFsyncOff: true }, told), 'etcd-fsync-off');
		};
		expect(local('http://127.0.0.1:2379')).toMatchObject({ member: '1' });
		expect(local('http://127.0.0.1:12379')).toBeNull();
	});

	it('belong to the member of their name where they tell no URL', () => {
		expect(one(etcd({ clientUrls: [], isFsyncOff: true }), 'etcd-fsync-off')).toMatchObject({ member: '1' });
		expect(one(etcd({ clientUrls: [], name: 'default', isFsyncOff: true }), 'etcd-fsync-off')).toBeNull();
	});
});
