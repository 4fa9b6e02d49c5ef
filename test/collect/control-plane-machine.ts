import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ControlPlaneExamination, Manifest } from '../../source/cluster/examinations/control-plane.ts';
import type { ExaminedCluster } from '../../source/collect/examiner.ts';
import { controlPlaneExaminer } from '../../source/collect/examiners/control-plane.ts';

/** As kubeadm writes it, with these flags instead of its own. */
export const apiServerManifest = (...flags: readonly string[]) => `apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: 10.0.0.1:6443
  name: kube-apiserver
  namespace: kube-system
spec:
  containers:
  - command:
    - kube-apiserver
    - --advertise-address=10.0.0.1
    - --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt
    - --etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt
    - --etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key
${flags.map(flag => `    - ${flag}\n`).join('')}    - --service-cluster-ip-range=10.96.0.0/12
    image: registry.k8s.io/kube-apiserver:v1.33.1
    name: kube-apiserver
    volumeMounts:
    - mountPath: /etc/kubernetes/pki
      name: k8s-certs
      readOnly: true
    - mountPath: /etc/enc
      name: enc
  hostNetwork: true
  volumes:
  - hostPath:
      path: /etc/kubernetes/pki
      type: DirectoryOrCreate
    name: k8s-certs
  - hostPath:
      path: /etc/kubernetes/encryption
    name: enc
`;

/** The same of etcd. */
export const etcdManifest = (...flags: readonly string[]) => `apiVersion: v1
kind: Pod
metadata:
  name: etcd
spec:
  containers:
  - command:
    - etcd
    - --advertise-client-urls=https://10.0.0.1:2379
    - --cert-file=/etc/kubernetes/pki/etcd/server.crt
    - --key-file=/etc/kubernetes/pki/etcd/server.key
    - --data-dir=/var/lib/etcd
    - --name=m1
${flags.map(flag => `    - ${flag}\n`).join('')}    image: registry.k8s.io/etcd:3.5.30-0
    name: etcd
    volumeMounts:
    - mountPath: /var/lib/etcd
      name: etcd-data
    - mountPath: /etc/kubernetes/pki/etcd
      name: etcd-certs
  volumes:
  - hostPath:
      path: /etc/kubernetes/pki/etcd
    name: etcd-certs
  - hostPath:
      path: /data/etcd
    name: etcd-data
`;

const manifests = '/etc/kubernetes/manifests';

/** A folder that stands for the root of a machine. */
export function fakeMachine() {
	const root = mkdtempSync(join(tmpdir(), 'etcdtop-machine-'));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	const place = (path: string) => {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		return join(root, path);
	};
	return {
		root,
		place,
		write: (path: string, text: string) => writeFileSync(place(path), text),
		folder: (path: string) => mkdirSync(join(root, path), { recursive: true }),
		link: (path: string, to: string) => symlinkSync(to, place(path)),
		apiServer: (...flags: readonly string[]) =>
			writeFileSync(place(`${manifests}/kube-apiserver.yaml`), apiServerManifest(...flags)),
		etcd: (...flags: readonly string[]) => writeFileSync(place(`${manifests}/etcd.yaml`), etcdManifest(...flags)),
		async examine(folders: readonly string[] = [manifests]): Promise<ControlPlaneExamination | null> {
			const nobody = {} as ExaminedCluster;
			const found = await controlPlaneExaminer(folders, root).examine(nobody, new AbortController().signal);
			return found as ControlPlaneExamination | null;
		},
	};
}

/** The settings of a manifest that must have been read. */
export function settingsOf<Settings>(manifest: Manifest<Settings> | null | undefined): Settings {
	if (manifest?.kind !== 'read') throw new Error(`was not read: ${JSON.stringify(manifest)}`);
	return manifest.settings;
}
