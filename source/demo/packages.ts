import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AptSource, forSuite, readAptSources, writeDeb822 } from './apt-sources.ts';

const run = promisify(execFile);

/** A line of releases that gets fixes of its own. */
export type ReleaseLine = '3.4' | '3.5';

/** Which releases of Debian carry a line, newest package first. */
const suitesOfLine: Readonly<Record<ReleaseLine, readonly string[]>> = {
	'3.4': ['bookworm'],
	'3.5': ['sid', 'forky', 'trixie'],
};

/** Names of a release's main archive, apart from its own code name. */
const archiveNames = ['stable', 'testing', 'unstable', 'oldstable', 'sid'];

/** Packages of one program, the one whose version counts first. */
export type PackageSet = {
	readonly names: readonly [string, ...string[]];
	/** The program by whose run it is judged whether this release's packages serve; also the name in the cache. */
	readonly program: string;
};

const etcdPackages: PackageSet = { names: ['etcd-server', 'etcd-client'], program: 'etcd' };

/** A temporary folder of a run that was killed is removed by a later run once it is this old. */
const abandonedAfterMs = 3_600_000;

async function installedSuites(systemFolder: string): Promise<string[]> {
	const release = await readFile(join(systemFolder, 'os-release'), 'utf8').catch(() => '');
	const name = /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1];
	return name === undefined ? archiveNames : [name, ...archiveNames];
}

/**
 * Settings under which apt keeps everything it writes in our folder, so that it needs no root and touches nothing of
 * the system. Mirrors, keyrings and proxies stay the machine's own; apt checks the signature of the package list and
 * the hash of each package against it, and refuses what is not signed.
 */
const aptSettings = (folder: string) =>
	[
		'#clear APT::Update::Post-Invoke;',
		'#clear APT::Update::Post-Invoke-Success;',
		'Acquire::Languages "none";',
		'Dir::State::status "/dev/null";',
		`Dir::State::lists "${folder}/lists";`,
		`Dir::Cache "${folder}/cache";`,
		`Dir::Etc::sourcelist "${folder}/wanted.sources";`,
		'Dir::Etc::sourceparts "-";',
		'',
	].join('\n');

export type PackageRequest = {
	readonly cacheFolder: string;
	/** What to unpack; etcd unless said. */
	readonly packages?: PackageSet;
	/** The release of Debian that carries this line of etcd is asked; null asks the machine's own sources. */
	readonly line: ReleaseLine | null;
	/** The releases to ask, one after the other, where it is not the line that decides. */
	readonly suites?: readonly string[];
	/** Whether this binary runs here: a newer release's may need a newer system. */
	readonly runs: (program: string) => Promise<boolean>;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Where the system's own configuration is: `/etc`. */
	readonly systemFolder?: string;
};

/** Downloads and unpacks all packages from the given sources into `folder`; the names of files are the packages' own. */
async function unpackFrom(sources: readonly AptSource[], folder: string, request: PackageRequest): Promise<string> {
	const { line, environment, packages = etcdPackages } = request;
	const [first] = packages.names;
	await rm(folder, { recursive: true, force: true });
	for (const name of ['lists/partial', 'cache/archives/partial', 'root'])
		await mkdir(join(folder, name), { recursive: true });
	await writeFile(join(folder, 'wanted.sources'), writeDeb822(sources));
	await writeFile(join(folder, 'apt.conf'), aptSettings(folder));
	const options = { cwd: folder, env: { ...environment, LC_ALL: 'C', APT_CONFIG: join(folder, 'apt.conf') } };
	// One source of several may fail (another vendor's without this suite); whether the package is there decides.
	const updated = await run('apt-get', ['update', '--quiet'], options).catch((error: Error) => error);
	const policy = await run('apt-cache', ['policy', first], options);
	const candidate = /Candidate: (\S+)/.exec(policy.stdout)?.[1];
	if (candidate === undefined || candidate === '(none)')
		throw updated instanceof Error ? updated : new Error(`it has no package ${first}`);
	if (line !== null && !candidate.startsWith(`${line}.`)) throw new Error(`it has etcd ${candidate}`);
	await run('apt-get', ['download', '--quiet', ...packages.names.map(name => `${name}=${candidate}`)], options);
	for (const file of (await readdir(folder)).filter(name => name.endsWith('.deb')))
		await run('dpkg', ['-x', join(folder, file), join(folder, 'root')], options);
	return candidate;
}

async function removeAbandoned(cacheFolder: string): Promise<void> {
	for (const name of (await readdir(cacheFolder)).filter(entry => entry.startsWith('.fetch-'))) {
		const path = join(cacheFolder, name);
		const details = await stat(path).catch(() => null);
		if (details !== null && Date.now() - details.mtimeMs > abandonedAfterMs)
			await rm(path, { recursive: true, force: true });
	}
}

const lastLine = (error: unknown) =>
	(error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';

/**
 * Unpacks the distribution's etcd into `cacheFolder/etcd-VERSION/`, or another program likewise, and returns that
 * folder. Two processes may do this at once: each works in a folder of its own, and the first to finish renames it into
 * place.
 * Throws an Error of one line with what each try said.
 */
export async function unpackPackages(request: PackageRequest): Promise<string> {
	const { cacheFolder, line, runs, systemFolder = '/etc', packages = etcdPackages } = request;
	const { program } = packages;
	const suites = request.suites ?? (line === null ? null : suitesOfLine[line]);
	await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
	await removeAbandoned(cacheFolder);
	const machine = readAptSources(join(systemFolder, 'apt'));
	const installed = await installedSuites(systemFolder);
	const tries =
		suites === null
			? [{ name: 'this release', sources: machine }]
			: suites.map(suite => ({ name: suite, sources: forSuite(machine, installed, suite) }));
	const complaints: string[] = [];
	const folder = await mkdtemp(join(cacheFolder, '.fetch-'));
	try {
		for (const { name, sources } of tries) {
			try {
				if (sources.length === 0) throw new Error('apt has no source for it');
				const version = await unpackFrom(sources, join(folder, name), request);
				const binaries = join(folder, name, 'root/usr/bin');
				await chmod(binaries, 0o700);
				if (!(await runs(join(binaries, program)))) throw new Error(`its ${program} ${version} does not run here`);
				const place = join(cacheFolder, `${program}-${version}`);
				// Another process may have been quicker: its folder holds the same files.
				await rename(binaries, place).catch(error => {
					if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
				});
				return place;
			} catch (error) {
				complaints.push(`${name}: ${lastLine(error)}`);
			}
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	throw new Error(complaints.join('; '));
}
