import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Load, startLoad } from '../../source/demo/load.ts';
import { builtProgram } from '../support/built.ts';
import { etcdctl } from '../support/programs.ts';
import { type Run, type RunOptions, runInTerminal } from '../support/terminal.ts';
import { sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

/** What the terminal does has nothing to do with etcd's version: one will do. */
const shared = sharedCluster('3.5');
let load: Load;
beforeAll(async () => {
	load = await startLoad({ endpoints: shared().endpoints, writesPerSecond: 50, seed: 7 });
});
afterAll(() => load?.stop());

const endpoints = () => `--endpoints=${shared().endpoints.join()}`;
const isBusy = ['HEALTHY', 'all 3 members serve', /(?:create|update) \w+/] as const;
const open = async (options: RunOptions = {}, ...args: readonly string[]) => {
	const run = runInTerminal([endpoints(), ...args], options);
	await run.see(...isBusy);
	return run;
};
const isSane = { isAlternate: false, isCursorVisible: true, wraps: true };

/** A script in a shell without job control: it reports how the program ended and in which mode it left the terminal. */
function inScript(nodeArgs: readonly string[] = []): RunOptions {
	const words = [process.execPath, ...nodeArgs, builtProgram, endpoints()].map(word => `'${word}'`).join(' ');
	return { program: { file: '/bin/sh', args: ['-c', `${words}; echo "ended with $?"; stty -a`] } };
}
const isCooked = (screen: string) => /(?<!-)\bicanon\b/.test(screen) && /(?<!-)\becho\b/.test(screen);
/** The program is the child of the shell. */
const childOf = (run: Run) =>
	Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(run.pid)], { encoding: 'utf8' }).trim());

describe('ways out', () => {
	it.each([
		['SIGTERM', 143],
		['SIGINT', 130],
		['SIGHUP', 129],
		['SIGQUIT', 131],
	] as const)('%s restores the terminal', async (signal, code) => {
		const run = runInTerminal([], inScript());
		await run.see(...isBusy);
		expect(run.modes()).toEqual({ isAlternate: true, isCursorVisible: false, wraps: false });
		process.kill(childOf(run), signal);
		await run.see(`ended with ${code}`, isCooked);
		await run.ended();
		expect(run.modes()).toEqual(isSane);
	});

	it('a crash restores the terminal and leaves one line', async () => {
		const fuse = 'process.on("SIGUSR2", () => { throw new Error("a fuse of the test") })';
		const run = runInTerminal([], inScript(['--import', `data:text/javascript,${encodeURIComponent(fuse)}`]));
		await run.see(...isBusy);
		process.kill(childOf(run), 'SIGUSR2');
		await run.see('etcdtop: a fault of etcdtop itself: a fuse of the test', '--debug', 'ended with 70', isCooked);
		expect(run.screen()).not.toMatch(/^\s+at /m);
		await run.ended();
		expect(run.modes()).toEqual(isSane);
	});

	it('ends when its terminal is taken away', async () => {
		const run = await open();
		run.hangUp();
		await vi.waitFor(() => expect(run.processes()).toEqual([]), { timeout: 30_000, interval: 20 });
		expect(run.temporaryFiles()).toEqual([]);
	});

	it('ends when its terminal is taken away and SIGHUP is ignored, as under nohup', async () => {
		const run = runInTerminal([], {
			program: {
				file: '/bin/sh',
				args: ['-c', `trap '' HUP; exec '${process.execPath}' '${builtProgram}' '${endpoints()}'`],
			},
		});
		await run.see(...isBusy);
		run.hangUp();
		await vi.waitFor(() => expect(run.processes()).toEqual([]), { timeout: 30_000, interval: 20 });
	});

	it.each(['q', 'ctrl+c'])('%s quits', async key => {
		const run = await open();
		run.press(key);
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(run.modes()).toEqual(isSane);
		expect(run.processes()).toEqual([]);
	});
});

describe('in a shell with jobs', () => {
	it('Ctrl+Z gives the terminal back, fg paints anew', async () => {
		const shell = runInTerminal([], { program: { file: '/bin/bash', args: ['--norc', '--noprofile', '-i'] } });
		await shell.see('shell>');
		shell.press(`'${process.execPath}' '${builtProgram}' '${endpoints()}'`, 'enter');
		await shell.see(...isBusy);
		for (const _ of ['first', 'second']) {
			shell.press('ctrl+z');
			await shell.see('Stopped');
			expect(shell.modes()).toEqual(isSane);
			shell.press('clear; stty -a; echo in-$((20+3))', 'enter');
			await shell.see('in-23', isCooked);
			shell.press('clear; fg', 'enter');
			await shell.see(...isBusy);
			expect(shell.modes()).toEqual({ isAlternate: true, isCursorVisible: false, wraps: false });
			// A key is heard without Enter.
			shell.press('?');
			await shell.see('Help', 'next pane');
			shell.press('escape');
			// A key right behind Escape would be one with Alt.
			await shell.seeGone('next pane');
			await shell.see(...isBusy);
		}
		shell.press('q');
		await shell.see('shell>');
		await shell.seeGone('HEALTHY');
		shell.press('exit', 'enter');
		await shell.ended();
	});
});

