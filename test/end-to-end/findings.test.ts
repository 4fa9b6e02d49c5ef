import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { gateway } from '../operations/writing.ts';
import { etcdctl, runPiped } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';
import { sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

/** One member: whatever it raises, its leader is steady. */
const shared = sharedCluster('3.5', { members: 1 });
let folder: string;
let memberId: string;

const endpoints = () => `--endpoints=${shared().endpoints.join()}`;
const ctl = () => etcdctl(shared().binaries, shared().endpoints.join());
/** As a member does it that has reached its quota; the gateway takes decimal ids only. */
const alarm = (action: 'ACTIVATE' | 'DEACTIVATE') =>
	gateway(shared().endpoints[0]!, 'maintenance/alarm', {
		action,
		memberID: BigInt(`0x${memberId}`).toString(),
		alarm: 'NOSPACE',
	});

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'etcdtop-findings-'));
	memberId = (await ctl()('member', 'list')).split(',')[0]!;
});
afterEach(async () => void (await alarm('DEACTIVATE')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const titles = (bytes: string) => [...bytes.matchAll(/\x1b\]2;(.*?)\x1b\\/g)].map(([, title]) => title);
const bells = (bytes: string) => bytes.split('\x07').length - 1;
const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []);
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** A program that writes down what it is told. */
function listener(name: string): { readonly command: string; readonly log: string } {
	const log = join(folder, `${name} log`);
	const program = join(folder, `${name}.mjs`);
	writeFileSync(
		program,
		"import { appendFileSync, readFileSync } from 'node:fs';\nappendFileSync(process.argv[2], readFileSync(0));\nconsole.log('NOISE');\n",
	);
	return { command: `'${process.execPath}' ${program} "${log}"`, log };
}

describe('a critical finding', () => {
	it('rings the bell, is in the title, and is told to a program', async () => {
		const { command, log } = listener('monitor');
		const run = runInTerminal([endpoints(), '--notify', command]);
		await run.see('HEALTHY', 'nothing is wrong', 'alarm');
		await eventually(() => expect(titles(run.bytes()).at(-1)).toMatch(/^etcdtop: HEALTHY its one member serves/));
		expect(bells(run.bytes())).toBe(0);
		await alarm('ACTIVATE');
		await run.see('CRITICAL  NOSPACE', 'press a: recover from NOSPACE', /✗ NOSPACE: writes are refused/, '1 critical');
		await eventually(() => expect(titles(run.bytes()).at(-1)).toBe('etcdtop: CRITICAL NOSPACE: writes are refused'));
		await eventually(() => expect(linesOf(log)).toHaveLength(1));
		expect(JSON.parse(linesOf(log)[0]!)).toMatchObject({
			version: 1,
			time: expect.stringMatching(/Z$/),
			clusterId: expect.stringMatching(/^[0-9a-f]+$/),
			health: 'critical',
			rule: 'nospace',
			severity: 'critical',
			member: memberId,
			title: 'NOSPACE: writes are refused',
			reasoning: expect.any(Array),
			remedy: { operation: 'recover-space', member: null },
		});
		expect(bells(run.bytes())).toBe(1);
		await alarm('DEACTIVATE');
		await run.see('HEALTHY');
		await eventually(() => expect(titles(run.bytes()).at(-1)).toMatch(/HEALTHY/));
		// Within a minute it is the same one.
		await alarm('ACTIVATE');
		await run.see('CRITICAL  NOSPACE', '2x');
		expect([bells(run.bytes()), linesOf(log).length]).toEqual([1, 1]);
		expect(run.bytes()).not.toContain('NOISE');
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(run.bytes()).toMatch(/\x1b\[22;2t[\s\S]*\x1b\[23;2t/);
	});

	it('is quiet where that is wanted, opens by Enter, and leads to what helps', async () => {
		const run = runInTerminal([endpoints(), '--no-bell', '--no-title']);
		await run.see('HEALTHY');
		await alarm('ACTIVATE');
		await run.see('CRITICAL  NOSPACE');
		run.press('f', 'enter');
		await run.see('┏ NOSPACE: writes are refused', 'Evidence', 'Advice', 'press a or Enter: Recover from NOSPACE');
		run.press('enter');
		await run.see('┏ Recover from NOSPACE');
		run.press('escape');
		await run.seeGone('┏ Recover from NOSPACE');
		run.press('q');
		await run.ended();
		expect(run.bytes()).not.toMatch(/\x07|\x1b\]2;|\x1b\[2[23];2t/);
	});

	it('is spoken when it comes and when it is over', async () => {
		const run = runInTerminal([endpoints(), '--screen-reader'], { columns: 200, rows: 60 });
		await run.see(/cluster healthy/);
		await alarm('ACTIVATE');
		await run.see(/critical: NOSPACE: writes are refused\. .*Advice: /);
		expect(bells(run.bytes())).toBe(1);
		await alarm('DEACTIVATE');
		await run.see('no longer: NOSPACE: writes are refused');
		run.press('ctrl+c');
		expect((await run.ended()).code).toBe(0);
	});

	it('fails a script whatever fails it', async () => {
		await alarm('ACTIVATE');
		for (const args of [[], ['--fail-on', 'critical'], ['-o', 'json']])
			expect((await runPiped(['status', endpoints(), ...args])).code).toBe(2);
		const { out } = await runPiped(['status', endpoints(), '-o', 'tmux']);
		expect(out).toContain('etcd CRITICAL NOSPACE: writes are refused');
		const json = JSON.parse((await runPiped(['status', endpoints(), '-o', 'json'])).out);
		expect(json.findings[0]).toMatchObject({
			rule: 'nospace',
			reasoning: expect.any(Array),
			remedy: { operation: 'recover-space', member: null },
		});
	});
});

describe('a program that cannot be told', () => {
	it('is a usage error where its quotes are wrong', async () => {
		const { code, error } = await runPiped([endpoints(), '--notify', "page 'on call"]);
		expect([code, error]).toEqual([64, expect.stringContaining('a quote is not closed')]);
	});

	it('is one line at the bottom of the screen', async () => {
		const run = runInTerminal([endpoints(), '--notify', join(folder, 'nothing')]);
		await run.see('HEALTHY');
		await alarm('ACTIVATE');
		await run.see(/--notify .*nothing: it could not be started: there is no such program/);
		run.press('q');
		await run.ended();
	});
});
