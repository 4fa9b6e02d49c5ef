import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../source/registry/key.ts';

const parse = (text: string) => parseKey(new TextEncoder().encode(text));

/** `resource namespace/name`, with a star for custom resources and a tilde for noise. */
const inShort = (text: string) => {
	const { resource, namespace, name, isCustom, isNoise } = parse(text);
	return `${isCustom ? '*' : ''}${isNoise ? '~' : ''}${resource} ${namespace === null ? '' : `${namespace}/`}${name}`;
};

describe('keys of kube-apiserver', () => {
	it.each([
		['/registry/pods/kube-system/etcd-cp1', 'pods kube-system/etcd-cp1'],
		['/registry/deployments/default/web', 'deployments default/web'],
		['/registry/endpointslices/default/web-x2k', 'endpointslices default/web-x2k'],
		['/registry/namespaces/default', 'namespaces default'],
		['/registry/clusterroles/system:node', 'clusterroles system:node'],
		['/registry/priorityclasses/system-node-critical', 'priorityclasses system-node-critical'],
		['/registry/masterleases/10.0.0.1', 'masterleases 10.0.0.1'],
		['/registry/ranges/serviceips', 'ranges serviceips'],
		['/registry/minions/cp1', 'nodes cp1'],
		['/registry/controllers/default/old', 'replicationcontrollers default/old'],
		['/registry/ingress/default/web', 'ingresses default/web'],
		['/registry/services/specs/default/kubernetes', 'services default/kubernetes'],
		['/registry/services/endpoints/default/kubernetes', 'endpoints default/kubernetes'],
		['/registry/apiregistration.k8s.io/apiservices/v1.apps', 'apiservices v1.apps'],
		[
			'/registry/apiextensions.k8s.io/customresourcedefinitions/crontabs.stable.example.com',
			'customresourcedefinitions crontabs.stable.example.com',
		],
		['/registry/leases/kube-system/kube-scheduler', 'leases kube-system/kube-scheduler'],
		['/registry/leases/kube-node-lease/cp1', '~leases kube-node-lease/cp1'],
		['/registry/events/default/web.17f', '~events default/web.17f'],
	])('%s is %s', (key, expected) => expect(inShort(key)).toBe(expected));

	it.each([
		['/registry/cilium.io/ciliumendpoints/default/web', '*cilium.io/ciliumendpoints default/web'],
		['/registry/cert-manager.io/clusterissuers/letsencrypt', '*cert-manager.io/clusterissuers letsencrypt'],
		['/registry/gateway.networking.k8s.io/gatewayclasses/public', '*gateway.networking.k8s.io/gatewayclasses public'],
		// Not noise: the name is somebody's own.
		['/registry/audit.example.com/events/default/e1', '*audit.example.com/events default/e1'],
	])('the custom resource %s is %s', (key, expected) => {
		expect(inShort(key)).toBe(expected);
		expect(parse(key).group).toBe(key.split('/')[2]);
	});

	it.each([
		['/kubernetes.io/pods/default/web', 'pods default/web'],
		['/kubernetes.io/events/default/web.17f', '~events default/web.17f'],
		['/kubernetes.io/machine.openshift.io/machines/ns/m1', '*machine.openshift.io/machines ns/m1'],
		['/openshift.io/routes/default/web', 'routes default/web'],
		['/openshift.io/oauth/clients/console', 'oauthclients console'],
	])("OpenShift's %s is %s", (key, expected) => expect(inShort(key)).toBe(expected));

	it('tells the group only where the key does', () => {
		expect(parse('/registry/deployments/default/web').group).toBeNull();
		expect(parse('/registry/apiregistration.k8s.io/apiservices/v1.').group).toBe('apiregistration.k8s.io');
	});
});

describe('other keys', () => {
	it.each([
		['compact_rev_key', 'compact_rev_key compact_rev_key'],
		['/bootstrap/2f6a', '/bootstrap /bootstrap/2f6a'],
		['/calico/resources/v3/x', '/calico /calico/resources/v3/x'],
		['app/config', 'app app/config'],
		['/lonely', '/ /lonely'],
		['foo', 'other foo'],
		['', 'other '],
		['/registry/health', '/registry /registry/health'],
		['/registry/pods/', '/registry /registry/pods/'],
		['/registry//a/b', '/registry /registry//a/b'],
		['/registry/cilium.io/ciliumendpoints', '/registry /registry/cilium.io/ciliumendpoints'],
		['/registryother/pods/a/b', '/registryother /registryother/pods/a/b'],
		['/registry/constructor/a/b', 'constructor a/b'],
		['/registry/pods/a/b/c', 'pods a/b/c'],
	])('%j is %s', (key, expected) => expect(inShort(key)).toBe(expected));
});

describe('hostile keys', () => {
	it('shows what would steer the terminal', () => {
		expect(inShort('/registry/pods/a\nb/\x1b[2J')).toBe('pods a\\nb/\\x1b[2J');
		expect(parseKey(Uint8Array.of(0x2f, 0xff, 0x2f, 0xfe))).toMatchObject({ resource: '/\\xff', name: '/\\xff/\\xfe' });
	});

	it('stays short for a key of a megabyte', () => {
		const { resource, namespace, name } = parse(`/registry/pods/default/${'x'.repeat(1_000_000)}`);
		expect([resource, namespace]).toEqual(['pods', 'default']);
		expect(name.length).toBeLessThan(512);
	});

	it('takes any bytes after any start', () => {
		const start = fc.constantFrom('', '/', '/registry/', '/registry/pods/', '/registry/a.b/c/', '/kubernetes.io/');
		const tail = fc.oneof(
			fc.uint8Array({ maxLength: 60 }),
			fc.array(fc.constantFrom(0x2f, 0x2e, 0x61, 0x1b, 0xe2)).map(bytes => Uint8Array.from(bytes)),
		);
		fc.assert(
			fc.property(start, tail, (head, bytes) => {
				const key = parseKey(new Uint8Array([...new TextEncoder().encode(head), ...bytes]));
				const shown = [key.resource, key.group ?? '', key.namespace ?? '', key.name].join('');
				expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
				expect(shown.length).toBeLessThanOrEqual(4 * 512);
				expect(key.resource).not.toBe('');
				expect(key.namespace).not.toBe('');
			}),
			{ numRuns: 2000 },
		);
	});
});
