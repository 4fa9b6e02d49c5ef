import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectEtcd } from '../../source/config/detect.ts';
import { complaint, fakeOutside, profileOf } from './fake-outside.ts';

const manifest = (certificates: string, ca: string) => `apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/etcd.advertise-client-urls: https://10.0.0.5:2379
  name: etcd
spec:
  containers:
  - command:
    - etcd
    - --advertise-client-urls=https://10.0.0.5:2379
    - --cert-file=${certificates}/server.crt
    - --client-cert-auth=true
    - --key-file=${certificates}/server.key
    - --listen-client-urls=https://127.0.0.1:2379,https://10.0.0.5:2379
    - --listen-metrics-urls=http://127.0.0.1:2381
    - --trusted-ca-file=${ca}
`;

const kubeadm = manifest('/etc/kubernetes/pki/etcd', '/etc/kubernetes/pki/etcd/ca.crt');
const minikube = manifest('/var/lib/minikube/certs/etcd', '/var/lib/minikube/certs/etcd/ca.crt');
const manifestPath = '/etc/kubernetes/manifests/etcd.yaml';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'etcdtop-detect-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Lays out files under the root; what is only a path is an empty file. */
function tree(files: Readonly<Record<string, string>>, ...empty: string[]): void {
	for (const [path, text] of [...Object.entries(files), ...empty.map(path => [path, ''] as const)]) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
}

const world = (denied?: string) =>
	({
		...fakeOutside(),
		root,
		readFile: (path: string) => {
			if (denied !== undefined && path === join(root, denied)) throw Object.assign(new Error('no'), { code: 'EACCES' });
			return readFileSync(path, 'utf8');
		},
	}) as const;

const pki = '/etc/kubernetes/pki';
const both = (path: string) => [`${path}.crt`, `${path}.key`];

describe('detecting the etcd of this machine', () => {
	it('finds none on a plain machine', () => {
		expect(detectEtcd(world())).toMatchObject({ source: 'default', endpoints: ['http://127.0.0.1:2379'] });
	});

	it('finds kubeadm’s, with the certificate of its health checks', () => {
		tree({ [manifestPath]: kubeadm }, `${pki}/etcd/ca.crt`, ...both(`${pki}/etcd/healthcheck-client`));
		expect(detectEtcd(world())).toEqual({
			source: 'kubeadm',
			endpoints: ['https://127.0.0.1:2379'],
			metricsUrls: ['http://127.0.0.1:2381'],
			caFile: join(root, pki, 'etcd/ca.crt'),
			certificateFile: join(root, pki, 'etcd/healthcheck-client.crt'),
			keyFile: join(root, pki, 'etcd/healthcheck-client.key'),
		});
	});

	it.each([
		['apiserver-etcd-client', `${pki}/apiserver-etcd-client`],
		['server', `${pki}/etcd/server`],
	])('takes %s where that is the certificate there is', (_, path) => {
		tree({ [manifestPath]: kubeadm }, `${pki}/etcd/ca.crt`, `${pki}/etcd/healthcheck-client.crt`, ...both(path));
		expect(detectEtcd(world())).toMatchObject({
			certificateFile: join(root, `${path}.crt`),
			keyFile: join(root, `${path}.key`),
		});
	});

	it('reaches a member that listens everywhere, and one that listens only outside', () => {
		const listening = (urls: string) => kubeadm.replace(/listen-client-urls=\S+/, `listen-client-urls=${urls}`);
		tree({ [manifestPath]: listening('https://0.0.0.0:2379') });
		expect(detectEtcd(world())).toMatchObject({ endpoints: ['https://127.0.0.1:2379'], caFile: null });
		tree({ [manifestPath]: listening('https://10.0.0.5:2379') });
		expect(detectEtcd(world())).toMatchObject({ endpoints: ['https://10.0.0.5:2379'] });
	});

	it('finds minikube’s', () => {
		const certificates = '/var/lib/minikube/certs/etcd';
		tree({ [manifestPath]: minikube }, `${certificates}/ca.crt`, ...both(`${certificates}/server`));
		expect(detectEtcd(world())).toMatchObject({
			source: 'minikube',
			caFile: join(root, certificates, 'ca.crt'),
			certificateFile: join(root, certificates, 'server.crt'),
		});
	});

	it.each([
		['k3s', '/var/lib/rancher/k3s/server/tls/etcd'],
		['RKE2', '/var/lib/rancher/rke2/server/tls/etcd'],
	])('finds that of %s', (name, folder) => {
		tree({}, `${folder}/server-ca.crt`, ...both(`${folder}/client`));
		expect(detectEtcd(world())).toEqual({
			source: name,
			endpoints: ['https://127.0.0.1:2379'],
			metricsUrls: ['http://127.0.0.1:2381'],
			caFile: join(root, folder, 'server-ca.crt'),
			certificateFile: join(root, folder, 'client.crt'),
			keyFile: join(root, folder, 'client.key'),
		});
	});

	it('finds an etcd elsewhere by the API server that uses it', () => {
		const flags = `    - --etcd-cafile=${pki}/etcd-ca.crt
    - --etcd-certfile=${pki}/apiserver-etcd-client.crt
    - --etcd-keyfile=${pki}/apiserver-etcd-client.key
    - --etcd-servers=https://10.0.0.7:2379,https://10.0.0.8:2379
`;
		tree({ '/etc/kubernetes/manifests/kube-apiserver.yaml': flags }, ...both(`${pki}/apiserver-etcd-client`));
		expect(detectEtcd(world())).toMatchObject({
			source: 'kube-apiserver',
			endpoints: ['https://10.0.0.7:2379', 'https://10.0.0.8:2379'],
			certificateFile: join(root, pki, 'apiserver-etcd-client.crt'),
		});
	});

	it.each([manifestPath, `${pki}/etcd/healthcheck-client.key`, `${pki}/etcd/ca.crt`])(
		'says that %s may not be read, instead of guessing on',
		async denied => {
			tree({ [manifestPath]: kubeadm }, `${pki}/etcd/ca.crt`, ...both(`${pki}/etcd/healthcheck-client`));
			const { readFile } = world(denied);
			const fake = { ...fakeOutside(), root };
			const text = `this looks like a kubeadm node, but ${join(root, denied)}: permission denied; try sudo, or give --endpoints`;
			expect(() => detectEtcd({ ...fake, readFile })).toThrow(text);
		},
	);

	it('is left out when endpoints, certificates or a domain are given', async () => {
		const files = { [manifestPath]: { code: 'EACCES' }, '/ca': '' };
		expect((await profileOf('--endpoints a:1', { files })).source).toBe('--endpoints');
		expect((await profileOf('--cacert /ca', { files })).source).toBe('default');
		expect(await complaint('', { files })).toContain('permission denied; try sudo');
	});

	it('gives way to metrics pages that are given', async () => {
		const files = { [manifestPath]: kubeadm };
		expect(await profileOf('', { files })).toMatchObject({ source: 'kubeadm', metricsUrls: ['http://127.0.0.1:2381'] });
		expect((await profileOf('--metrics-urls m:1', { files })).metricsUrls).toEqual(['http://m:1']);
	});
});
