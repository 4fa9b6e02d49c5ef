import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../source/launcher.js');
const text = readFileSync(launcher, 'utf8');

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'etcdtop-launcher-'));
	copyFileSync(launcher, join(folder, 'etcdtop.js'));
	writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
	writeFileSync(join(folder, 'cli.js'), "console.log('started with', process.argv[2]);");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the launcher where Node claims to be of some version; it must not get as far as importing anything. */
function runAs(version: string) {
	const lines: string[] = [];
	const process = { versions: { node: version }, execPath: '/opt/node', env: {}, exitCode: 0 };
	runInNewContext(text.replace(/^#!.*/, ''), {
		process,
		console: { error: (line: string) => lines.push(line) },
	});
	return { lines, exitCode: process.exitCode };
}

const run = (node: string, environment: NodeJS.ProcessEnv) =>
	spawnSync(node, [join(folder, 'etcdtop.js'), 'x'], { encoding: 'utf8', env: environment, cwd: folder });

/** Another Node on this machine, outside the project's own. */
function systemNode(): string | null {
	for (const path of ['/usr/bin/node', '/usr/local/bin/node'])
		try {
			execFileSync(path, ['--version']);
			return path;
		} catch {
			// Not there: the faked versions have to do.
		}
	return null;
}

describe('the launcher', () => {
	it.each(['12.22.12', '18.20.8', '20.20.2', '21.7.3'])('says on Node %s what it needs, in one line', version => {
		expect(runAs(version)).toEqual({
			lines: [
				`etcdtop: needs Node 22.3 or newer, but /opt/node is Node ${version}; try: nvm install 22, or https://nodejs.org`,
			],
			exitCode: 64,
		});
	});

	it('asks for what package.json asks for', () => {
		const { engines } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
		expect(text).toContain(`const needed = ${/\d+/.exec(engines.node)![0]};`);
	});

	it('has no syntax that an old Node would stumble on before it can say so', () => {
		expect(text).not.toMatch(/\?\.|\?\?|^\s*(?:import\s|export\s)|\bawait\b|#\w+\s*[=(;]/m);
	});

	it('starts the program, and keeps its compiled code', () => {
		const { stdout, stderr, status } = run(process.execPath, { XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder });
		expect({ stdout, stderr, status }).toEqual({ stdout: 'started with x\n', stderr: '', status: 0 });
		expect(readdirSync(join(folder, 'cache/etcdtop/compiled'))).not.toEqual([]);
	});

	it('keeps nothing in a relative folder, as the XDG specification wants', () => {
		run(process.execPath, { XDG_CACHE_HOME: 'relative', HOME: folder });
		expect(readdirSync(folder)).not.toContain('relative');
		expect(readdirSync(join(folder, '.cache/etcdtop/compiled'))).not.toEqual([]);
	});

	it.each([{ XDG_CACHE_HOME: '/dev/null/no' }, { HOME: '/dev/null' }, {}])('starts with %j too', environment => {
		expect(run(process.execPath, environment)).toMatchObject({ stdout: 'started with x\n', stderr: '', status: 0 });
	});

	const system = systemNode();
	const isOld =
		system !== null &&
		Number.parseInt(execFileSync(system, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10) < 22;
	it.runIf(isOld)('is refused by the old Node of this machine in one line', () => {
		const { stdout, stderr, status } = run(system!, {});
		expect(stderr).toMatch(/^etcdtop: needs Node 22.3 or newer, but \S+ is Node \d+\.\d+\.\d+; try: .*\n$/);
		expect({ stdout, status }).toEqual({ stdout: '', status: 64 });
	});
});
