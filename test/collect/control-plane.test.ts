import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blankSecrets } from '../../source/collect/control-plane/encryption-config.ts';
import type { ExaminedCluster } from '../../source/collect/examiner.ts';
import { controlPlaneExaminer } from '../../source/collect/examiners/control-plane.ts';
import { makeCertificate } from '../support/certificates.ts';
import { fakeMachine, settingsOf } from './control-plane-machine.ts';

const apiServerOf = async (machine: ReturnType<typeof fakeMachine>) => settingsOf((await machine.examine())?.apiServer);
const etcdOf = async (machine: ReturnType<typeof fakeMachine>) => settingsOf((await machine.examine())?.etcd);

describe('a machine without a control plane', () => {
	it('has nothing to examine', async () => {
		expect(await fakeMachine().examine()).toBeNull();
		// Who named the folder is told so.
		const named = controlPlaneExaminer(['/nowhere'], fakeMachine().root, true);
		expect(await named.examine({} as ExaminedCluster, new AbortController().signal)).toMatchObject({
			apiServer: { kind: 'unreadable', file: '/nowhere', reason: expect.stringContaining('no kube-apiserver.yaml') },
		});
	});

	it('has what is in the first folder that there is', async () => {
		const machine = fakeMachine();
		machine.etcd('--quota-backend-bytes=1');
		const found = await machine.examine(['/nowhere', '/etc/kubernetes/manifests']);
		expect(found).toMatchObject({ apiServer: null, etcd: { file: '/etc/kubernetes/manifests/etcd.yaml' } });
	});
});

describe('the settings of kube-apiserver', () => {
	it('are those of kubeadm, or the defaults', async () => {
		const machine = fakeMachine();
		machine.apiServer('--etcd-servers=https://127.0.0.1:2379');
		expect(await apiServerOf(machine)).toEqual({
			etcdServers: ['https://127.0.0.1:2379'],
			compactionSeconds: 'default',
			encryption: null,
			files: [
				{ flag: '--etcd-cafile', path: '/etc/kubernetes/pki/etcd/ca.crt', outcome: { kind: 'missing' } },
				{
					flag: '--etcd-certfile',
					path: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
					outcome: { kind: 'missing' },
				},
				{ flag: '--etcd-keyfile', path: '/etc/kubernetes/pki/apiserver-etcd-client.key', outcome: { kind: 'missing' } },
			],
		});
	});

	it.each<[string, readonly string[], number | string]>([
		['with an equals sign', ['--etcd-compaction-interval=0'], 0],
		['as two words', ['--etcd-compaction-interval', '10m0s'], 600],
		['with one dash', ['-etcd-compaction-interval=0s'], 0],
		['twice', ['--etcd-compaction-interval=0', '--etcd-compaction-interval=5m'], 300],
		['out of a variable that nobody told', ['--etcd-compaction-interval=$(INTERVAL)'], 'unknown'],
		['as something else', ['--etcd-compaction-interval=often'], 'unknown'],
	])('are read where a flag is given %s', async (_, flags, seconds) => {
		const machine = fakeMachine();
		machine.apiServer(...flags);
		expect((await apiServerOf(machine)).compactionSeconds).toBe(seconds);
	});

	it('name every server, in one flag or several', async () => {
		const machine = fakeMachine();
		machine.apiServer(
			'--etcd-servers=https://10.0.0.1:2379,https://10.0.0.2:2379',
			'--etcd-servers=https://10.0.0.3:2379',
		);
		expect((await apiServerOf(machine)).etcdServers.length).toBe(3);
		machine.apiServer('--etcd-servers=https://$(HOST_IP):2379,https://10.0.0.2:2379');
		expect((await apiServerOf(machine)).etcdServers).toEqual([]);
	});

	it('tell how long certificates last: the own one, and the last of the authorities', async () => {
		const machine = fakeMachine();
		machine.apiServer();
		machine.folder('/etc/kubernetes/pki/etcd');
		const directory = machine.place('/etc/kubernetes/pki/x').slice(0, -2);
		const [from, to, later] = ['2026-01-01', '2027-01-01', '2036-01-01'].map(text => new Date(text)) as [
			Date,
			Date,
			Date,
		];
		const authority = makeCertificate({ directory: `${directory}/etcd`, name: 'ca', from, to: later });
		makeCertificate({ directory, name: 'apiserver-etcd-client', issuer: authority, from, to });
		machine.write('/etc/kubernetes/pki/apiserver-etcd-client.key', 'nobody looks into it');
		expect((await apiServerOf(machine)).files.map(({ outcome }) => outcome)).toEqual([
			{ kind: 'certificate', validFromMs: from.getTime(), validToMs: later.getTime() },
			{ kind: 'certificate', validFromMs: from.getTime(), validToMs: to.getTime() },
			{ kind: 'present' },
		]);
		machine.write('/etc/kubernetes/pki/apiserver-etcd-client.crt', 'not a certificate');
		expect((await apiServerOf(machine)).files[1]!.outcome.kind).toBe('broken');
	});

	it.each<[string, string]>([
		['is no YAML', 'a: [b'],
		['is empty', ''],
		['is of another program', 'spec: {containers: [{name: etcd, command: [etcd]}]}'],
		['runs a script', 'spec: {containers: [{name: kube-apiserver, command: [/bin/sh, -c, "exec kube-apiserver"]}]}'],
		['is a list', '- a'],
	])('are told to be unreadable where the manifest %s', async (_, text) => {
		const machine = fakeMachine();
		machine.write('/etc/kubernetes/manifests/kube-apiserver.yaml', text);
		expect(await machine.examine()).toMatchObject({ apiServer: { kind: 'unreadable', reason: expect.any(String) } });
	});

	it('are told to be unreadable where this user may not read the manifest', async context => {
		if (process.getuid?.() === 0) return context.skip('root may read everything');
		const machine = fakeMachine();
		machine.apiServer();
		chmodSync(machine.place('/etc/kubernetes/manifests/kube-apiserver.yaml'), 0);
		expect(await machine.examine()).toMatchObject({ apiServer: { kind: 'unreadable', reason: 'permission denied' } });
	});
});

