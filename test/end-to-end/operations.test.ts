import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LocalCluster } from '../../source/demo/cluster.ts';
import { releaseLines, until } from '../demo/real-etcd.ts';
import { fragment, fragmentedRule } from '../operations/fragmented.ts';
import { encodeMemberList, encodeStatus, healthyStatus, startFakeEtcd } from '../support/fake-etcd.ts';
import { type EndpointStatus, endpointStatus, etcdctl, runPiped } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';
import { roles, sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

/** A folder that is gone after the test. */
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'etcdtop-operations-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** The command line on one cluster, with a journal of its own. */
function shellOn(cluster: LocalCluster, state = newFolder()) {
	const environment = { XDG_STATE_HOME: state };
	const where = `--endpoints=${cluster.endpoints.join()}`;
	return {
		journal: join(state, 'etcdtop/journal.jsonl'),
		run: (...args: readonly string[]) => runPiped([...args, where], environment),
		open: (...args: readonly string[]) => runInTerminal([...args, where], { environment }),
		told: async () => {
			const { out } = await runPiped(['journal', '-o', 'json'], environment);
			return JSON.parse(out).operations as { title: string; state: string; text: string }[];
		},
	};
}

const ctlOf = (cluster: LocalCluster) => etcdctl(cluster.binaries, cluster.endpoints.join());

async function revisionOf(cluster: LocalCluster): Promise<bigint> {
	const revisions = (await endpointStatus(ctlOf(cluster))).map(({ revision }) => revision);
	return revisions.reduce((highest, revision) => (revision > highest ? revision : highest));
}

/** Writes a few revisions of one key and gives the last. */
async function write(cluster: LocalCluster, key: string, times = 5): Promise<bigint> {
	for (let count = 0; count < times; count++) await ctlOf(cluster)('put', key, `value ${count}`);
	return revisionOf(cluster);
}

const isCompacted = (cluster: LocalCluster, key: string, revision: bigint): Promise<boolean> =>
	ctlOf(cluster)('get', key, `--rev=${revision}`).then(
		() => false,
		(error: Error) => {
			if (!error.message.includes('compacted')) throw error;
			return true;
		},
	);

const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1);

/** The members as etcdctl lists them; one that has not started yet has an empty name. */
async function listed(cluster: LocalCluster) {
	const text = await ctlOf(cluster)('member', 'list');
	const members = text
		.trim()
		.split('\n')
		.map(line => {
			const [id = '', state = '', name = '', peerUrls = '', , isLearner = ''] = line.split(', ');
			return { id, state, name, peerUrls, isLearner: isLearner === 'true' };
		});
	return members.sort(byId);
}

const leaderOf = (status: readonly EndpointStatus[]) => new Set(status.map(({ leaderId }) => leaderId));

/** etcd takes no change of members in the first seconds after it has started. */
async function addMember(shell: ReturnType<typeof shellOn>, ...args: readonly string[]) {
	return until(async () => {
		const added = await shell.run('member', 'add', ...args, '--yes', '-o', 'json');
		if (added.code === 0) return added;
		expect(added.out).toMatch(/unhealthy cluster|re-?configuration|not connected|5 ?s/);
		return null;
	});
}

