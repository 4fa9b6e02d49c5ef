import { createHash } from 'node:crypto';
import { envelope, type FieldManager, fieldSet, type ObjectMeta, time } from './kubernetes-envelope.ts';
import { entries, type Field, message } from './protobuf.ts';
import type { Random } from './random.ts';

/** A deployment of the demonstration and what belongs to it. */
export type App = {
	readonly namespace: string;
	readonly name: string;
	readonly uid: string;
	readonly replicas: number;
	readonly createdMs: number;
	/** Environment variables of its containers: most of a pod's size. */
	readonly environment: Readonly<Record<string, string>>;
};

export type Pod = {
	readonly name: string;
	readonly uid: string;
	readonly node: string;
	readonly address: string;
	readonly createdMs: number;
	/** The hash of the replica set that it belongs to. */
	readonly hash: string;
};

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

const managed = (manager: string, timeMs: number, paths: readonly string[]): FieldManager => ({
	manager,
	operation: 'Update',
	timeMs,
	fields: fieldSet(paths),
});

/** Kubernetes names a replica set's pods after a hash of the template; any text that changes with it will do. */
export const templateHash = (app: App, generation: number) =>
	createHash('sha256').update(`${app.uid}/${generation}`).digest('hex').slice(0, 10);

const labelsOf = (app: App, hash?: string) => ({
	'app.kubernetes.io/name': app.name,
	'app.kubernetes.io/part-of': app.namespace,
	...(hash === undefined ? {} : { 'pod-template-hash': hash }),
});

const podFields = [
	'metadata.generateName',
	'metadata.labels.app',
	'metadata.labels.pod-template-hash',
	'metadata.ownerReferences.k:{"uid"}',
	...['image', 'imagePullPolicy', 'name', 'env', 'resources.limits.cpu', 'resources.limits.memory', 'volumeMounts'].map(
		field => `spec.containers.k:{"name":"main"}.${field}`,
	),
	...['dnsPolicy', 'enableServiceLinks', 'restartPolicy', 'schedulerName', 'securityContext', 'serviceAccount'].map(
		field => `spec.${field}`,
	),
];

const conditionNames = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

const statusFields = [
	...conditionNames.flatMap(type =>
		['lastProbeTime', 'lastTransitionTime', 'status', 'type'].map(
			field => `status.conditions.k:{"type":"${type}"}.${field}`,
		),
	),
	...['containerStatuses', 'hostIP', 'phase', 'podIP', 'podIPs', 'startTime'].map(field => `status.${field}`),
];

const container = (app: App, name: string, generation: number) =>
	message(
		[1, name],
		[2, `example.test/${app.namespace}/${app.name}-${name}:v1.${generation}.0`],
		...Object.entries(app.environment).map(([key, value]): Field => [7, message([1, key], [2, value])]),
		[8, message(...entries(1, { cpu: message([1, '500m']), memory: message([1, '512Mi']) }))],
		[14, 'IfNotPresent'],
	);

const podSpec = (app: App, generation: number, node = '') =>
	message(
		[2, container(app, 'main', generation)],
		[2, container(app, 'proxy', generation)],
		[3, 'Always'],
		[4, 30],
		[6, 'ClusterFirst'],
		[8, app.name],
		[10, node],
		[19, 'default-scheduler'],
	);

