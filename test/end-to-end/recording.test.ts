import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { builtProgram } from '../support/built.ts';
import { etcdctl, runPiped } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runInTerminal } from '../support/terminal.ts';
import { sharedCluster, steadyLeader } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

const golden = join(import.meta.dirname, '../report/recordings/seconds.jsonl');

describe('etcdtop report', () => {
	it('tells what happened in a recording, as JSON and as Markdown', async () => {
		const json = await runPiped(['report', golden, '-o', 'json']);
		expect({ code: json.code, error: json.error }).toEqual({ code: 0, error: '' });
		const report = JSON.parse(json.out);
		expect(Object.keys(report).slice(0, 7)).toEqual([
			'version',
			'from',
			'to',
			'leaderChanges',
			'alerts',
			'operations',
			'findings',
		]);
		expect(report.alerts[0]).toEqual({
			...{ name: 'etcdNoLeader', severity: 'critical', labels: expect.any(Object) },
			...{ pendingAt: '2026-01-01T00:00:30.000Z', firingAt: '2026-01-01T00:01:30.000Z', resolvedAt: null },
		});
		expect(report.operations).toMatchObject([{ operation: 'check-hash', state: 'failed', user: 'ada' }]);
		const markdown = await runPiped(['report', golden]);
		expect(markdown).toMatchObject({ code: 0, error: '' });
		expect(markdown.out).toMatch(/^# What happened: cluster cdf81819\n/);
		expect(markdown.out).toContain('| Check the hashes | ada@bastion | failed | nobody leads |');
	});

	it.each([
		[['report'], 64, 'report needs a file: etcdtop report FILE'],
		[['report', golden, '-o', 'table'], 64, '--output table is not one of markdown, json'],
		[['report', golden, '--endpoints', 'a:1'], 64, '--endpoints does not belong to report'],
		[['report', '/nowhere/a.jsonl'], 3, '/nowhere/a.jsonl: no such file or folder; look at the path'],
		[['report', '/'], 3, '/: is a folder, not a file; give the name of a file'],
		[['report', import.meta.filename], 3, 'is no recording; try a file that etcdtop --record wrote'],
		[['status', '--record', 'a'], 64, '--record does not belong to status, but to monitor and demo'],
	])('ends with one line and its exit code: %j', async (args, code, line) => {
		const found = await runPiped(args);
		expect({ code: found.code, out: found.out }).toEqual({ code, out: '' });
		expect(found.error).toMatch(/^etcdtop: .*\n$/);
		expect(found.error).toContain(line);
	});

	it('refuses what a newer version wrote', async () => {
		const path = join(temporaryFolder(), 'newer.jsonl');
		writeFileSync(path, '{"type":"header","version":2,"time":"2026-01-01T00:00:00.000Z"}\n');
		const { code, error } = await runPiped(['report', path, '-o', 'json']);
		expect({ code, error }).toEqual({
			code: 3,
			error: `etcdtop: ${path}: it is a recording of version 2, and this program knows version 1; try a newer etcdtop\n`,
		});
	});
});

describe('a monitor that records', () => {
	const shared = sharedCluster('3.5', { extraArguments: steadyLeader });
	const monitor = (file: string) =>
		runInTerminal([`--endpoints=${shared().endpoints[0]}`, '--record', file], {
			environment: { XDG_STATE_HOME: join(temporaryFolder(), 'state') },
		});
	const reportOf = async (file: string) => {
		const { code, out, error } = await runPiped(['report', file, '-o', 'json']);
		expect({ code, error }).toEqual({ code: 0, error: '' });
		return JSON.parse(out);
	};
	/** Until so many readings of members have come into the file. */
	const recorded = (file: string, readings: number) =>
		vi.waitFor(
			() => {
				const lines = existsSync(file) ? readFileSync(file, 'utf8').split('"type":"reading"').length - 1 : 0;
				expect(lines).toBeGreaterThanOrEqual(readings);
			},
			{ timeout: 60_000, interval: 100 },
		);

	it('leaves a file that can be read after kill -9', async () => {
		const file = join(temporaryFolder(), 'killed.jsonl');
		const run = monitor(file);
		await run.see(`recording into ${file.slice(0, 20)}`, '● recording', 'm1', 'm2', 'm3');
		await etcdctl(shared().binaries, shared().endpoints.join())('put', '/registry/secrets/default/recorded', 'hunter2');
		await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('default/recorded'), { timeout: 60_000 });
		await recorded(file, 12);
		process.kill(run.pid, 'SIGKILL');
		await run.ended();
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
		const report = await reportOf(file);
		expect(report).toMatchObject({ version: 1, recording: { ended: false, skippedLines: 0 } });
		expect(report.cluster).toMatch(/^[0-9a-f]+$/);
		expect(Date.parse(report.to) - Date.parse(report.from)).toBeGreaterThan(2000);
		const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
		expect(JSON.parse(lines[0]!)).toMatchObject({ type: 'header', version: 1, intervalSeconds: 1 });
		expect(JSON.parse(lines[0]!).clusterId).toBe(report.cluster);
	});

	it('ends its file where it is left, packed, and tells of what was done meanwhile', async () => {
		const file = join(temporaryFolder(), 'left.jsonl.zst');
		const run = monitor(file);
		await run.see('m1', 'm2', 'm3');
		run.press('h');
		await run.see('y to start');
		run.press('y');
		await run.see('✓ done: ');
		run.press('escape');
		await run.seeGone('Esc closes this');
		await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(4000), { timeout: 60_000, interval: 100 });
		run.press('q');
		expect(await run.ended()).toMatchObject({ code: 0 });
		const report = await reportOf(file);
		expect(report).toMatchObject({
			operations: [{ operation: 'check-hash', state: 'done' }],
			recording: { ended: true, torn: false, skippedLines: 0 },
		});
	});

	it('goes on where the file can take no more, says so, and leaves a recording that can be read', async () => {
		const folder = temporaryFolder();
		const file = join(folder, 'full.jsonl');
		// A write beyond the largest size that a file may have fails as one to a full disk does.
		const limited = 'ulimit -f 64; exec "$@"';
		const args = [process.execPath, builtProgram, `--endpoints=${shared().endpoints[0]}`, '--record', file];
		const run = runInTerminal([], {
			program: { file: '/bin/sh', args: ['-c', limited, 'sh', ...args] },
			environment: { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') },
		});
		await run.see('the recording stopped', 'all 3 members serve');
		await run.see(/ for >?\d+s/);
		run.press('q');
		expect(await run.ended()).toMatchObject({ code: 0 });
		expect(run.bytes().replaceAll(/\s+/g, ' ')).toContain('the recording is not whole: ');
		expect(statSync(file).size).toBeLessThanOrEqual(64 * 1024);
		expect(await reportOf(file)).toMatchObject({ version: 1, recording: { ended: false, torn: true } });
	});

	it('does not begin where the file is there', async () => {
		const file = join(temporaryFolder(), 'there.jsonl');
		writeFileSync(file, 'mine\n');
		const run = monitor(file);
		expect(await run.ended()).toMatchObject({ code: 64 });
		expect(run.bytes().replaceAll(/\r?\n/g, '')).toContain('is there already, and nothing is overwritten');
		expect(readFileSync(file, 'utf8')).toBe('mine\n');
	});
});
