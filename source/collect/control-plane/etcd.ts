import type { EtcdSettings } from '../../cluster/examinations/control-plane.ts';
import { type Flags, milliseconds, partsOf, pathIn, settingOf, text, wholeNumber } from './flags.ts';
import { type Machine, readFile } from './machine.ts';
import type { PodProgram } from './manifest.ts';
import { dataDirectory } from './mounts.ts';
import { type FileFlags, namedFiles } from './named-files.ts';
import { mapOf, parseYaml, textOf, type YamlMap } from './yaml.ts';

const files: FileFlags = {
	'cert-file': 'certificate',
	'key-file': 'key',
	'trusted-ca-file': 'authorities',
	'peer-cert-file': 'certificate',
	'peer-key-file': 'key',
	'peer-trusted-ca-file': 'authorities',
};

const configFlag = 'config-file';

export const etcdFlags: ReadonlySet<string> = new Set([
	...Object.keys(files),
	configFlag,
	'name',
	'advertise-client-urls',
	'data-dir',
	'wal-dir',
	'quota-backend-bytes',
	'heartbeat-interval',
	'election-timeout',
	'auto-compaction-mode',
	'auto-compaction-retention',
	'metrics',
	'listen-metrics-urls',
	'unsafe-no-fsync',
]);

/** etcd reads its flags from variables too. */
export const etcdVariables = 'ETCD_';

/** A complaint in words where its settings are in a file of their own that cannot be read. */
export async function etcdSettings(machine: Machine, program: PodProgram): Promise<EtcdSettings | string> {
	const flags = await effectiveFlags(machine, program);
	if (typeof flags === 'string') return flags;
	const folder = pathIn(flags, 'wal-dir') ?? pathIn(flags, 'data-dir');
	const data = folder === null ? null : program.toHost(folder);
	return {
		name: settingOf(flags, 'name', text),
		clientUrls: partsOf(flags, 'advertise-client-urls'),
		quotaBytes: settingOf(flags, 'quota-backend-bytes', wholeNumber),
		heartbeatSeconds: settingOf(flags, 'heartbeat-interval', milliseconds),
		electionSeconds: settingOf(flags, 'election-timeout', milliseconds),
		compactionMode: settingOf(flags, 'auto-compaction-mode', text),
		compactionRetention: settingOf(flags, 'auto-compaction-retention', text),
		metrics: settingOf(flags, 'metrics', text),
		metricsUrls: partsOf(flags, 'listen-metrics-urls'),
		isFsyncOff: settingOf(flags, 'unsafe-no-fsync', text) === 'true',
		dataDirectory: data === null ? null : dataDirectory(machine, data),
		files: namedFiles(machine, { ...program, flags }, files),
	};
}

/** With `--config-file` etcd ignores every other flag and variable. */
async function effectiveFlags(machine: Machine, { flags, toHost }: PodProgram): Promise<Flags | string> {
	if (!flags.has(configFlag)) return flags;
	const inside = pathIn(flags, configFlag);
	const path = inside === null ? null : toHost(inside);
	if (path === null) return 'its settings are in a file that is not of this machine';
	const bytes = readFile(machine, path);
	if (!Buffer.isBuffer(bytes))
		return `its settings are in ${path}: ${bytes === 'missing' ? 'no such file' : bytes.unreadable}`;
	const parsed = await parseYaml(bytes.toString('utf8'));
	return typeof parsed === 'string' ? `its settings are in ${path}: ${parsed}` : flagsInConfig(parsed);
}

/** Keys are the flags' names, but for those of TLS, which are in two sections. */
function flagsInConfig(config: YamlMap): Flags {
	const entries = [
		...Object.entries(config),
		...Object.entries(mapOf(config['client-transport-security'])),
		...Object.entries(mapOf(config['peer-transport-security'])).map(([key, value]) => [`peer-${key}`, value] as const),
	];
	return new Map(
		entries.flatMap(([key, value]): [string, readonly string[]][] => {
			const content = textOf(value);
			return etcdFlags.has(key) && content !== null ? [[key, [content]]] : [];
		}),
	);
}
