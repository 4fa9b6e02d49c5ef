import type { Examination, Topic } from '../../../source/cluster/examination.ts';
import { failureOf, memberOf } from '../../cluster/story.ts';

const certificate = {
	subject: 'CN=m1',
	issuer: 'CN=etcd-ca',
	names: ['m1', '127.0.0.1'],
	validFromMs: 1_700_000_000_000,
	validToMs: 1_800_000_000_000,
};

/** One examination of each topic, with as many of its variants as it holds. */
export const examinations: { readonly [Name in Topic]: Extract<Examination, { readonly topic: Name }> } = {
	'member-lists': {
		topic: 'member-lists',
		lists: [
			{ key: '1', outcome: { kind: 'answered', members: [memberOf('1'), memberOf('2', { isLearner: true })] } },
			{ key: '2', outcome: { kind: 'failed', failure: failureOf('tls-expired', { certificateTimeMs: 5 }) } },
		],
	},
	'compact-mark': {
		topic: 'compact-mark',
		outcome: { kind: 'read', revision: null, modRevision: '9007199254740993', version: '12' },
	},
	encryption: {
		topic: 'encryption',
		resources: [
			{
				resource: 'secrets',
				outcome: {
					kind: 'sampled',
					total: 5,
					sampled: 3,
					forms: [
						{ form: { kind: 'encrypted', provider: 'aescbc', keyName: 'key1' }, count: 1 },
						{ form: { kind: 'plain', format: 'protobuf' }, count: 1 },
						{ form: { kind: 'unknown' }, count: 1 },
					],
					receivedBytes: 300,
					calls: 4,
				},
			},
			{ resource: 'example.io/keys', outcome: { kind: 'failed', failure: failureOf('permission-denied') } },
		],
	},
	'control-plane': {
		topic: 'control-plane',
		apiServer: {
			kind: 'read',
			file: '/etc/kubernetes/manifests/kube-apiserver.yaml',
			settings: {
				etcdServers: ['https://127.0.0.1:2379'],
				compactionSeconds: 'default',
				files: [
					{ flag: '--etcd-keyfile', path: '/pki/etcd.key', outcome: { kind: 'present' } },
					{
						flag: '--etcd-certfile',
						path: '/pki/etcd.crt',
						outcome: { kind: 'certificate', validFromMs: 1_700_000_000_000, validToMs: 1_800_000_000_000 },
					},
					{ flag: '--etcd-cafile', path: '/pki/ca.crt', outcome: { kind: 'missing' } },
					{ flag: '--client-ca-file', path: '/x', outcome: { kind: 'unreadable', reason: 'permission denied' } },
				],
				encryption: {
					path: '/enc.yaml',
					outcome: {
						kind: 'read',
						rules: [{ resources: ['secrets'], providers: [{ kind: 'aescbc', names: ['key1'] }] }],
					},
				},
			},
		},
		etcd: {
			kind: 'read',
			file: '/etc/kubernetes/manifests/etcd.yaml',
			settings: {
				name: 'm1',
				clientUrls: ['https://10.0.0.1:2379'],
				quotaBytes: 8_589_934_592,
				heartbeatSeconds: 0.1,
				electionSeconds: 'unknown',
				compactionMode: 'default',
				compactionRetention: '8h',
				metrics: 'basic',
				metricsUrls: [],
				isFsyncOff: false,
				dataDirectory: { path: '/var/lib/etcd', fileSystem: 'ext4', isOnSystemDisk: null },
				files: [],
			},
		},
	},
	tls: {
		topic: 'tls',
		ports: [
			{
				...{ key: '1', role: 'client', url: 'https://m1:2379', isAdvertised: true, isLocal: false },
				outcome: {
					kind: 'tls',
					chain: [certificate],
					isForHost: true,
					asksForCertificate: null,
					isRemembered: false,
				},
			},
			{
				...{ key: '1', role: 'peer', url: 'http://m1:2380', isAdvertised: false, isLocal: true },
				outcome: { kind: 'plain' },
			},
			{
				...{ key: '2', role: 'peer', url: 'https://m2:2380', isAdvertised: true, isLocal: false },
				outcome: { kind: 'unseen', failure: failureOf('timeout') },
			},
		],
		files: [
			{
				role: 'client',
				file: '/etc/etcd/client.crt',
				outcome: { kind: 'read', certificates: [{ ...certificate, isInUse: true }] },
			},
			{ role: 'authority', file: '/etc/etcd/ca.crt', outcome: { kind: 'unreadable', reason: 'permission denied' } },
		],
		authentication: 'unknown',
	},
};