export function podObject(app: App, pod: Pod, phase: PodPhase, generation: number, nowMs: number): Uint8Array {
	const isUp = phase === 'Running';
	const meta: ObjectMeta = {
		name: pod.name,
		generateName: `${app.name}-${pod.hash}-`,
		namespace: app.namespace,
		uid: pod.uid,
		createdMs: pod.createdMs,
		labels: labelsOf(app, pod.hash),
		annotations: { 'example.test/config-hash': createHash('sha256').update(pod.hash).digest('hex') },
		owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app.name}-${pod.hash}`, uid: app.uid },
		managers: [
			managed('kube-controller-manager', pod.createdMs, podFields),
			...(isUp ? [managed('kubelet', nowMs, statusFields)] : []),
		],
	};
	const conditions = conditionNames.map(
		(type): Field => [2, message([1, type], [2, isUp ? 'True' : 'False'], [4, time(nowMs)])],
	);
	const status = message([1, phase], ...conditions, [5, pod.address], [6, pod.address], [7, time(pod.createdMs)]);
	return envelope('v1', 'Pod', meta, [2, podSpec(app, generation, pod.node)], [3, status]);
}

const workloadMeta = (
	app: App,
	name: string,
	generation: number,
	nowMs: number,
	owner?: ObjectMeta['owner'],
): ObjectMeta => ({
	name,
	namespace: app.namespace,
	uid: app.uid,
	generation,
	createdMs: app.createdMs,
	labels: labelsOf(app),
	annotations: { 'deployment.kubernetes.io/revision': String(generation) },
	...(owner === undefined ? {} : { owner }),
	managers: [
		managed('kubectl-client-side-apply', app.createdMs, podFields),
		managed('kube-controller-manager', nowMs, ['status.availableReplicas', 'status.conditions', 'status.replicas']),
	],
});

const workloadSpec = (app: App, replicas: number, generation: number) =>
	message([1, replicas], [2, message(...entries(1, labelsOf(app)))], [3, message([2, podSpec(app, generation)])]);

export const deploymentObject = (app: App, generation: number, ready: number, nowMs: number): Uint8Array =>
	envelope(
		'apps/v1',
		'Deployment',
		workloadMeta(app, app.name, generation, nowMs),
		[2, workloadSpec(app, app.replicas, generation)],
		[3, message([1, generation], [2, app.replicas], [3, ready], [4, ready])],
	);

export const replicaSetObject = (app: App, generation: number, replicas: number, nowMs: number): Uint8Array =>
	envelope(
		'apps/v1',
		'ReplicaSet',
		workloadMeta(app, `${app.name}-${templateHash(app, generation)}`, generation, nowMs, {
			apiVersion: 'apps/v1',
			kind: 'Deployment',
			name: app.name,
			uid: app.uid,
		}),
		[2, workloadSpec(app, replicas, generation)],
		[3, message([1, replicas], [4, replicas])],
	);

export const endpointSliceObject = (app: App, name: string, pods: readonly Pod[], nowMs: number): Uint8Array =>
	envelope(
		'discovery.k8s.io/v1',
		'EndpointSlice',
		{
			name,
			generateName: `${app.name}-`,
			namespace: app.namespace,
			uid: app.uid,
			createdMs: app.createdMs,
			labels: { ...labelsOf(app), 'kubernetes.io/service-name': app.name },
			annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': new Date(nowMs).toISOString() },
			managers: [managed('kube-controller-manager', nowMs, ['addressType', 'endpoints', 'metadata.labels', 'ports'])],
		},
		...pods.map(
			(pod): Field => [
				2,
				message(
					[1, pod.address],
					[2, message([1, true], [2, true], [3, false])],
					[4, message([1, 'Pod'], [2, app.namespace], [3, pod.name], [4, pod.uid])],
					[6, pod.node],
					[7, `zone-${pod.node.length}`],
				),
			],
		),
		[3, message([1, 'http'], [2, 'TCP'], [3, 8080])],
		[4, 'IPv4'],
	);

export const leaseObject = (node: string, uid: string, createdMs: number, nowMs: number): Uint8Array =>
	envelope(
		'coordination.k8s.io/v1',
		'Lease',
		{
			name: node,
			namespace: 'kube-node-lease',
			uid,
			createdMs,
			owner: { apiVersion: 'v1', kind: 'Node', name: node, uid },
			managers: [
				managed('kubelet', nowMs, [
					'metadata.ownerReferences',
					`metadata.ownerReferences.k:{"uid":"${uid}"}`,
					...['holderIdentity', 'leaseDurationSeconds', 'renewTime'].map(field => `spec.${field}`),
				]),
			],
		},
		[2, message([1, node], [2, 40], [4, time(nowMs)])],
	);

/** What a controller has to say about a pod. */
export type EventText = { readonly reason: string; readonly message: string; readonly component: string };

export const eventObject = (
	app: App,
	pod: Pod,
	text: EventText,
	name: string,
	uid: string,
	nowMs: number,
): Uint8Array =>
	envelope(
		'v1',
		'Event',
		{
			name,
			namespace: app.namespace,
			uid,
			createdMs: nowMs,
			managers: [
				managed(text.component, nowMs, [
					...['count', 'firstTimestamp', 'lastTimestamp', 'message', 'reason', 'source.component', 'source.host'],
					...['apiVersion', 'fieldPath', 'namespace', 'resourceVersion'].map(field => `involvedObject.${field}`),
					'reportingInstance',
					...['involvedObject.kind', 'involvedObject.name', 'involvedObject.uid', 'reportingComponent', 'type'],
				]),
			],
		},
		[2, message([1, 'Pod'], [2, app.namespace], [3, pod.name], [4, pod.uid], [5, 'v1'])],
		[3, text.reason],
		[4, text.message],
		[5, message([1, text.component], [2, pod.node])],
		[6, time(nowMs)],
		[7, time(nowMs)],
		[8, 1],
		[9, text.reason === 'BackOff' ? 'Warning' : 'Normal'],
	);

export const configMapObject = (meta: ObjectMeta, data: Readonly<Record<string, string>>): Uint8Array =>
	envelope('v1', 'ConfigMap', meta, ...entries(2, data));

/** As the API server stores it with encryption at rest: a prefix that names provider and key, then what nobody can read. */
export const encryptedObject = (random: Random): Uint8Array =>
	Buffer.concat([Buffer.from('k8s:enc:aescbc:v1:key1:'), random.bytes(random.between(600, 2400))]);

/** Custom resources are stored as JSON. */
export const certificateObject = (app: App, serial: number, nowMs: number): Uint8Array =>
	Buffer.from(
		JSON.stringify({
			apiVersion: 'cert-manager.io/v1',
			kind: 'Certificate',
			metadata: {
				name: `${app.name}-tls`,
				namespace: app.namespace,
				uid: app.uid,
				generation: serial,
				creationTimestamp: new Date(app.createdMs).toISOString(),
				labels: labelsOf(app),
				managedFields: [
					{
						manager: 'cert-manager-certificates-readiness',
						operation: 'Update',
						apiVersion: 'cert-manager.io/v1',
						time: new Date(nowMs).toISOString(),
						fieldsType: 'FieldsV1',
						fieldsV1: JSON.parse(fieldSet(['status.conditions', 'status.notAfter', 'status.renewalTime'])),
						subresource: 'status',
					},
				],
			},
			spec: { secretName: `${app.name}-tls`, dnsNames: [`${app.name}.${app.namespace}.svc`], duration: '2160h' },
			status: { revision: serial, conditions: [{ type: 'Ready', status: 'True', reason: 'Ready' }] },
		}),
	);
