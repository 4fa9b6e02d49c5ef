import { envelope, type ObjectMeta } from './kubernetes-envelope.ts';
import {
	type App,
	certificateObject,
	configMapObject,
	deploymentObject,
	encryptedObject,
	endpointSliceObject,
	eventObject,
	leaseObject,
	type Pod,
	type PodPhase,
	podObject,
	replicaSetObject,
	templateHash,
} from './kubernetes-objects.ts';
import { createRandom } from './random.ts';

/** One write as kube-apiserver would do it. Events hang on a lease of etcd, so that they expire. */
export type Write =
	| { readonly kind: 'put'; readonly key: string; readonly value: Uint8Array; readonly expires: boolean }
	| { readonly kind: 'delete'; readonly key: string };

/** A small Kubernetes cluster that changes with each write that is taken from it. */
export type World = {
	/** All objects that are there at the start. */
	population(nowMs: number): Write[];
	/** The next change, whatever it is: part of a rollout, a status, an event. */
	next(nowMs: number): Write;
	/** The heartbeat of one node, in turn. Each node sends one every 10 seconds. */
	heartbeat(nowMs: number): Write;
	readonly nodes: number;
};

type AppState = {
	readonly app: App;
	generation: number;
	pods: Pod[];
	/** The generations whose replica sets are kept for going back. */
	kept: number[];
};

const namespaces = ['shop', 'payments', 'search', 'media', 'monitoring', 'ingress-system'];
const appNames = ['frontend', 'api', 'worker', 'cache'];
const keptGenerations = 3;

