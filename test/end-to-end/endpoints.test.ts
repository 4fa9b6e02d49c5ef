import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import { freePorts } from '../../source/demo/ports.ts';
import { realEtcd, releaseLines } from '../demo/real-etcd.ts';
import { endpointStatus, etcdctl, runPiped } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';

vi.setConfig({ testTimeout: 180_000 });

describe.each(releaseLines)('ways to reach etcd %s', line => {
	// 3.4 takes a socket only as `unix://NAME:NUMBER`, a file in the folder that it was started in.
	const hasSockets = line !== '3.4';
	let directory: string;
	let cluster: LocalCluster;
	let port: number;
	let socket: string;

	beforeAll(async () => {
		directory = mkdtempSync(join(tmpdir(), 'etcdtop-ways-'));
		socket = join(directory, 'etcd.sock');
		[port = 0] = await freePorts(1);
		const urls = [`http://127.0.0.1:${port}`, `http://[::1]:${port}`, ...(hasSockets ? [`unix://${socket}`] : [])];
		cluster = await startCluster({
			binaries: await realEtcd(line),
			members: 1,
			fast: true,
			// Health is asked there: the address that the cluster chose for clients is not listened on.
			metricsListener: true,
			extraArguments: [`--listen-client-urls=${urls.join()}`, `--advertise-client-urls=${urls[0]}`],
		});
	});
	afterAll(async () => {
		await cluster?.stop();
		rmSync(directory, { recursive: true, force: true });
	});

	const ways = [
		['a name', () => `localhost:${port}`, () => `http://localhost:${port}`],
		['an IPv6 address', () => `http://[::1]:${port}`, () => `http://[::1]:${port}`],
		['a socket', () => `unix://${socket}`, () => `unix://${socket}`],
	] as const;

	it.each(hasSockets ? ways : ways.slice(0, 2))('%s', async (what, given, told) => {
		if (what === 'a socket') expect(existsSync(socket)).toBe(true);
		const run = runInTerminal([`--endpoints=${given()}`, '--no-discovery']);
		await run.see('HEALTHY', /m1 +★ leader .* serving/, `watching from revision`);
		await etcdctl(cluster.binaries, `127.0.0.1:${port}`)(
			'put',
			`/registry/pods/default/${what.replace(/\W/g, '-')}`,
			'x',
		);
		await run.see(`default/${what.replace(/\W/g, '-')}`);
		const { code, out } = await runPiped(['status', `--endpoints=${given()}`, '--no-discovery', '-o', 'json']);
		expect(code).toBe(0);
		const [status] = await endpointStatus(etcdctl(cluster.binaries, `127.0.0.1:${port}`));
		expect(JSON.parse(out).members).toMatchObject([{ endpoint: told(), id: status!.memberId, state: 'serving' }]);
	});

	it('a name that is not there is named as such, while the others are read', async () => {
		const nowhere = 'http://no-such-host.invalid:2379';
		const run = runInTerminal([`--endpoints=127.0.0.1:${port},${nowhere}`, '--no-discovery'], { columns: 200 });
		await run.see(/m1 +★ leader .* serving/, 'unknown name', 'WARNING', '1/2 members');
	});
});
