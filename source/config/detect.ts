import { join } from 'node:path';
import { fileErrorCode, fileErrorText, UsageError } from './errors.ts';
import type { Outside } from './outside.ts';

/** An etcd that this machine's own files tell of. */
export type Detected = {
	/** The distribution, or `default`. */
	readonly source: string;
	readonly endpoints: readonly string[];
	readonly metricsUrls: readonly string[];
	readonly caFile: string | null;
	readonly certificateFile: string | null;
	readonly keyFile: string | null;
};

/** A pair of files that a client may show to etcd, without their endings. */
type Certificate = { readonly certificate: string; readonly key: string };

const pair = (path: string): Certificate => ({ certificate: `${path}.crt`, key: `${path}.key` });

/** Reads under the root. Null where there is no such file; anything else is for the user to solve. */
type Read = (path: string) => string | null;

function reader(outside: Outside, name: string): Read {
	return path => {
		const full = join(outside.root, path);
		try {
			return outside.readFile(full);
		} catch (error) {
			const code = fileErrorCode(error);
			if (code === 'ENOENT' || code === 'ENOTDIR') return null;
			throw new UsageError(
				`this looks like a ${name} node, but ${full}: ${fileErrorText(error)}; try sudo, or give --endpoints`,
			);
		}
	};
}

/** The value of a flag in a static pod's manifest (`- --listen-client-urls=https://…`). */
const manifestFlag = (manifest: string, flag: string): string | null =>
	new RegExp(`^\\s*-\\s*["']?--${flag}=([^\\s"']+)`, 'm').exec(manifest)?.[1] ?? null;

const urlsOf = (text: string | null) => (text ?? '').split(',').filter(url => url !== '');
const isLoopback = (url: string) => /^https?:\/\/(?:127\.|localhost|\[::1\])/.test(url);
/** A member that listens on every address is reached on this machine's own. */
const reachable = (url: string) => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');

/** From here the loopback address is the shortest way, and it is in every certificate that kubeadm makes. */
function nearest(urls: readonly string[]): readonly string[] {
	const near = urls.map(reachable);
	return near.some(isLoopback) ? near.filter(isLoopback) : near;
}

/** The first pair that is there; none is fine for an etcd that asks for none. */
const firstCertificate = (candidates: readonly Certificate[], read: Read) =>
	candidates.find(({ certificate, key }) => read(certificate) !== null && read(key) !== null) ?? null;

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** kubeadm and minikube run etcd as a static pod; RKE2 too, but its files are found by `fromFolder`. */
function fromManifest(path: string, outside: Outside): Detected | null {
	const manifest = reader(outside, 'kubeadm')(path);
	if (manifest === null) return null;
	const ca = manifestFlag(manifest, 'trusted-ca-file');
	const own = { certificate: manifestFlag(manifest, 'cert-file'), key: manifestFlag(manifest, 'key-file') };
	const name = (ca ?? '').startsWith('/var/lib/minikube/') ? 'minikube' : 'kubeadm';
	const read = reader(outside, name);
	const folder = ca === null ? '/etc/kubernetes/pki/etcd' : parentOf(ca);
	const chosen = firstCertificate(
		[
			pair(`${folder}/healthcheck-client`),
			pair(`${parentOf(folder)}/apiserver-etcd-client`),
			...(own.certificate === null || own.key === null ? [] : [{ certificate: own.certificate, key: own.key }]),
		],
		read,
	);
	const listens = urlsOf(
		manifestFlag(manifest, 'listen-client-urls') ?? manifestFlag(manifest, 'advertise-client-urls'),
	);
	return {
		source: name,
		endpoints: listens.length > 0 ? nearest(listens) : ['https://127.0.0.1:2379'],
		metricsUrls: urlsOf(manifestFlag(manifest, 'listen-metrics-urls')).map(reachable),
		...files(ca !== null && read(ca) !== null ? ca : null, chosen, outside),
	};
}

/** A control plane whose etcd runs elsewhere: the API server's manifest says where, and with which files. */
function fromApiServer(path: string, outside: Outside): Detected | null {
	const read = reader(outside, 'kubeadm');
	const manifest = read(path) ?? '';
	const endpoints = urlsOf(manifestFlag(manifest, 'etcd-servers'));
	if (endpoints.length === 0) return null;
	const certificate = manifestFlag(manifest, 'etcd-certfile');
	const key = manifestFlag(manifest, 'etcd-keyfile');
	const chosen = certificate === null || key === null ? [] : [{ certificate, key }];
	return {
		source: 'kube-apiserver',
		endpoints,
		metricsUrls: [],
		...files(manifestFlag(manifest, 'etcd-cafile'), firstCertificate(chosen, read), outside),
	};
}

/** k3s and RKE2 keep the certificates of their embedded etcd in one folder, and its metrics on 2381. */
function fromFolder(name: string, folder: string, outside: Outside): Detected | null {
	const read = reader(outside, name);
	const ca = `${folder}/server-ca.crt`;
	const client = firstCertificate([pair(`${folder}/client`)], read);
	if (client === null || read(ca) === null) return null;
	return {
		source: name,
		endpoints: ['https://127.0.0.1:2379'],
		metricsUrls: ['http://127.0.0.1:2381'],
		...files(ca, client, outside),
	};
}

const files = (ca: string | null, client: Certificate | null, { root }: Outside) => ({
	caFile: ca === null ? null : join(root, ca),
	certificateFile: client === null ? null : join(root, client.certificate),
	keyFile: client === null ? null : join(root, client.key),
});

/** In this order; the first that is there is taken. */
const distributions: readonly ((outside: Outside) => Detected | null)[] = [
	outside => fromManifest('/etc/kubernetes/manifests/etcd.yaml', outside),
	outside => fromFolder('k3s', '/var/lib/rancher/k3s/server/tls/etcd', outside),
	outside => fromFolder('RKE2', '/var/lib/rancher/rke2/server/tls/etcd', outside),
	outside => fromApiServer('/etc/kubernetes/manifests/kube-apiserver.yaml', outside),
];

/**
 * Finds the etcd of the control plane that this machine is a node of, else etcd's own default. Files that are there but
 * may not be read are a `UsageError`: guessing on would connect to something else than the user means.
 */
export function detectEtcd(outside: Outside): Detected {
	for (const distribution of distributions) {
		const detected = distribution(outside);
		if (detected !== null) return detected;
	}
	return {
		source: 'default',
		endpoints: ['http://127.0.0.1:2379'],
		metricsUrls: [],
		caFile: null,
		certificateFile: null,
		keyFile: null,
	};
}