const encryptionConfig = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets, configmaps]
    providers:
      - aescbc:
          keys:
            - name: key2
              secret: "c2VjcmV0LW51bWJlci10d28="
            - {name: key1, secret: c2VjcmV0LW51bWJlci1vbmU=}
      - kms: {apiVersion: v2, name: vault, endpoint: unix:///run/kms.sock}
      - identity: {}
  - resources: ['*.*']
    providers:
      - secretbox:
          keys:
            - name: k
              secret: >-
                c2VjcmV0LW51bWJlci1meA==
`;

describe('the encryption that kube-apiserver is told to do', () => {
	const configured = async (text: string | null) => {
		const machine = fakeMachine();
		machine.apiServer('--encryption-provider-config=/etc/enc/config.yaml');
		if (text !== null) machine.write('/etc/kubernetes/encryption/config.yaml', text);
		const { encryption } = await apiServerOf(machine);
		return { encryption, whole: JSON.stringify(await machine.examine()) };
	};

	it('is known by resources, providers and names of keys, never by the keys', async () => {
		const { encryption, whole } = await configured(encryptionConfig);
		expect(encryption).toMatchObject({
			path: '/etc/kubernetes/encryption/config.yaml',
			outcome: {
				kind: 'read',
				rules: [
					{
						resources: ['secrets', 'configmaps'],
						providers: [
							{ kind: 'aescbc', names: ['key2', 'key1'] },
							{ kind: 'kms v2', names: ['vault'] },
							{ kind: 'identity', names: [] },
						],
					},
					{ resources: ['*.*'], providers: [{ kind: 'secretbox', names: ['k'] }] },
				],
			},
		});
		expect(whole).not.toContain('c2Vj');
	});

	it('is blanked before it becomes a text', () => {
		const bytes = Buffer.from(encryptionConfig);
		blankSecrets(bytes);
		expect(bytes.toString()).not.toContain('c2Vj');
		expect(bytes.toString()).toContain('resources: [secrets, configmaps]');
		expect(bytes.length).toBe(encryptionConfig.length);
	});

	it.each<[string, string | null, string]>([
		['is not there', null, 'missing'],
		['is no YAML', 'kind: [', 'broken'],
		['is something else', 'kind: ConfigMap', 'broken'],
	])('is told where its file %s', async (_, text, kind) => {
		expect((await configured(text)).encryption).toMatchObject({ outcome: { kind } });
	});

	it('is not known where its file is not of this machine', async () => {
		const machine = fakeMachine();
		machine.apiServer('--encryption-provider-config=/elsewhere/config.yaml');
		expect((await apiServerOf(machine)).encryption).toBe('unknown');
	});
});

/** As the kernel writes it: device, root of the mount, mount point, options, then type, source, options. */
const mountLine = (device: string, point: string, type: string, source: string) =>
	`36 35 ${device} / ${point} rw,noatime shared:1 - ${type} ${source} rw\n`;
const systemMount = mountLine('8:2', '/', 'ext4', '/dev/sda2');

describe('the settings of etcd', () => {
	it('are read from flags, variables and defaults', async () => {
		const machine = fakeMachine();
		machine.etcd(
			'--quota-backend-bytes=8589934592',
			'--heartbeat-interval=250',
			'--auto-compaction-retention=8h',
			'--listen-metrics-urls=http://127.0.0.1:2381',
		);
		expect(await etcdOf(machine)).toMatchObject({
			name: 'm1',
			clientUrls: ['https://10.0.0.1:2379'],
			quotaBytes: 8_589_934_592,
			heartbeatSeconds: 0.25,
			electionSeconds: 'default',
			compactionMode: 'default',
			compactionRetention: '8h',
			metrics: 'default',
			metricsUrls: ['http://127.0.0.1:2381'],
			isFsyncOff: false,
			dataDirectory: null,
			files: [{ flag: '--cert-file' }, { flag: '--key-file' }],
		});
		machine.write(
			'/etc/kubernetes/manifests/etcd.yaml',
			`spec: {containers: [{name: etcd, command: [etcd, --name=$(NAME), --unsafe-no-fsync], env: [{name: NAME, value: m7}, {name: ETCD_ELECTION_TIMEOUT, value: "5000"}, {name: ETCD_METRICS, value: extensive}, {name: SECRET, value: hunter2}]}]}`,
		);
		const settings = await etcdOf(machine);
		expect(settings).toMatchObject({ name: 'm7', electionSeconds: 5, metrics: 'extensive', isFsyncOff: true });
		expect(JSON.stringify(settings)).not.toContain('hunter2');
	});

	it('are those of its own file where it has one, as with RKE2', async () => {
		const machine = fakeMachine();
		machine.write(
			'/var/lib/rancher/rke2/agent/pod-manifests/etcd.yaml',
			`spec:
  containers:
  - name: etcd
    command: [etcd]
    args: [--config-file=/var/lib/rancher/rke2/server/db/etcd/config, --heartbeat-interval=1]
    volumeMounts: [{name: dir0, mountPath: /var/lib/rancher/rke2/server/db/etcd}]
  volumes: [{name: dir0, hostPath: {path: /var/lib/rancher/rke2/server/db/etcd}}]
`,
		);
		const examine = () => machine.examine(['/var/lib/rancher/rke2/agent/pod-manifests']);
		expect((await examine())?.etcd).toMatchObject({
			kind: 'unreadable',
			reason: expect.stringContaining('no such file'),
		});
		machine.write(
			'/var/lib/rancher/rke2/server/db/etcd/config',
			'heartbeat-interval: 500\nelection-timeout: 5000\npeer-transport-security:\n  cert-file: /var/lib/rancher/rke2/server/db/etcd/peer.crt\n',
		);
		expect(settingsOf((await examine())?.etcd)).toMatchObject({
			heartbeatSeconds: 0.5,
			electionSeconds: 5,
			files: [{ flag: '--peer-cert-file', outcome: { kind: 'missing' } }],
		});
	});

	it.each<[string, string, string, boolean | null]>([
		['the system’s file system', systemMount, 'ext4', true],
		['a partition of the system’s disk', `${systemMount}${mountLine('8:3', '/data', 'xfs', '/dev/sda3')}`, 'xfs', true],
		['a disk of its own', `${systemMount}${mountLine('8:16', '/data/etcd', 'xfs', '/dev/sdb')}`, 'xfs', false],
		['a logical volume', `${systemMount}${mountLine('253:0', '/data', 'xfs', '/dev/mapper/data')}`, 'xfs', null],
		['a share', `${systemMount}${mountLine('0:50', '/data', 'nfs4', 'nas:/etcd')}`, 'nfs4', null],
		[
			'memory, mounted over a disk',
			`${systemMount}${mountLine('8:16', '/data', 'xfs', '/dev/sdb')}${mountLine('0:60', '/data', 'tmpfs', 'tmpfs')}`,
			'tmpfs',
			null,
		],
		[
			'a disk, as seen from a container',
			`${mountLine('0:99', '/', 'overlay', 'overlay')}${mountLine('8:16', '/data', 'xfs', '/dev/sdb')}`,
			'xfs',
			null,
		],
		[
			'another mount that begins alike',
			`${systemMount}${mountLine('8:16', '/data/etc', 'xfs', '/dev/sdb')}`,
			'ext4',
			true,
		],
	])('tell that the data lies on %s', async (_, mounts, fileSystem, isOnSystemDisk) => {
		const machine = fakeMachine();
		machine.etcd();
		machine.folder('/data/etcd');
		machine.write('/proc/self/mountinfo', mounts);
		for (const [device, place] of [
			['8:2', 'sda/sda2'],
			['8:3', 'sda/sda3'],
			['8:16', 'sdb'],
			['253:0', 'virtual/dm-0'],
		] as const) {
			machine.folder(`/sys/devices/${place}`);
			if (/\d$/.test(place) && !place.includes('dm')) machine.write(`/sys/devices/${place}/partition`, '1');
			machine.link(`/sys/dev/block/${device}`, `${machine.root}/sys/devices/${place}`);
		}
		expect((await etcdOf(machine)).dataDirectory).toEqual({ path: '/data/etcd', fileSystem, isOnSystemDisk });
	});
});