describe.each(releaseLines)('operations without the screen on etcd %s', line => {
	const shared = sharedCluster(line);

	/** A rolling defragmentation whose first member is done: it waits before the next one. */
	async function openRolling(shell: ReturnType<typeof shellOn>) {
		await fragment(shared());
		const rolling = shell.open('defrag', '--cluster', '--rule', fragmentedRule, '--yes');
		await rolling.see(/1\/\d+ ✔ defragment/);
		return rolling;
	}

	it('a dry run shows the plan and changes nothing', async () => {
		const shell = shellOn(shared());
		const revision = await write(shared(), 'dry');
		const args = ['compact', '--revision', String(revision), '--dry-run'];
		const table = await shell.run(...args);
		expect({ code: table.code, error: table.error }).toEqual({ code: 0, error: '' });
		for (const part of ['✔ one cluster', `compact to revision ${revision}`, 'Consequence'])
			expect(table.out).toContain(part);
		const json = await shell.run(...args, '-o', 'json');
		expect(json).toMatchObject({ code: 0, error: '' });
		expect(JSON.parse(json.out)).toMatchObject({ version: 1, operation: 'compact', outcome: null, dryRun: true });
		expect(await isCompacted(shared(), 'dry', revision - 1n)).toBe(false);
		expect(existsSync(shell.journal)).toBe(false);
	});

	it('compacts, tells it as one object, and twice is nothing to do', async () => {
		const shell = shellOn(shared());
		const revision = await write(shared(), 'compact');
		const args = ['compact', '--revision', String(revision), '--yes', '-o', 'json'];
		const first = await shell.run(...args);
		expect(first).toMatchObject({ code: 0, error: '' });
		expect(first.out.trim().split('\n')).toHaveLength(1);
		const report = JSON.parse(first.out);
		expect(report).toMatchObject({ outcome: { kind: 'done' }, dryRun: false });
		for (const step of report.steps) expect(step).toMatchObject({ end: 'done', seconds: expect.any(Number) });
		expect(await isCompacted(shared(), 'compact', revision - 1n)).toBe(true);
		expect(await isCompacted(shared(), 'compact', revision)).toBe(false);
		expect(await shell.run(...args)).toMatchObject({ code: 0, error: '' });
		expect(await shell.told()).toMatchObject([{ title: report.title, state: 'done' }]);
	});

	it('refuses a revision of the future, and is not confirmed without a terminal', async () => {
		const shell = shellOn(shared());
		const revision = await write(shared(), 'future');
		const future = await shell.run('compact', '--revision', String(revision + 1_000_000n), '--yes');
		expect([1, 64]).toContain(future.code);
		expect(future.error).toMatch(/^etcdtop: [^\n]*(?:future|newest|head)[^\n]*\n$/);
		for (const format of ['table', 'json']) {
			const { code, out, error } = await shell.run('compact', '--revision', String(revision), '-o', format);
			expect({ code, out }).toEqual({ code: 64, out: '' });
			expect(error).toMatch(/^etcdtop: there is no terminal to confirm on[^\n]*--yes[^\n]*\n$/);
		}
		expect(await isCompacted(shared(), 'future', revision - 1n)).toBe(false);
	});

	it('defragments one member and leaves the others', async () => {
		const shell = shellOn(shared());
		const { follower } = await roles(shared());
		const { code, out, error } = await shell.run('defrag', '--member', follower.name, '--rule', 'dbSize > 0', '--yes');
		expect({ code, error }).toEqual({ code: 0, error: '' });
		expect(out).toMatch(/\n\d+\/\d+ ✔ defragment/);
		expect(out).toMatch(/\ndone: /);
		expect(out).not.toContain('\x1b');
		const page = await (await fetch(`${follower.clientUrl}/metrics`)).text();
		expect(page).toMatch(/^etcd_disk_backend_defrag_duration_seconds_count 1$/m);
	});

	it('saves a snapshot that etcdctl reads, and never over another file', async () => {
		const shell = shellOn(shared());
		const folder = newFolder();
		const file = join(folder, 'one.db');
		await write(shared(), 'snapshot');
		const saved = await shell.run('snapshot', 'save', file, '--yes', '-o', 'json');
		expect(saved).toMatchObject({ code: 0, error: '' });
		expect(JSON.parse(saved.out).outcome.facts).toMatchObject({
			file,
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		expect(statSync(file).mode & 0o777).toBe(0o600);
		const status = JSON.parse(await ctlOf(shared())('snapshot', 'status', file, '-w', 'json'));
		expect(BigInt(status.revision)).toBeGreaterThan(1n);
		const bytes = readFileSync(file);
		const again = await shell.run('snapshot', 'save', file, '--yes');
		expect(again.code).toBe(64);
		expect(again.error).toMatch(/^etcdtop: [^\n]*one\.db[^\n]*--overwrite[^\n]*\n$/);
		expect(readFileSync(file).equals(bytes)).toBe(true);
		const nowhere = await shell.run('snapshot', 'save', join(folder, 'missing/two.db'), '--yes');
		expect(nowhere.code).toBe(64);
		expect(nowhere.error).toMatch(/^etcdtop: [^\n]*missing[^\n]*\n$/);
	});

	it('moves the leader to a member by name, by id and by URL', async () => {
		const shell = shellOn(shared());
		for (const kind of ['name', 'id', 'url'] as const) {
			const { follower } = await roles(shared());
			const id = (await endpointStatus(ctlOf(shared()))).find(
				({ endpoint }) => endpoint === follower.clientUrl,
			)!.memberId;
			const to = { name: follower.name, id, url: follower.clientUrl }[kind];
			expect(await shell.run('move-leader', '--to', to, '--yes')).toMatchObject({ code: 0, error: '' });
			expect(leaderOf(await endpointStatus(ctlOf(shared())))).toEqual(new Set([id]));
		}
	});

	it('compares the hashes', async () => {
		const shell = shellOn(shared());
		const { code, out } = await shell.run('check', 'hash', '--yes', '-o', 'json');
		expect(code).toBe(0);
		expect(JSON.parse(out)).toMatchObject({ operation: 'check-hash', outcome: { kind: 'done' } });
	});

	it('lists members and alarms as etcdctl does', async () => {
		const shell = shellOn(shared());
		const { code, out } = await shell.run('member', 'list', '-o', 'json');
		expect(code).toBe(0);
		const { members } = JSON.parse(out) as {
			members: { id: string; name: string; isLearner: boolean; peerUrls: string[] }[];
		};
		expect(
			members
				.sort(byId)
				.map(({ id, name, isLearner, peerUrls }) => ({ id, name, isLearner, peerUrls: peerUrls.join() })),
		).toEqual((await listed(shared())).map(({ id, name, isLearner, peerUrls }) => ({ id, name, isLearner, peerUrls })));
		expect(await shell.run('alarm', 'list')).toEqual({ code: 0, out: 'no alarm is raised\n', error: '' });
		expect(await shell.run('alarm', 'disarm', '--yes')).toMatchObject({ code: 0, error: '' });
	});

	it('says of lists what they leave out where endpoints are of two clusters', async () => {
		const stranger = await startFakeEtcd();
		onTestFinished(() => stranger.close());
		const { memberId: id } = healthyStatus;
		const member = { id, name: 'x1', peerUrls: ['http://h:2380'], clientUrls: [stranger.endpoint], isLearner: false };
		stranger.answer('Status', () => ({ messages: [encodeStatus(healthyStatus)] }));
		stranger.answer('MemberList', () => ({ messages: [encodeMemberList(healthyStatus, [member])] }));
		const both = `--endpoints=${shared().endpoints[0]},${stranger.endpoint}`;
		const { code, out, error } = await runPiped(['member', 'list', both], { XDG_STATE_HOME: newFolder() });
		expect(code).toBe(3);
		// Whoever answers first is the one that is meant.
		expect(out).toMatch(/\b[mx]1\b/);
		expect(error).toMatch(/^etcdtop: this is cluster [0-9a-f]+ only: http:\S+ belongs to another one; give [^\n]*\n$/);
	});

	it('answers what does not fit before anything is done', async () => {
		const shell = shellOn(shared());
		for (const args of [
			['defrag', '--member', 'm9'],
			['move-leader', '--to', 'm9'],
			['member', 'remove', 'm9'],
			['snapshot', 'save', '--member', 'm9'],
			['alarm', 'disarm', '--member', 'm9', '--type', 'NOSPACE'],
		]) {
			const { code, error } = await shell.run(...args, '--yes');
			expect({ args, code }).toEqual({ args, code: 64 });
			expect(error).toMatch(/^etcdtop: there is no member m9; the members are m1, m2 and m3\n$/);
		}
		expect(existsSync(shell.journal)).toBe(false);
	});

	it('says that the cluster cannot be read', async () => {
		const nobody = ['--endpoints=http://127.0.0.1:1', '--dial-timeout=1s'];
		for (const args of [
			['compact', '--revision', '1'],
			['defrag', '--cluster'],
			['move-leader', '--to', 'm1'],
			['member', 'list'],
			['alarm', 'list'],
			['alarm', 'disarm'],
		]) {
			const isList = args[1] === 'list';
			const { code, out, error } = await runPiped([...args, ...nobody, ...(isList ? [] : ['--yes'])], {
				XDG_STATE_HOME: newFolder(),
			});
			expect({ args, code, out }).toEqual({ args, code: 3, out: '' });
			expect(error).toMatch(/^etcdtop: [^\n]*connection refused at http:\/\/127\.0\.0\.1:1[^\n]*\n$/);
		}
	});

	it('does nothing where the journal cannot be written, or read-only is in force', async () => {
		const revision = await write(shared(), 'unwritable');
		const args = ['compact', '--revision', String(revision), '--yes'];
		const file = join(newFolder(), 'file');
		writeFileSync(file, '');
		const unwritable = await shellOn(shared(), file).run(...args);
		expect(unwritable.code).toBe(1);
		expect(unwritable.error).toMatch(/^etcdtop: stopped: [^\n]*nothing was done[^\n]*\n$/);
		const readOnly = await shellOn(shared()).run(...args, '--read-only');
		expect(readOnly).toEqual({
			code: 64,
			out: '',
			error: 'etcdtop: compact is not to be had: --read-only leaves out what changes the cluster\n',
		});
		expect(await isCompacted(shared(), 'unwritable', revision - 1n)).toBe(false);
	});

	it('is confirmed with y, and with nothing else', async () => {
		const shell = shellOn(shared());
		const revision = await write(shared(), 'careful');
		const args = ['compact', '--revision', String(revision - 1n)];
		for (const [key, code] of [
			['escape', 1],
			['enter', 1],
			['n', 1],
			['ctrl+c', 130],
		] as const) {
			const left = shell.open(...args);
			await left.see('Consequence', 'y begins, any other key leaves:');
			left.press(key);
			expect({ key, end: await left.ended() }).toEqual({ key, end: { code, signal: null } });
			expect(left.screen()).toContain('not confirmed; nothing was changed');
		}
		expect(await isCompacted(shared(), 'careful', revision - 2n)).toBe(false);
		expect(existsSync(shell.journal)).toBe(false);
		const done = shell.open(...args);
		await done.see('y begins');
		done.press('y');
		expect(await done.ended()).toEqual({ code: 0, signal: null });
		expect(done.screen()).toMatch(/^done: /m);
		expect(await isCompacted(shared(), 'careful', revision - 2n)).toBe(true);
	});

	it('is confirmed with Enter where it is safe, and asks also where standard output is elsewhere', async () => {
		const shell = shellOn(shared());
		const file = join(newFolder(), 'asked.db');
		const left = shell.open('snapshot', 'save', file);
		await left.see('Enter begins, any other key leaves:');
		left.press('q');
		expect(await left.ended()).toEqual({ code: 1, signal: null });
		expect(existsSync(file)).toBe(false);
		const saved = shell.open('snapshot', 'save', file, '-o', 'json');
		await saved.see('Checks', 'Enter begins, any other key leaves:');
		saved.press('enter');
		expect(await saved.ended()).toEqual({ code: 0, signal: null });
		expect(existsSync(file)).toBe(true);
		expect(saved.bytes()).toContain('"operation":"snapshot"');
	});

	it('adds a learner, and removes it once its name is typed', async () => {
		const shell = shellOn(shared());
		await shared().waitHealthy();
		const added = await addMember(shell, 'm4', '--peer-urls', 'http://127.0.0.1:1');
		const { facts } = JSON.parse(added.out).outcome;
		expect(facts.commandLine).toContain('--name');
		expect(facts.commandLine).toContain('m4');
		const learner = (await listed(shared())).find(({ state }) => state === 'unstarted')!;
		expect(learner).toMatchObject({ isLearner: true, peerUrls: 'http://127.0.0.1:1' });
		const remove = ['member', 'remove', learner.id];
		const wrong = shell.open(...remove);
		await wrong.see(/Type \S+ and Enter to begin, Escape leaves:/);
		wrong.press('y', 'enter');
		expect(await wrong.ended()).toEqual({ code: 1, signal: null });
		expect(await listed(shared())).toHaveLength(4);
		const right = shell.open(...remove);
		const screen = await right.see(/Type \S+ and Enter to begin/);
		right.press(/Type (\S+) and Enter/.exec(screen)![1]!, 'enter');
		expect(await right.ended()).toEqual({ code: 0, signal: null });
		expect((await listed(shared())).map(({ name }) => name).sort()).toEqual(['m1', 'm2', 'm3']);
	});

	it('runs one operation at a time, names who is at it, and ends between steps with Ctrl+C', async () => {
		const state = newFolder();
		const first = shellOn(shared(), state);
		const second = shellOn(shared(), state);
		const rolling = await openRolling(first);
		const revision = await write(shared(), 'lock');
		const refused = await second.run('compact', '--revision', String(revision), '--yes');
		expect(refused.code).toBe(1);
		expect(refused.error).toMatch(
			new RegExp(`^etcdtop: stopped: [^\\n]*${rolling.pid}[^\\n]*nothing was done[^\\n]*\\n$`),
		);
		expect(await isCompacted(shared(), 'lock', revision - 1n)).toBe(false);
		rolling.press('ctrl+c');
		expect(await rolling.ended()).toEqual({ code: 2, signal: null });
		expect(rolling.screen()).toMatch(/nothing more is begun/);
		expect(rolling.screen().replaceAll(/\s+/g, ' ')).toContain('stopped: left by the operator');
		expect(await first.told()).toMatchObject([{ title: expect.stringContaining('Defragment'), state: 'stopped' }]);
		expect((await second.run('compact', '--revision', String(revision), '--yes')).code).toBe(0);
	});

	it('tells of an operation whose process was killed, and what is known of it at the next start', async () => {
		const shell = shellOn(shared());
		const rolling = await openRolling(shell);
		process.kill(rolling.pid, 'SIGKILL');
		expect((await rolling.ended()).signal).toBe('SIGKILL');
		expect(await shell.told()).toMatchObject([{ state: 'interrupted', text: '' }]);
		const revision = await write(shared(), 'killed');
		const next = await shell.run('compact', '--revision', String(revision), '--yes');
		expect(next.code).toBe(0);
		expect(next.error).toMatch(/^etcdtop: “Defragment[^\n]*was interrupted: [^\n]+\n$/);
		expect(await shell.told()).toMatchObject([
			{ state: 'interrupted', text: expect.stringMatching(/./) },
			{ state: 'done' },
		]);
	});

	it('ends by itself when its terminal is closed, and writes down how', async () => {
		const shell = shellOn(shared());
		const rolling = await openRolling(shell);
		rolling.hangUp();
		await until(() => rolling.processes().length === 0);
		expect(await shell.told()).toMatchObject([{ state: 'stopped' }]);
	});
});

describe.each(releaseLines)('operations on a single member of etcd %s', line => {
	const shared = sharedCluster(line, { members: 1, quotaBytes: 200_000 });

	it('is refused where nobody could serve meanwhile, unless it is forced, and then asks for the name', async () => {
		const shell = shellOn(shared());
		const args = ['defrag', '--member', 'm1', '--rule', 'dbSize > 0'];
		const refused = await shell.run(...args, '--yes');
		expect(refused.code).toBe(1);
		expect(refused.error).toMatch(/^etcdtop: refused, nothing was changed: [^\n]*--force passes it\n$/);
		expect(existsSync(shell.journal)).toBe(false);
		const forced = shell.open(...args, '--force');
		await forced.see('Type m1 and Enter to begin, Escape leaves:');
		forced.press('m1', 'enter');
		expect(await forced.ended()).toEqual({ code: 0, signal: null });
		expect(await shell.told()).toMatchObject([{ state: 'done', forced: true }]);
		expect((await shell.run(...args, '--force', '--yes')).code).toBe(0);
	});

	it('tells of NOSPACE, and does not disarm it while there is no space', async () => {
		const shell = shellOn(shared());
		const ctl = ctlOf(shared());
		const isFull = (error: Error) => error.message.includes('database space exceeded');
		await until(() => ctl('put', 'filler', 'x'.repeat(4000)).then(() => false, isFull));
		const list = await shell.run('alarm', 'list');
		expect(list).toMatchObject({ code: 0, error: '' });
		expect(list.out).toMatch(/^NOSPACE +m1 +[0-9a-f]+ +its quota was reached/m);
		expect(JSON.parse((await shell.run('alarm', 'list', '-o', 'json')).out).alarms).toMatchObject([
			{ type: 'NOSPACE', name: 'm1', quotaBytes: 200_000 },
		]);
		const { code, error } = await shell.run('alarm', 'disarm', '--yes');
		expect(code).toBe(1);
		expect(error).toMatch(/^etcdtop: refused, nothing was changed: [^\n]+\n$/);
		expect(await ctl('alarm', 'list')).toContain('NOSPACE');
	});
});

describe('a step that the server cannot abort', () => {
	/** A member whose defragmentation does not end. */
	async function endless() {
		const etcd = await startFakeEtcd();
		onTestFinished(() => etcd.close());
		const { memberId: id } = healthyStatus;
		const member = { id, name: 'm1', peerUrls: ['http://h:2380'], clientUrls: [etcd.endpoint], isLearner: false };
		etcd.answer('Status', () => ({ messages: [encodeStatus(healthyStatus)] }));
		etcd.answer('MemberList', () => ({ messages: [encodeMemberList(healthyStatus, [member])] }));
		etcd.answer('Defragment', () => ({ staysOpen: true }));
		return etcd;
	}
	const args = ['defrag', '--member', 'm1', '--rule', 'dbSize > 0', '--force', '--yes'];

	it.each(['table', 'json'])('is followed after Ctrl+C, and left by the second one: %s', async format => {
		const etcd = await endless();
		const environment = { XDG_STATE_HOME: newFolder() };
		const run = runInTerminal([...args, '-o', format, `--endpoints=${etcd.endpoint}`], { environment, columns: 400 });
		await until(() => etcd.calls.includes('Defragment'));
		run.press('ctrl+c');
		await run.see('cannot be stopped any more: it is followed to its end', 'Ctrl+C again leaves at once');
		run.press('ctrl+c');
		expect(await run.ended()).toEqual({ code: 2, signal: null });
		await run.see('etcdtop: not known: left in the middle of “defragment m1”: the server goes on with it');
		if (format === 'json') await run.see('"outcome":{"kind":"unknown"', '"end":"unknown"');
		expect(etcd.calls.filter(call => call === 'Defragment')).toHaveLength(1);
		const { out } = await runPiped(['journal', '-o', 'json'], environment);
		expect(JSON.parse(out).operations).toMatchObject([
			{ state: 'interrupted', forced: true, steps: [{ end: 'running' }, { end: 'waiting' }] },
		]);
	});
});