describe('the size', () => {
	it('may change in a storm while the cluster is busy', async () => {
		const run = await open();
		for (let round = 0; round < 3; round++)
			for (const [columns, rows] of [
				[20, 5],
				[300, 100],
				[60, 15],
				[80, 24],
				[1, 1],
				[200, 50],
				[61, 16],
			] as const)
				run.resize(columns, rows);
		run.resize(20, 5);
		await run.see(/etcdtop needs 60x15/);
		run.resize(300, 100);
		await run.see(...isBusy, 'Leader changes', 'Disk latency', 'q quit');
		run.resize(59, 15);
		await run.see('etcdtop needs 60x15; this is 59x15');
		run.resize(60, 15);
		await run.see('HEALTHY', /m3 .* serving/, 'q quit');
		run.resize(120, 40);
		const screen = await run.see(...isBusy, '╭ Findings', 'q quit');
		// Nothing of another size is left: every framed row ends in the last column.
		for (const row of screen.split('\n').filter(text => /^[┃│╭┏╰┗]/.test(text))) expect(row).toMatch(/[┃│╮┓╯┛]$/);
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
	});
});

describe('what the terminal can show', () => {
	it.each([
		['NO_COLOR', { NO_COLOR: '1' }, []],
		['--no-color', {}, ['--no-color']],
		['a terminal without colours', { TERM: 'vt100' }, []],
	] as const)('%s: no colours', async (_, environment, args) => {
		const run = await open({ environment }, ...args);
		expect(run.hasColour()).toBe(false);
		// What colours tell is told by signs and words too.
		expect(run.screen()).toMatch(/✓ HEALTHY/);
	});

	it('colours otherwise', async () => {
		expect((await open()).hasColour()).toBe(true);
		expect((await open({ environment: { TERM: 'linux' } })).hasColour()).toBe(true);
	});

	it.each([
		['LANG=C', { LANG: 'C' }, []],
		['LC_ALL=POSIX', { LC_ALL: 'POSIX' }, []],
		['--ascii', {}, ['--ascii']],
	] as const)('%s: ASCII alone', async (_, environment, args) => {
		const run = await open({ environment }, ...args);
		await etcdctl(shared().binaries, shared().endpoints[0]!)('put', '/registry/pods/default/配置-é', 'x');
		run.press('/', '配');
		await run.see('filter: ');
		run.press('escape');
		await run.seeGone('filter: ');
		run.press('q');
		await run.ended();
		if (!args.includes('--ascii' as never)) expect(run.bytes()).not.toMatch(/[^\x00-\x7f]/);
		expect(run.bytes()).not.toMatch(/[╭│━┃▁-█✓★●…–]/);
	});
});

describe('keys', () => {
	const focused = (screen: string) => /┏ ([A-Z][\w ]+?) ━/.exec(screen)?.[1];

	it('Tab goes round the panes, Enter zooms, Escape goes back', async () => {
		const run = await open();
		for (const pane of ['Database against quota', 'Disk latency', 'Leader changes', 'Findings', 'Watch', 'Members']) {
			run.press('tab');
			await run.see(screen => focused(screen) === pane);
		}
		run.press('shift+tab');
		await run.see(screen => focused(screen) === 'Watch');
		run.press('enter');
		await run.seeGone('Members', 'Disk latency');
		await run.see(screen => screen.split('\n').filter(text => /(?:create|update|delete) /.test(text)).length > 20);
		run.press('enter');
		await run.see('Members', 'Disk latency');
		run.press('enter');
		await run.seeGone('Members');
		run.press('escape');
		await run.see('Members');
	});

	it('j and k choose a member, for whom the other panes then speak', async () => {
		const run = await open();
		await run.see(/Disk latency ─+ all members/);
		run.press('j', 'j');
		await run.see(/Disk latency ─+ m2 /, 'WAL fsync m2 p99');
		run.press('k');
		await run.see(/Disk latency ─+ m1 /);
		run.press('up');
		await run.see(/Disk latency ─+ all members/);
		run.press('down', 'down', 'down', 'escape');
		await run.see(/Disk latency ─+ all members/);
	});

	it('/ filters, n hides the noise, Space pauses', async () => {
		const ctl = etcdctl(shared().binaries, shared().endpoints[0]!);
		const run = await open({ columns: 160 });
		run.press('/', ...'needle');
		await run.see('filter: needle');
		run.press('enter');
		await run.see('filter "needle"');
		await ctl('put', '/registry/secrets/default/needle-1', 'x');
		await run.see(/create secrets +default\/needle-1/);
		const changes = (screen: string) =>
			screen.split('\n').filter(text => /[│┃] [\d:]+ (?:create|update|delete) /.test(text));
		expect(changes(run.screen())).toHaveLength(1);
		run.press('escape');
		await run.see(screen => changes(screen).length > 3);

		run.press('n');
		await run.see(
			'leases and events hidden',
			screen => !changes(screen).some(text => /(?:update|create) (?:events|leases) /.test(text)),
		);
		run.press('n');
		await run.seeGone('leases and events hidden');

		run.press('space');
		await run.see('PAUSED');
		await ctl('put', '/registry/secrets/default/while-paused', 'x');
		const revision = () => /revision ([\d,]+)/.exec(run.screen())?.[1];
		const before = revision();
		await run.see(/PAUSED [2-9]s ago/);
		expect(revision()).toBe(before);
		expect(run.screen()).not.toContain('while-paused');
		run.press('space', '/', ...'while-paused', 'enter');
		await run.see(/create secrets +default\/while-paused/, 'live');
	});

	it('? shows every key', async () => {
		const run = await open({ rows: 50 });
		run.press('?');
		await run.see('Help', 'next pane', 'filter the watch by text', 'pause the screen', 'suspend');
		run.press('?');
		await run.seeGone('filter the watch by text');
	});
});
