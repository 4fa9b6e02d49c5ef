import type { ControlPlaneExamination, Manifest } from '../../cluster/examinations/control-plane.ts';
import { apiServerFlags, apiServerSettings } from '../control-plane/api-server.ts';
import { etcdFlags, etcdSettings, etcdVariables } from '../control-plane/etcd.ts';
import { type Machine, machineAt, readFile } from '../control-plane/machine.ts';
import { type PodProgram, readManifest } from '../control-plane/manifest.ts';
import type { Examiner } from '../examiner.ts';

const everySeconds = 60;

/**
 * Looks at the settings of the control plane that this machine runs, in the manifests of its static pods. The first of
 * the folders that has one of them counts. Where a person named the folder it is told that it has none. `root` is `/` but
 * in tests.
 */
export function controlPlaneExaminer(folders: readonly string[], root = '/', isNamed = false): Examiner {
	const machine = machineAt(root);
	return {
		topic: 'control-plane',
		everySeconds,
		looksInSilence: true,
		async examine(): Promise<ControlPlaneExamination | null> {
			for (const folder of folders) {
				const apiServer = await manifestOf(machine, `${folder}/kube-apiserver.yaml`, readApiServer);
				const etcd = await manifestOf(machine, `${folder}/etcd.yaml`, readEtcd);
				if (apiServer !== null || etcd !== null) return { topic: 'control-plane', apiServer, etcd };
			}
			return isNamed ? { topic: 'control-plane', ...noneIn(folders.join(', ')) } : null;
		},
	};
}

const noneIn = (file: string): Pick<ControlPlaneExamination, 'apiServer' | 'etcd'> => ({
	apiServer: { kind: 'unreadable', file, reason: 'no kube-apiserver.yaml and no etcd.yaml there' },
	etcd: null,
});

type Reading<Settings> = (machine: Machine, text: string) => Promise<Settings | string>;

/** Null where there is no such file. */
async function manifestOf<Settings>(
	machine: Machine,
	file: string,
	read: Reading<Settings>,
): Promise<Manifest<Settings> | null> {
	const bytes = readFile(machine, file);
	if (bytes === 'missing') return null;
	if (!Buffer.isBuffer(bytes)) return { kind: 'unreadable', file, reason: bytes.unreadable };
	const settings = await read(machine, bytes.toString('utf8'));
	return typeof settings === 'string'
		? { kind: 'unreadable', file, reason: settings }
		: { kind: 'read', file, settings };
}

const withProgram = async <Settings>(
	program: PodProgram | string,
	read: (program: PodProgram) => Promise<Settings | string>,
): Promise<Settings | string> => (typeof program === 'string' ? program : read(program));

const readApiServer = async (machine: Machine, text: string) =>
	withProgram(await readManifest(text, 'kube-apiserver', apiServerFlags), program =>
		apiServerSettings(machine, program),
	);

const readEtcd = async (machine: Machine, text: string) =>
	withProgram(await readManifest(text, 'etcd', etcdFlags, etcdVariables), program => etcdSettings(machine, program));
