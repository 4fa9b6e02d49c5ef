import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchEtcd, findEtcd, NoEtcdError } from '../../source/demo/binaries.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'binaries-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(path: string, ...lines: readonly string[]): string {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
	chmodSync(path, 0o755);
	return path;
}
const fakeEtcd = (path: string, version: string) => program(path, `echo "etcd Version: ${version}"`);

/** Only what a test puts there can be found; the folder of the fakes' own `sh` tools stays last. */
const environment = (more: Record<string, string> = {}) => ({
	PATH: `${join(folder, 'bin')}:${join(folder, 'tools')}`,
	XDG_CACHE_HOME: join(folder, 'cache'),
	...more,
});
const cached = (version: string) => fakeEtcd(join(folder, `cache/etcdtop/etcd-${version}-1/etcd`), version);

describe('finding etcd', () => {
	it('prefers the variable, then PATH, then the newest in the cache', async () => {
		const own = fakeEtcd(join(folder, 'own/my-etcd'), '3.6.1');
		const inPath = fakeEtcd(join(folder, 'bin/etcd'), '3.5.9');
		cached('3.5.9');
		const newest = cached('3.5.30');
		cached('3.4.40');
		expect(await findEtcd({ environment: environment({ ETCDTOP_ETCD: own }) })).toEqual({
			etcd: own,
			etcdctl: null,
			version: '3.6.1',
			source: '$ETCDTOP_ETCD',
		});
		expect(await findEtcd({ environment: environment() })).toMatchObject({ etcd: inPath, source: 'PATH' });
		rmSync(inPath);
		expect(await findEtcd({ environment: environment() })).toMatchObject({
			etcd: newest,
			version: '3.5.30',
			source: 'cache',
		});
	});

	it('takes a folder in the variable, and etcdctl beside etcd', async () => {
		fakeEtcd(join(folder, 'own/etcd'), '3.6.1');
		const etcdctl = program(join(folder, 'own/etcdctl'));
		const found = await findEtcd({ environment: environment({ ETCDTOP_ETCD: join(folder, 'own') }) });
		expect(found).toMatchObject({ etcdctl, version: '3.6.1' });
	});

	it('does not look on when the variable is wrong', async () => {
		fakeEtcd(join(folder, 'bin/etcd'), '3.5.9');
		const path = program(join(folder, 'own/etcd'), 'echo hello');
		const found = findEtcd({ environment: environment({ ETCDTOP_ETCD: path }) });
		await expect(found).rejects.toThrow(
			new NoEtcdError(`ETCDTOP_ETCD=${path} is no etcd that runs here: set it to an etcd binary or its folder`),
		);
	});

	it('passes over what is named etcd and does not run', async () => {
		program(join(folder, 'bin/etcd'), 'exit 1');
		cached('3.4.40');
		expect(await findEtcd({ environment: environment() })).toMatchObject({ version: '3.4.40' });
	});

	it('says in one line what to install', async () => {
		for (const options of [{ download: false }, { systemFolder: join(folder, 'etc') }]) {
			const error = await findEtcd({ environment: environment(), ...options }).catch(reason => reason);
			expect(error).toBeInstanceOf(NoEtcdError);
			expect(error.message).toContain('install etcd (Debian: etcd-server and etcd-client), or set ETCDTOP_ETCD');
			expect(error.message).not.toContain('\n');
		}
	});
});

describe('fetching packages', () => {
	/**
	 * Stands in for apt and dpkg. What a release "has" is in a file named after it; the "package" is a text that becomes
	 * the program's version. Every call is logged.
	 */
	function fakeApt(has: Readonly<Record<string, string>>) {
		const etc = join(folder, 'etc');
		mkdirSync(join(etc, 'apt'), { recursive: true });
		writeFileSync(join(etc, 'os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
		writeFileSync(
			join(etc, 'apt/sources.list'),
			'deb [signed-by=/keys/a.gpg] http://127.0.0.1:1/debian bookworm main\n',
		);
		for (const [suite, version] of Object.entries(has)) {
			mkdirSync(join(folder, 'has'), { recursive: true });
			writeFileSync(join(folder, 'has', suite), version);
		}
		const version = [
			'folder=$(/usr/bin/dirname "$APT_CONFIG")',
			`suite=$(/usr/bin/sed -n "s/^suites: //p" "$folder/wanted.sources")`,
			`version=$(/bin/cat "${folder}/has/$suite" 2>/dev/null || echo "(none)")`,
		];
		program(
			join(folder, 'tools/apt-get'),
			...version,
			`echo "$suite $*" >> "${folder}/calls"`,
			`[ "$1" = download ] && for file in etcd-server etcd-client; do echo "$version" > "$file.deb"; done`,
			'exit 0',
		);
		program(join(folder, 'tools/apt-cache'), ...version, 'echo "  Candidate: $version"');
		program(
			join(folder, 'tools/dpkg'),
			'version=$(/bin/cat "$2")',
			'/bin/mkdir -p "$3/usr/bin"',
			'case "$version" in *broken*) say="exit 1";; *) say="echo etcd Version: $' + '{version%-*}";; esac',
			`printf '#!/bin/sh\\n%s\\n' "$say" > "$3/usr/bin/etcd"`,
			'/bin/chmod 755 "$3/usr/bin/etcd"',
		);
		return etc;
	}
	const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

	it('asks the releases from the newest on for the line that is wanted, and keeps it', async () => {
		const systemFolder = fakeApt({ sid: '3.6.2-1', forky: '3.5.40-broken', trixie: '3.5.16-4', bookworm: '3.4.23-4' });
		const options = { environment: environment(), systemFolder };
		const found = await fetchEtcd('3.5', options);
		expect(found).toMatchObject({ version: '3.5.16', source: 'package' });
		expect(calls().map(call => call.split(' ', 2).join(' '))).toEqual([
			'sid update',
			'forky update',
			'forky download',
			'trixie update',
			'trixie download',
		]);
		expect(await fetchEtcd('3.4', options)).toMatchObject({ version: '3.4.23' });
		const before = calls().length;
		expect(await fetchEtcd('3.5', options)).toEqual({ ...found, source: 'cache' });
		expect(calls()).toHaveLength(before);
		expect(readdirSync(join(folder, 'cache/etcdtop')).sort()).toEqual(['etcd-3.4.23-4', 'etcd-3.5.16-4']);
	});

	it('falls back to whatever the own release has', async () => {
		const systemFolder = fakeApt({ bookworm: '3.3.25-1' });
		const found = await findEtcd({ environment: environment(), systemFolder });
		expect(found).toMatchObject({ version: '3.3.25', source: 'package' });
	});

	it('may be done by two at once', async () => {
		const systemFolder = fakeApt({ sid: '3.5.30-2' });
		const options = { environment: environment(), systemFolder };
		const both = await Promise.all([fetchEtcd('3.5', options), fetchEtcd('3.5', options)]);
		expect(both[0].etcd).toBe(both[1].etcd);
		expect(existsSync(both[0].etcd)).toBe(true);
		expect(readdirSync(join(folder, 'cache/etcdtop'))).toEqual(['etcd-3.5.30-2']);
	});

	it('says what each release answered', async () => {
		const systemFolder = fakeApt({ sid: '3.6.2-1', forky: '3.5.40-broken' });
		const error = await fetchEtcd('3.5', { environment: environment(), systemFolder }).catch(reason => reason);
		expect(error.message).toContain('sid: it has etcd 3.6.2-1');
		expect(error.message).toContain('forky: its etcd 3.5.40-broken does not run here');
		expect(error.message).toContain('trixie: it has no package etcd-server');
	});
});