const eventTexts = [
	{ reason: 'Scheduled', message: 'Successfully assigned the pod to its node', component: 'default-scheduler' },
	{ reason: 'Pulled', message: 'Container image is already present on the machine', component: 'kubelet' },
	{ reason: 'Created', message: 'Created container main', component: 'kubelet' },
	{ reason: 'Started', message: 'Started container main', component: 'kubelet' },
	{ reason: 'Killing', message: 'Stopping container main', component: 'kubelet' },
	{ reason: 'BackOff', message: 'Back-off restarting failed container main', component: 'kubelet' },
	{ reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with 503', component: 'kubelet' },
] as const;
type Reason = (typeof eventTexts)[number]['reason'];

/** The same seed and the same times give the same writes. */
export function createWorld(seed: number, nodes = 12): World {
	const random = createRandom(seed);
	let now = 0;
	const nodeNames = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
	const nodeUids = nodeNames.map(() => random.uuid());
	let nextNode = 0;

	const put = (key: string, value: Uint8Array, expires = false): Write => ({
		kind: 'put',
		key: `/registry/${key}`,
		value,
		expires,
	});
	const vocabulary = Array.from({ length: 200 }, () => random.suffix(7));
	const text = (length: number) =>
		Array.from({ length: Math.ceil(length / 8) }, () => random.pick(vocabulary)).join(' ');

	const states: AppState[] = namespaces.flatMap(namespace =>
		appNames.map(name => ({
			app: {
				namespace,
				name,
				uid: random.uuid(),
				replicas: random.between(3, 8),
				createdMs: 0,
				environment: Object.fromEntries(
					Array.from({ length: random.between(16, 56) }, (_, index) => [`SETTING_${index + 1}`, text(48)]),
				),
			},
			generation: 1,
			pods: [],
			kept: [1],
		})),
	);

	const newPod = (state: AppState): Pod => {
		const hash = templateHash(state.app, state.generation);
		return {
			name: `${state.app.name}-${hash}-${random.suffix(5)}`,
			uid: random.uuid(),
			node: random.pick(nodeNames),
			address: `10.244.${random.between(0, nodes)}.${random.between(2, 254)}`,
			createdMs: now,
			hash,
		};
	};
	const at = ({ app }: AppState, resource: string, name: string) => `${resource}/${app.namespace}/${name}`;
	const putPod = (state: AppState, pod: Pod, phase: PodPhase) =>
		put(at(state, 'pods', pod.name), podObject(state.app, pod, phase, state.generation, now));
	const putSlice = (state: AppState) => {
		const name = `${state.app.name}-${state.app.uid.slice(0, 5)}`;
		return put(at(state, 'endpointslices', name), endpointSliceObject(state.app, name, state.pods, now));
	};
	const putSet = (state: AppState, generation: number, replicas: number) =>
		put(
			at(state, 'replicasets', `${state.app.name}-${templateHash(state.app, generation)}`),
			replicaSetObject(state.app, generation, replicas, now),
		);
	const putDeployment = (state: AppState, ready: number) =>
		put(at(state, 'deployments', state.app.name), deploymentObject(state.app, state.generation, ready, now));
	const putEvent = (state: AppState, pod: Pod, reason: Reason) => {
		const name = `${pod.name}.${Buffer.from(random.bytes(8)).toString('hex')}`;
		const words = eventTexts.find(each => each.reason === reason)!;
		return put(at(state, 'events', name), eventObject(state.app, pod, words, name, random.uuid(), now), true);
	};
	const metaOf = ({ app }: AppState, name: string): ObjectMeta => ({
		name,
		namespace: app.namespace,
		uid: random.uuid(),
		createdMs: app.createdMs,
		labels: { 'app.kubernetes.io/name': app.name },
	});
	const putConfigMap = (state: AppState) => {
		const name = `${state.app.name}-config`;
		const data = { 'settings.yaml': text(random.between(900, 20_000)) };
		return put(at(state, 'configmaps', name), configMapObject(metaOf(state, name), data));
	};
	const putSecret = (state: AppState) => {
		const name = `${state.app.name}-credentials`;
		return put(at(state, 'secrets', name), encryptedObject(random));
	};
	const putCertificate = (state: AppState) =>
		put(
			at(state, 'cert-manager.io/certificates', `${state.app.name}-tls`),
			certificateObject(state.app, state.generation, now),
		);
	const putLease = (index: number) =>
		put(
			`leases/kube-node-lease/${nodeNames[index]}`,
			leaseObject(nodeNames[index]!, nodeUids[index]!, states[0]!.app.createdMs, now),
		);

	/** One rolling update, in the order in which the controllers and the kubelet write. */
	function* rollout(state: AppState): Generator<Write> {
		const before = state.generation;
		state.generation += 1;
		yield putDeployment(state, state.app.replicas);
		yield putSet(state, state.generation, 0);
		for (const [done, old] of [...state.pods].entries()) {
			const pod = newPod(state);
			yield putSet(state, state.generation, done + 1);
			yield putPod(state, pod, 'Pending');
			yield putEvent(state, pod, 'Scheduled');
			yield putEvent(state, pod, 'Pulled');
			yield putEvent(state, pod, 'Started');
			yield putPod(state, pod, 'Running');
			state.pods = [...state.pods.filter(each => each !== old), pod];
			yield putSlice(state);
			yield putSet(state, before, state.app.replicas - done - 1);
			yield putEvent(state, old, 'Killing');
			yield { kind: 'delete', key: `/registry/${at(state, 'pods', old.name)}` };
		}
		yield putDeployment(state, state.app.replicas);
		state.kept.push(state.generation);
		while (state.kept.length > keptGenerations) {
			const name = `${state.app.name}-${templateHash(state.app, state.kept.shift()!)}`;
			yield { kind: 'delete', key: `/registry/${at(state, 'replicasets', name)}` };
		}
	}
	let rolling = rollout(random.pick(states));

	/** What else happens, by how often. A pod that is being replaced may go meanwhile: only its owner writes it. */
	const others: readonly (readonly [share: number, write: (state: AppState) => Write])[] = [
		[35, state => putEvent(state, random.pick(state.pods), random.pick(['BackOff', 'Unhealthy', 'Created']))],
		[30, state => putPod(state, random.pick(state.pods), 'Running')],
		[15, putSlice],
		[10, putCertificate],
		[6, putConfigMap],
		[4, putSecret],
	];
	const shares = others.flatMap(([share, write]) => Array.from({ length: share }, () => write));

	return {
		nodes,
		population(nowMs) {
			now = nowMs;
			const cluster = [...namespaces, 'kube-node-lease', 'kube-system'].map(name =>
				put(`namespaces/${name}`, envelope('v1', 'Namespace', { name, uid: random.uuid(), createdMs: now })),
			);
			const machines = nodeNames.flatMap((name, index) => [
				put(`minions/${name}`, envelope('v1', 'Node', { name, uid: nodeUids[index]!, createdMs: now })),
				putLease(index),
			]);
			const workloads = states.flatMap(state => {
				Object.assign(state.app, { createdMs: now });
				state.pods = Array.from({ length: state.app.replicas }, () => newPod(state));
				return [
					putDeployment(state, state.app.replicas),
					putSet(state, 1, state.app.replicas),
					...state.pods.map(pod => putPod(state, pod, 'Running')),
					putSlice(state),
					putConfigMap(state),
					putSecret(state),
					putCertificate(state),
				];
			});
			return [...cluster, ...machines, ...workloads];
		},
		next(nowMs) {
			now = nowMs;
			if (random.fraction() < 0.4) {
				const step = rolling.next();
				if (!step.done) return step.value;
				rolling = rollout(random.pick(states));
			}
			return random.pick(shares)(random.pick(states));
		},
		heartbeat(nowMs) {
			now = nowMs;
			nextNode = (nextNode + 1) % nodes;
			return putLease(nextNode);
		},
	};
}
