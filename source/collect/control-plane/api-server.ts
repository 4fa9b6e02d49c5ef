import type { ApiServerSettings } from '../../cluster/examinations/control-plane.ts';
import { readEncryptionConfig } from './encryption-config.ts';
import { duration, partsOf, pathIn, settingOf } from './flags.ts';
import type { Machine } from './machine.ts';
import type { PodProgram } from './manifest.ts';
import { type FileFlags, namedFiles } from './named-files.ts';

const files: FileFlags = {
	'etcd-cafile': 'authorities',
	'etcd-certfile': 'certificate',
	'etcd-keyfile': 'key',
	'tls-cert-file': 'certificate',
	'tls-private-key-file': 'key',
	'client-ca-file': 'authorities',
};

const encryptionFlag = 'encryption-provider-config';

export const apiServerFlags: ReadonlySet<string> = new Set([
	...Object.keys(files),
	'etcd-servers',
	'etcd-compaction-interval',
	encryptionFlag,
]);

export async function apiServerSettings(machine: Machine, program: PodProgram): Promise<ApiServerSettings> {
	const { flags } = program;
	return {
		etcdServers: partsOf(flags, 'etcd-servers'),
		compactionSeconds: settingOf(flags, 'etcd-compaction-interval', duration),
		files: namedFiles(machine, program, files),
		encryption: flags.has(encryptionFlag) ? await encryptionOf(machine, program) : null,
	};
}

async function encryptionOf(machine: Machine, { flags, toHost }: PodProgram): Promise<ApiServerSettings['encryption']> {
	const inside = pathIn(flags, encryptionFlag);
	const path = inside === null ? null : toHost(inside);
	return path === null ? 'unknown' : { path, outcome: await readEncryptionConfig(machine, path) };
}
