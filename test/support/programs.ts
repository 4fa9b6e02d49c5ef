import { execFile, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { EtcdBinaries } from '../../source/demo/binaries.ts';
import { builtProgram } from './built.ts';
import { cleanEnvironment } from './terminal.ts';

export type Finished = { readonly code: number | null; readonly out: string; readonly error: string };

/** Runs the built program without a terminal, to its end. */
export function runPiped(
	args: readonly string[],
	environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
	const child = spawn(process.execPath, [builtProgram, ...args], {
		env: { ...cleanEnvironment(tmpdir()), ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let out = '';
	let error = '';
	child.stdout.setEncoding('utf8').on('data', text => {
		out += text;
	});
	child.stderr.setEncoding('utf8').on('data', text => {
		error += text;
	});
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', code => resolve({ code, out, error }));
	});
}

/** Runs etcdctl with these arguments; standard output, or a rejection with standard error where it fails. */
export type Etcdctl = (...args: readonly string[]) => Promise<string>;

/** etcdctl against one endpoint, or several separated by commas. */
export const etcdctl =
	({ etcdctl: program }: EtcdBinaries, endpoints: string): Etcdctl =>
	async (...args) => {
		if (program === null) throw new Error('this release came without etcdctl');
		const env = { ...cleanEnvironment(tmpdir()), ETCDCTL_API: '3' };
		const { stdout } = await promisify(execFile)(program, [`--endpoints=${endpoints}`, ...args], { env });
		return stdout;
	};

/** One member as `etcdctl endpoint status -w json` tells it, 64-bit numbers as bigint. */
export type EndpointStatus = {
	readonly endpoint: string;
	readonly clusterId: string;
	readonly memberId: string;
	readonly version: string;
	readonly revision: bigint;
	readonly dbSizeBytes: number;
	readonly dbInUseBytes: number;
	readonly leaderId: string;
	readonly raftTerm: bigint;
	readonly raftIndex: bigint;
	readonly raftAppliedIndex: bigint;
};

type RawStatus = {
	readonly Endpoint: string;
	readonly Status: {
		readonly header: { readonly cluster_id: string; readonly member_id: string; readonly revision: string };
		readonly version: string;
		readonly dbSize: string;
		readonly dbSizeInUse: string;
		readonly leader: string;
		readonly raftIndex: string;
		readonly raftTerm: string;
		readonly raftAppliedIndex?: string;
	};
};

const hex = (decimal: string) => BigInt(decimal).toString(16);

/** Every member of the cluster as etcdctl sees it. */
export async function endpointStatus(ctl: Etcdctl): Promise<readonly EndpointStatus[]> {
	const text = await ctl('endpoint', 'status', '--cluster', '-w', 'json');
	// Ids have more digits than a number of JavaScript holds: they stay text.
	const answers = JSON.parse(text.replace(/:(\d+)(?=[,}])/g, ':"$1"')) as readonly RawStatus[];
	return answers.map(({ Endpoint, Status }) => ({
		endpoint: Endpoint,
		clusterId: hex(Status.header.cluster_id),
		memberId: hex(Status.header.member_id),
		version: Status.version,
		revision: BigInt(Status.header.revision),
		dbSizeBytes: Number(Status.dbSize),
		dbInUseBytes: Number(Status.dbSizeInUse),
		leaderId: hex(Status.leader),
		raftTerm: BigInt(Status.raftTerm),
		raftIndex: BigInt(Status.raftIndex),
		raftAppliedIndex: BigInt(Status.raftAppliedIndex ?? 0),
	}));
}
