import { flag, listOf, number, objectOf, oneOf, orNull, type Shape, text, variants } from './shape.ts';

const either =
	(...shapes: readonly Shape[]): Shape =>
	value =>
		shapes.some(shape => shape(value));

/** `default` and `unknown` are texts too. */
const numberSetting = either(number, oneOf('default', 'unknown'));

const manifestOf = (settings: Shape): Shape =>
	orNull(variants({ read: { file: text, settings }, unreadable: { file: text, reason: text } }));

const named = objectOf({
	flag: text,
	path: text,
	outcome: variants({
		present: {},
		certificate: { validFromMs: number, validToMs: number },
		missing: {},
		unreadable: { reason: text },
		broken: { reason: text },
	}),
});

const encryption = objectOf({
	path: text,
	outcome: variants({
		read: {
			rules: listOf(
				objectOf({ resources: listOf(text), providers: listOf(objectOf({ kind: text, names: listOf(text) })) }),
			),
		},
		missing: {},
		unreadable: { reason: text },
		broken: { reason: text },
	}),
});

/** What the manifests of a control plane have told. */
export const controlPlaneShape: Shape = objectOf({
	apiServer: manifestOf(
		objectOf({
			etcdServers: listOf(text),
			compactionSeconds: numberSetting,
			files: listOf(named),
			encryption: orNull(either(oneOf('unknown'), encryption)),
		}),
	),
	etcd: manifestOf(
		objectOf({
			name: text,
			clientUrls: listOf(text),
			quotaBytes: numberSetting,
			heartbeatSeconds: numberSetting,
			electionSeconds: numberSetting,
			compactionMode: text,
			compactionRetention: text,
			metrics: text,
			metricsUrls: listOf(text),
			isFsyncOff: flag,
			dataDirectory: orNull(objectOf({ path: text, fileSystem: text, isOnSystemDisk: orNull(flag) })),
			files: listOf(named),
		}),
	),
});
