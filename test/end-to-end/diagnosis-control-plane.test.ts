import { expect, it } from 'vitest';
import { controlPlaneExaminer } from '../../source/collect/examiners/control-plane.ts';
import { encryptionExaminer } from '../../source/collect/examiners/encryption.ts';
import { fakeMachine } from '../collect/control-plane-machine.ts';
import { observe } from '../support/observer.ts';
import { sharedCluster } from './shared-cluster.ts';

const cluster = sharedCluster('3.5');

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

it('judges what is stored in a real cluster, and the control plane that belongs to it', async () => {
	const { endpoints } = cluster();
	for (const [index, value] of ['k8s:enc:aescbc:v1:key1:\x01', 'k8s\0\n\x0c\n\x02v1'].entries()) {
		const body = { key: base64(`/registry/secrets/default/s-${index}`), value: base64(value) };
		await fetch(`${endpoints[0]}/v3/kv/put`, { method: 'POST', body: JSON.stringify(body) });
	}
	const machine = fakeMachine();
	machine.apiServer(
		`--etcd-servers=${endpoints[0]},${endpoints[1]}`,
		'--encryption-provider-config=/etc/enc/config.yaml',
	);
	machine.write(
		'/etc/kubernetes/encryption/config.yaml',
		'kind: EncryptionConfiguration\nresources: [{resources: [secrets], providers: [{aescbc: {keys: [{name: key2, secret: c2VjcmV0}]}}]}]\n',
	);
	const observer = observe(endpoints, {
		examiners: [controlPlaneExaminer(['/etc/kubernetes/manifests'], machine.root), encryptionExaminer(['secrets'])],
	});
	const { findings, health } = await observer.see(({ findings: now }) =>
		['encryption-mixed', 'apiserver-encryption', 'apiserver-etcd-servers'].every(name =>
			now.some(({ rule }) => rule === name),
		),
	);
	await observer.stop();
	expect(health.level).toBe('warning');
	const evidence = (name: string) => findings.find(({ rule }) => rule === name)?.evidence;
	expect(evidence('encryption-mixed')).toContain('secrets: 2 of 2 looked at: 1 aescbc key1, 1 plain (protobuf)');
	expect(evidence('apiserver-encryption')).toContain('/etc/kubernetes/encryption/config.yaml does not have it');
	expect(evidence('apiserver-etcd-servers')).toContain(`names 2 of 3 members; missing: m3 (${endpoints[2]})`);
	expect(JSON.stringify(findings)).not.toContain('c2VjcmV0');
});
