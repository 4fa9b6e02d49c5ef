import { describe, expect, it } from 'vitest';
import { createRandom } from '../../source/demo/random.ts';
import { createWorld, type Write } from '../../source/demo/world.ts';
import { child, map, readEnvelope, readFields, text } from './wire-reader.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);

function history(seed: number, length: number): Write[] {
	const world = createWorld(seed);
	const first = world.population(startMs);
	return [...first, ...Array.from({ length }, (_, index) => world.next(startMs + index * 50))];
}
const usual = history(1, 3000);
const puts = (writes: readonly Write[]) => writes.filter(write => write.kind === 'put');
const resourceOf = ({ key }: Write) => key.split('/')[2] ?? '';

describe('the writes', () => {
	it('are the same for the same seed, and others for another', () => {
		expect(history(7, 300)).toEqual(history(7, 300));
		expect(history(7, 300)).not.toEqual(history(8, 300));
	});

	it('go to the keys that kube-apiserver uses', () => {
		const shapes: Record<string, RegExp> = {
			namespaces: /^[a-z-]+$/,
			minions: /^node-\d+$/,
			leases: /^kube-node-lease\/node-\d+$/,
			pods: /^[a-z-]+\/[a-z]+-[0-9a-f]{10}-[a-z0-9]{5}$/,
			replicasets: /^[a-z-]+\/[a-z]+-[0-9a-f]{10}$/,
			deployments: /^[a-z-]+\/[a-z]+$/,
			endpointslices: /^[a-z-]+\/[a-z]+-[0-9a-f]{5}$/,
			configmaps: /^[a-z-]+\/[a-z]+-config$/,
			secrets: /^[a-z-]+\/[a-z]+-credentials$/,
			events: /^[a-z-]+\/[a-z]+-[0-9a-f]{10}-[a-z0-9]{5}\.[0-9a-f]{16}$/,
			'cert-manager.io': /^certificates\/[a-z-]+\/[a-z]+-tls$/,
		};
		const seen = new Set<string>();
		for (const write of usual) {
			const resource = resourceOf(write);
			seen.add(resource);
			expect(write.key.slice(`/registry/${resource}/`.length)).toMatch(shapes[resource] ?? /never/);
			expect(write.kind === 'put' && write.expires).toBe(write.kind === 'put' && resource === 'events');
		}
		expect([...seen].sort()).toEqual(Object.keys(shapes).sort());
	});

	it('have realistic sizes', () => {
		const limits: Record<string, readonly [number, number]> = {
			pods: [3_000, 12_000],
			leases: [350, 700],
			events: [600, 1_200],
			endpointslices: [700, 3_000],
			configmaps: [900, 22_000],
			secrets: [300, 3_000],
		};
		for (const [resource, [low, high]] of Object.entries(limits))
			for (const write of puts(usual).filter(each => resourceOf(each) === resource)) {
				expect(write.value.length, write.key).toBeGreaterThanOrEqual(low);
				expect(write.value.length, write.key).toBeLessThanOrEqual(high);
			}
	});

	it('replace pods without losing or keeping any, however long it goes on', () => {
		const alive = new Set<string>();
		const sets = new Set<string>();
		for (const write of history(3, 20_000)) {
			const group = { pods: alive, replicasets: sets }[resourceOf(write)];
			if (write.kind === 'put') group?.add(write.key);
			else expect(group?.delete(write.key), write.key).toBe(true);
		}
		const expected = new Set(puts(createWorld(3).population(startMs)).map(write => write.key));
		const count = [...expected].filter(key => key.startsWith('/registry/pods/')).length;
		// One rollout is under way: one pod more at most.
		expect(alive.size).toBeGreaterThanOrEqual(count);
		expect(alive.size).toBeLessThanOrEqual(count + 1);
		expect(sets.size).toBeLessThanOrEqual(24 * 4);
	});

	it('renew the lease of each node in turn', () => {
		const world = createWorld(1, 5);
		world.population(startMs);
		const keys = Array.from({ length: 10 }, () => world.heartbeat(startMs + 10_000).key);
		expect(new Set(keys).size).toBe(5);
	});
});

describe('a stored object', () => {
	const find = (resource: string) => puts(usual).filter(write => resourceOf(write) === resource);

	it('of a built-in type has the envelope and its metadata', () => {
		const pod = find('pods')[0]!;
		const { apiVersion, kind, object, meta } = readEnvelope(pod.value);
		const [, , , namespace, name] = pod.key.split('/');
		expect([apiVersion, kind, text(meta, 1), text(meta, 3)]).toEqual(['v1', 'Pod', name, namespace]);
		expect(name!.startsWith(text(meta, 2))).toBe(true);
		expect(text(meta, 5)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
		expect(text(meta, 6)).toBe('');
		expect(child(meta, 8).get(1)).toEqual([BigInt(startMs / 1000)]);
		expect(map(meta, 11)['pod-template-hash']).toMatch(/^[0-9a-f]{10}$/);
		const owner = child(meta, 13);
		expect([text(owner, 1), text(owner, 5), owner.get(6)]).toEqual(['ReplicaSet', 'apps/v1', [1n]]);
		const managers = meta.get(17)!.map(entry => readFields(entry as Buffer));
		expect(managers.map(each => text(each, 1))).toEqual(['kube-controller-manager', 'kubelet']);
		for (const each of managers) {
			expect([text(each, 2), text(each, 3), text(each, 6)]).toEqual(['Update', 'v1', 'FieldsV1']);
			expect(Object.keys(JSON.parse(text(child(each, 7), 1)))[0]).toMatch(/^f:/);
		}
		expect(text(child(object, 3), 1)).toBe('Running');
		expect(text(child(object, 2), 10)).toMatch(/^node-\d+$/);
	});

	it.each([
		['leases', 'coordination.k8s.io/v1', 'Lease'],
		['events', 'v1', 'Event'],
		['endpointslices', 'discovery.k8s.io/v1', 'EndpointSlice'],
		['deployments', 'apps/v1', 'Deployment'],
		['replicasets', 'apps/v1', 'ReplicaSet'],
		['configmaps', 'v1', 'ConfigMap'],
	])('in %s is a %s %s of the name that its key has', (resource, apiVersion, kind) => {
		for (const write of find(resource)) {
			const envelope = readEnvelope(write.value);
			expect([envelope.apiVersion, envelope.kind]).toEqual([apiVersion, kind]);
			expect(text(envelope.meta, 1)).toBe(write.key.split('/').at(-1));
		}
	});

	it('is encrypted for secrets, and JSON for custom resources', () => {
		const secrets = find('secrets');
		expect(secrets.length).toBeGreaterThan(0);
		for (const { value } of secrets) expect(Buffer.from(value).toString('latin1')).toMatch(/^k8s:enc:aescbc:v1:key1:/);
		for (const { key, value } of find('cert-manager.io')) {
			const object = JSON.parse(Buffer.from(value).toString());
			expect(`certificates/${object.metadata.namespace}/${object.metadata.name}`).toBe(key.slice(26));
		}
	});
});

it('random numbers stay within their ends and reach them', () => {
	const random = createRandom(1);
	const numbers = Array.from({ length: 1000 }, () => random.between(2, 4));
	expect(new Set(numbers)).toEqual(new Set([2, 3, 4]));
});
