import { type Flags, flagsOf } from './flags.ts';
import { listOf, mapOf, parseYaml, textOf, textsOf, type YamlMap } from './yaml.ts';

/** One program of a static pod: the flags that were asked for, and where the files are that it sees. */
export type PodProgram = {
	readonly flags: Flags;
	/** The path on this machine of a path in the container; null where it is not of this machine. */
	toHost(path: string): string | null;
};

/** Programs that read their flags out of a text that is not ours to read. */
const shells = new Set(['sh', 'bash', 'ash', 'dash']);

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/**
 * Reads a static pod's manifest. Of its text only the wanted flags are kept, those that are set by a variable
 * (`ETCD_NAME` for `name`) among them where `prefix` is given. A complaint in words where that cannot be.
 */
export async function readManifest(
	text: string,
	program: string,
	wanted: ReadonlySet<string>,
	prefix?: string,
): Promise<PodProgram | string> {
	const pod = await parseYaml(text);
	if (typeof pod === 'string') return pod;
	const spec = mapOf(pod.spec);
	const containers = listOf(spec.containers).map(mapOf);
	const container = containers.find(each => each.name === program || nameOf(wordsOf(each)[0] ?? '') === program);
	if (container === undefined) return `it has no container of the name ${program}`;
	const words = wordsOf(container);
	if (shells.has(nameOf(words[0] ?? ''))) return 'its command is a script';
	const variables = variablesOf(container);
	const flags = flagsOf(
		words.map(word => expand(word, variables)),
		wanted,
	);
	return {
		flags: new Map([...fromVariables(variables, wanted, prefix), ...flags]),
		toHost: hostPaths(spec, container),
	};
}

const wordsOf = (container: YamlMap) => [...textsOf(container.command), ...textsOf(container.args)];

/** Only those that are written out; the others come from secrets, fields or the machine. */
const variablesOf = (container: YamlMap): ReadonlyMap<string, string> =>
	new Map(
		listOf(container.env)
			.map(mapOf)
			.flatMap(({ name, value }): [string, string][] => {
				const [key, content] = [textOf(name), textOf(value)];
				return key === null || content === null ? [] : [[key, content]];
			}),
	);

const expand = (word: string, variables: ReadonlyMap<string, string>) =>
	word.replaceAll(/\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name: string) => variables.get(name) ?? whole);

const fromVariables = (variables: ReadonlyMap<string, string>, wanted: ReadonlySet<string>, prefix?: string) =>
	prefix === undefined
		? []
		: [...wanted].flatMap((name): [string, readonly string[]][] => {
				const value = variables.get(`${prefix}${name.toUpperCase().replaceAll('-', '_')}`);
				return value === undefined ? [] : [[name, [value]]];
			});

/** By the longest mount that a path lies in. */
function hostPaths(spec: YamlMap, container: YamlMap): PodProgram['toHost'] {
	const hostPathOf = new Map(
		listOf(spec.volumes)
			.map(mapOf)
			.map(({ name, hostPath }) => [textOf(name), textOf(mapOf(hostPath).path)] as const),
	);
	const mounts = listOf(container.volumeMounts)
		.map(mapOf)
		.map(({ name, mountPath, subPath }) => ({
			at: (textOf(mountPath) ?? '').replace(/\/+$/, ''),
			host: hostPathOf.get(textOf(name)) ?? null,
			below: textOf(subPath),
		}))
		.sort((a, b) => b.at.length - a.at.length);
	return path => {
		const mount = mounts.find(({ at }) => path === at || path.startsWith(`${at}/`));
		if (mount === undefined || mount.host === null) return null;
		const host = mount.host.replace(/\/+$/, '');
		return `${host}${mount.below === null ? '' : `/${mount.below}`}${path.slice(mount.at.length)}` || '/';
	};
}
