import { beforeAll, describe, expect, it, vi } from 'vitest';
import { releaseLines } from '../demo/real-etcd.ts';
import { etcdctl, runPiped } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';
import { sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

const password = 'Tr0ub4dor&3';

describe.each(releaseLines)('authentication of etcd %s', line => {
	const shared = sharedCluster(line, { members: 1 });
	const ctl = (...args: readonly string[]) => etcdctl(shared().binaries, shared().endpoints[0]!)(...args);
	const asRoot = (...args: readonly string[]) => ctl(`--user=root:${password}`, ...args);
	beforeAll(async () => {
		await ctl('user', 'add', `root:${password}`);
		await ctl('user', 'add', 'guest:guest');
		await ctl('user', 'grant-role', 'root', 'root');
		await ctl('auth', 'enable');
	});
	/** etcd takes its time to check a password, and more on a busy machine. */
	const where = () => [`--endpoints=${shared().endpoints[0]}`, '--dial-timeout=10s'];

	it('the right user sees everything, the password is asked for and never shown', async () => {
		const run = runInTerminal([...where(), '--user=root']);
		await run.see('Password of root:');
		run.press(password, 'enter');
		await run.see('HEALTHY', /m1 +★ leader .* serving/, 'watching from revision');
		await asRoot('put', '/registry/pods/default/behind-a-login', 'x');
		await run.see('default/behind-a-login');
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(run.bytes()).not.toContain(password);
		const status = await runPiped(['status', ...where()], {
			ETCDCTL_USER: 'root',
			ETCDCTL_PASSWORD: password,
		});
		expect(status).toMatchObject({ code: 0, error: '' });
	});

	it('a wrong password is named as the reason, once and without itself', async () => {
		const wrong = { ETCDCTL_USER: 'root', ETCDCTL_PASSWORD: 'not-the-one' };
		const run = runInTerminal([...where()], { environment: wrong });
		const { code, out, error } = await runPiped(['status', ...where()], wrong);
		if (line === '3.4') {
			// Status and the member list need no login there: what does is the watch.
			await run.see('watch interrupted: wrong password', /m1 +★ leader .* serving/);
		} else {
			await run.see('UNREACHABLE', 'wrong password', 'check --user and --password');
			expect(code).toBe(3);
			expect(out + error).toContain('user name or password is wrong');
		}
		const lines = await run.see(/wrong password/);
		expect(lines.match(/watch interrupted/g)?.length ?? 0).toBeLessThan(2);
		expect(run.bytes() + out + error).not.toContain('not-the-one');
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
	});

	it('no user at all: what needs a login says so', async () => {
		const run = runInTerminal([...where()], { columns: 160 });
		// 3.4 gives Status to everyone, 3.5.30 to root alone; a watch needs a login on both.
		await run.see(/login required/);
		const { code, out } = await runPiped(['status', ...where(), '-o', 'json']);
		const report = JSON.parse(out);
		if (line === '3.4') {
			await run.see(/m1 +★ leader .* serving/);
			expect(code).toBe(0);
			expect(report.members[0]).toMatchObject({ state: 'serving', role: 'leader' });
		} else {
			expect(code).toBe(3);
			expect(report.members[0]).toMatchObject({
				state: 'unreachable',
				error: expect.stringContaining('needs a login: authentication is on'),
			});
		}
	});

	it('a user without rights: what is denied says so', async () => {
		const run = runInTerminal([...where(), '--user=guest:guest'], { columns: 160 });
		await run.see(/not permitted|permission denied/);
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
	});
});
