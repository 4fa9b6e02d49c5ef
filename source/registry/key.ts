import { safeBytes } from '../format/safe.ts';

/** What a key of etcd says about the object that is stored under it. All text is safe to show and bounded in length. */
export type RegistryKey = {
	/** `pods`, `GROUP/RESOURCE` for custom resources; for keys that are not Kubernetes' the first directory. */
	readonly resource: string;
	/** The API group where the key itself tells it, which it does for custom resources and a few built-in ones. */
	readonly group: string | null;
	/** Null for what has none: cluster-scoped objects, and keys that are not Kubernetes'. */
	readonly namespace: string | null;
	/** The object's name; the whole key where it is not Kubernetes'. */
	readonly name: string;
	readonly isCustom: boolean;
	/** Heartbeats of nodes and events: what hides the rest when nothing else happens. */
	readonly isNoise: boolean;
};

/**
 * Where kube-apiserver keeps its objects (`--etcd-prefix`): `/registry` by default, also in k3s and RKE2; OpenShift's
 * kube-apiserver and openshift-apiserver have one each.
 */
const roots = ['/registry/', '/kubernetes.io/', '/openshift.io/'];

/**
 * Directories that are not named after their resource: `SpecialDefaultResourcePrefixes` in Kubernetes'
 * `default_storage_factory_builder.go`, and those of two path elements.
 */
const oldNames: ReadonlyMap<string, string> = new Map([
	['minions', 'nodes'],
	['controllers', 'replicationcontrollers'],
	['ingress', 'ingresses'],
	['podsecuritypolicy', 'podsecuritypolicies'],
	['services/specs', 'services'],
	['services/endpoints', 'endpoints'],
	['apiregistration.k8s.io/apiservices', 'apiservices'],
	['apiextensions.k8s.io/customresourcedefinitions', 'customresourcedefinitions'],
	['oauth/accesstokens', 'oauthaccesstokens'],
	['oauth/authorizetokens', 'oauthauthorizetokens'],
	['oauth/clients', 'oauthclients'],
	['oauth/clientauthorizations', 'oauthclientauthorizations'],
]);

/** kube-apiserver's own mark of how far it has compacted; it lies outside of every prefix. */
const compactionMark = 'compact_rev_key';

/** The first directory stands for all keys that are not Kubernetes'. */
function unknownKey(text: string): RegistryKey {
	const slash = text.indexOf('/', 1);
	const directory = slash > 0 ? text.slice(0, slash) : text.startsWith('/') ? '/' : 'other';
	const resource = text === compactionMark ? text : directory;
	return { resource, group: null, namespace: null, name: text, isCustom: false, isNoise: false };
}

type Directory = Pick<RegistryKey, 'resource' | 'group' | 'isCustom'> & { readonly elements: number };

/** Which resource the first path elements below the root mean. A dot makes a group, and only some are built in. */
function directoryOf(first: string, second: string): Directory {
	const both = `${first}/${second}`;
	const group = first.includes('.') ? first : null;
	const oldName = oldNames.get(both);
	if (oldName !== undefined) return { resource: oldName, group, isCustom: false, elements: 2 };
	if (group !== null) return { resource: both, group, isCustom: true, elements: 2 };
	return { resource: oldNames.get(first) ?? first, group, isCustom: false, elements: 1 };
}

/**
 * The prefixes under which the objects of a resource lie, one for each root: `secrets`, or `GROUP/RESOURCE` for custom
 * resources. Resources that are kept in directories of other names are found by their own.
 */
export function resourcePrefixes(resource: string): readonly string[] {
	const directory = [...oldNames].find(([, name]) => name === resource)?.[0] ?? resource;
	return roots.map(root => `${root}${directory}/`);
}

/** Tells what a key stands for. Never throws, whatever the bytes; reads about 500 characters of a longer key. */
export function parseKey(key: Uint8Array): RegistryKey {
	const text = safeBytes(key);
	const root = roots.find(prefix => text.startsWith(prefix));
	if (root === undefined) return unknownKey(text);
	const path = text.slice(root.length).split('/');
	const { elements, ...directory } = directoryOf(path[0]!, path[1] ?? '');
	const rest = path.slice(elements);
	if (rest.length === 0 || path.includes('')) return unknownKey(text);
	const namespace = rest.length > 1 ? rest[0]! : null;
	return {
		...directory,
		namespace,
		name: namespace === null ? rest[0]! : rest.slice(1).join('/'),
		isNoise: directory.resource === 'events' || (directory.resource === 'leases' && namespace === 'kube-node-lease'),
	};
}
