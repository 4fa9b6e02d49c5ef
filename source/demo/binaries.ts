import { execFile } from 'node:child_process';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type ReleaseLine, unpackPackages } from './packages.ts';

export type { ReleaseLine } from './packages.ts';

/** Programs of one etcd release on this machine, as absolute paths. */
export type EtcdBinaries = {
	readonly etcd: string;
	/** Null where only the server is there. */
	readonly etcdctl: string | null;
	/** For example `3.5.30`, as the server itself tells it. */
	readonly version: string;
	/** Where it was found. */
	readonly source: '$ETCDTOP_ETCD' | 'PATH' | 'cache' | 'package';
};

export type FindOptions = {
	/** The environment to look in; by default the process's own. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
	/** Told in one line what takes time. */
	readonly onProgress?: (text: string) => void;
	/** False keeps to what is on the machine. */
	readonly download?: boolean;
	/** Where the system's own configuration is; by default `/etc`. */
	readonly systemFolder?: string;
};

/** No etcd for the demonstration; the message says in one line what to do. */
export class NoEtcdError extends Error {
	override readonly name = 'NoEtcdError';
}

const isExecutable = (path: string) =>
	access(path, constants.X_OK)
		.then(() => stat(path))
		.then(details => details.isFile())
		.catch(() => false);

/** What `etcd --version` answers, or null for a file that is not there, is not etcd, or does not run here. */
async function versionOf(etcd: string): Promise<string | null> {
	if (!(await isExecutable(etcd))) return null;
	const answer = await promisify(execFile)(etcd, ['--version'], { timeout: 10_000 }).catch(() => null);
	return /^etcd Version: (\d+\.\d+\.\d+\S*)/m.exec(answer?.stdout ?? '')?.[1] ?? null;
}

async function binariesIn(folder: string, source: EtcdBinaries['source']): Promise<EtcdBinaries | null> {
	const etcd = resolve(folder, 'etcd');
	const version = await versionOf(etcd);
	if (version === null) return null;
	const etcdctl = resolve(folder, 'etcdctl');
	return { etcd, etcdctl: (await isExecutable(etcdctl)) ? etcdctl : null, version, source };
}

/** The folder for downloads: `$XDG_CACHE_HOME/etcdtop`, by default `~/.cache/etcdtop`. */
export function cacheFolder(environment: NonNullable<FindOptions['environment']>): string {
	const home = environment.XDG_CACHE_HOME;
	return join(home?.startsWith('/') ? home : join(homedir(), '.cache'), 'etcdtop');
}

async function fromVariable(path: string): Promise<EtcdBinaries> {
	const isFolder = await stat(path)
		.then(details => details.isDirectory())
		.catch(() => false);
	const folder = isFolder ? path : dirname(path);
	const found = isFolder ? await binariesIn(folder, '$ETCDTOP_ETCD') : null;
	if (found !== null) return found;
	const version = isFolder ? null : await versionOf(path);
	if (version === null)
		throw new NoEtcdError(`ETCDTOP_ETCD=${path} is no etcd that runs here: set it to an etcd binary or its folder`);
	const etcdctl = resolve(folder, 'etcdctl');
	return {
		etcd: resolve(path),
		etcdctl: (await isExecutable(etcdctl)) ? etcdctl : null,
		version,
		source: '$ETCDTOP_ETCD',
	};
}

async function fromPath(path: string): Promise<EtcdBinaries | null> {
	for (const folder of path.split(delimiter).filter(name => name.startsWith('/'))) {
		const found = await binariesIn(folder, 'PATH');
		if (found !== null) return found;
	}
	return null;
}

/** The newest release in the cache, of one line or of any. */
async function fromCache(cache: string, line: ReleaseLine | null): Promise<EtcdBinaries | null> {
	const names = await readdir(cache).catch(() => []);
	const wanted = names
		.filter(name => name.startsWith(line === null ? 'etcd-' : `etcd-${line}.`))
		.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
	for (const name of wanted) {
		const found = await binariesIn(join(cache, name), 'cache');
		if (found !== null) return found;
	}
	return null;
}

async function fromPackage(line: ReleaseLine | null, options: FindOptions): Promise<EtcdBinaries> {
	const environment = options.environment ?? process.env;
	const folder = await unpackPackages({
		cacheFolder: cacheFolder(environment),
		line,
		environment,
		runs: async etcd => (await versionOf(etcd)) !== null,
		...(options.systemFolder === undefined ? {} : { systemFolder: options.systemFolder }),
	});
	return (await binariesIn(folder, 'package'))!;
}

/**
 * A release of one line from the cache, else unpacked from Debian's packages into it (signatures and hashes are
 * verified by apt). Throws NoEtcdError.
 */
export async function fetchEtcd(line: ReleaseLine, options: FindOptions = {}): Promise<EtcdBinaries> {
	const cache = cacheFolder(options.environment ?? process.env);
	const cached = await fromCache(cache, line);
	if (cached !== null) return cached;
	options.onProgress?.(`fetching etcd ${line} from the distribution's packages into ${cache}`);
	return fromPackage(line, options).catch((error: Error) => {
		throw new NoEtcdError(`etcd ${line} cannot be had from the distribution's packages (${error.message})`);
	});
}

/**
 * Some etcd for the demonstration: `$ETCDTOP_ETCD`, `PATH`, the cache, else Debian's newest package, else the package of
 * the machine's own release. A variable that is set and wrong is an error, not a reason to look on.
 * Throws NoEtcdError, whose message says what to install.
 */
export async function findEtcd(options: FindOptions = {}): Promise<EtcdBinaries> {
	const environment = options.environment ?? process.env;
	if (environment.ETCDTOP_ETCD) return fromVariable(environment.ETCDTOP_ETCD);
	const cache = cacheFolder(environment);
	const found = (await fromPath(environment.PATH ?? '')) ?? (await fromCache(cache, null));
	if (found !== null) return found;
	const advice = 'install etcd (Debian: etcd-server and etcd-client), or set ETCDTOP_ETCD to an etcd binary';
	if (options.download === false) throw new NoEtcdError(`no etcd on this machine: ${advice}`);
	try {
		return await fetchEtcd('3.5', options);
	} catch (newest) {
		return await fromPackage(null, options).catch((own: Error) => {
			throw new NoEtcdError(`no etcd found, and ${(newest as Error).message}, ${own.message}: ${advice}`);
		});
	}
}
