import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { text, written } from './emulator.ts';
import { isAlternate, linesOf, type Pty, seen, startPty } from './pty.ts';

const program = join(import.meta.dirname, 'fixtures/program.ts');
let folder: string;
let log: string;
const started: Pty[] = [];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'etcdtop-session-'));
	log = join(folder, 'log');
	writeFileSync(log, '');
});

afterEach(async () => {
	for (const pty of started.splice(0)) {
		try {
			pty.process.kill('SIGKILL');
		} catch {
			// It has ended already.
		}
		await pty.exited;
	}
	rmSync(folder, { recursive: true });
});

function start(...args: string[]): Pty {
	const pty = startPty(process.execPath, [program, log, ...args]);
	started.push(pty);
	return pty;
}

const isCounting = (screen: string) => /size 60x12\nkey \S+\ncount [1-9]/.test(screen);
const ticks = () => linesOf(log).filter(line => line.startsWith('tick')).length;

/** What every way out owes the terminal, each once. */
function expectRestored(pty: Pty): void {
	const bytes = pty.bytes();
	for (const sequence of ['\x1b[?1049l', '\x1b[?25h', '\x1b[?7h', '\x1b[?2004l']) {
		expect(bytes.split(sequence)).toHaveLength(2);
		expect(bytes.lastIndexOf(sequence)).toBeGreaterThan(bytes.lastIndexOf('\x1b[?1049h'));
	}
	expect(isAlternate(pty)).toBe(false);
}

describe('a session in a terminal', { timeout: 60_000 }, () => {
	it('takes the alternate screen and gives it back on quitting', async () => {
		const pty = start();
		await seen(pty, isCounting);
		expect(isAlternate(pty)).toBe(true);
		pty.process.write('q');
		expect((await pty.exited).exitCode).toBe(0);
		expectRestored(pty);
		expect(text(pty.terminal).join('').trim()).toBe('');
	});

	it.each([
		['SIGTERM', 143],
		['SIGINT', 130],
		['SIGHUP', 129],
	] as const)('restores the terminal on %s', async (signal, code) => {
		const pty = start();
		await seen(pty, isCounting);
		process.kill(pty.process.pid, signal);
		expect((await pty.exited).exitCode).toBe(code);
		expectRestored(pty);
		expect(linesOf(log)).toContain('ended signal');
	});

	it.each([
		['an uncaught exception', 'x', 'fixture: thrown in a timer'],
		['an unhandled rejection', 'r', 'fixture: rejected'],
		['a fault while drawing', 'b', 'fixture: thrown while drawing'],
	])('restores the terminal after %s and says one line', async (_, key, message) => {
		const pty = start();
		await seen(pty, isCounting);
		pty.process.write(key);
		expect((await pty.exited).exitCode).toBe(70);
		expectRestored(pty);
		expect(text(pty.terminal).join('\n').trim()).toBe(message);
	});

	it('restores the terminal when something calls process.exit', async () => {
		const pty = start();
		await seen(pty, isCounting);
		pty.process.write('e');
		expect((await pty.exited).exitCode).toBe(3);
		expectRestored(pty);
	});

	it('puts the title of before by, and takes it up again once, on suspending too', async () => {
		const pty = start('--titles');
		const titles: string[] = [];
		let bells = 0;
		pty.terminal.onTitleChange(title => titles.push(title));
		pty.terminal.onBell(() => bells++);
		await vi.waitFor(() => expect(titles.at(-1)).toBe('title 3'), { timeout: 15_000, interval: 10 });
		// No shell could continue it: it goes on at once.
		pty.process.write('\x1a');
		await vi.waitFor(() => expect(pty.bytes().split('\x1b[22;2t')).toHaveLength(3), { timeout: 15_000, interval: 10 });
		await vi.waitFor(() => expect(pty.bytes().split('\x1b]2;title 3')).toHaveLength(3), {
			timeout: 15_000,
			interval: 10,
		});
		pty.process.write('q');
		expect((await pty.exited).exitCode).toBe(0);
		expect(isAlternate(pty)).toBe(false);
		expect(bells).toBe(1);
		expect(pty.bytes().split('\x1b[23;2t')).toHaveLength(3);
		expect(pty.bytes().lastIndexOf('\x1b[23;2t')).toBeGreaterThan(pty.bytes().lastIndexOf('\x1b]2;'));
		expect(pty.bytes().indexOf('\x1b[22;2t')).toBeLessThan(pty.bytes().indexOf('\x1b]2;'));
	});

	it('leaves titles alone where none is set', async () => {
		const pty = start();
		await seen(pty, isCounting);
		pty.process.write('q');
		await pty.exited;
		expect(pty.bytes()).not.toMatch(/\x1b\[2[23];2t|\x1b\]2;/);
	});

	it('ends although the clean-up does not', async () => {
		const pty = start();
		await seen(pty, isCounting);
		pty.process.write('k');
		await seen(pty, screen => screen.includes('key k'));
		process.kill(pty.process.pid, 'SIGTERM');
		expect((await pty.exited).exitCode).toBe(143);
	});

	it('holds back what others print until the screen is left', async () => {
		const pty = start();
		await seen(pty, isCounting);
		pty.process.write('p');
		await seen(pty, screen => screen.includes('key p'));
		expect(pty.bytes()).not.toContain('printed by a library');
		pty.process.write('q');
		await pty.exited;
		expect(text(pty.terminal).join('\n').trim()).toBe('printed by a library');
	});

	it('draws once for a storm of resizes, at the last size', async () => {
		const pty = start();
		await seen(pty, isCounting);
		for (let columns = 50; columns <= 90; columns++) {
			pty.terminal.resize(columns, 20);
			pty.process.resize(columns, 20);
		}
		await seen(pty, screen => screen.startsWith('size 90x20\n'));
		pty.process.write('q');
		await pty.exited;
		const drawn = pty.bytes().match(/size \d+x\d+/g);
		expect(drawn!.at(-1)).toBe('size 90x20');
		expect(drawn!.length).toBeLessThan(10);
	});

	it('keeps ticking while the terminal does not read, and shows the newest frame when it does', async () => {
		const pty = start('--flood');
		await seen(pty, isCounting);
		pty.process.pause();
		const before = ticks();
		// Far more frames than the kernel's buffer of a terminal holds.
		await vi.waitFor(() => expect(ticks()).toBeGreaterThan(before + 200), { timeout: 30_000 });
		const stalledAt = ticks();
		pty.process.resume();
		await seen(pty, screen => Number(/count (\d+)/.exec(screen)?.[1]) >= stalledAt);
		expect(pty.bytes().match(/count/g)?.length ?? 0).toBeLessThan(stalledAt);
	});

	it('ends although the terminal does not read', async () => {
		const pty = start('--flood');
		await seen(pty, isCounting);
		pty.process.pause();
		const before = ticks();
		await vi.waitFor(() => expect(ticks()).toBeGreaterThan(before + 100), { timeout: 30_000 });
		process.kill(pty.process.pid, 'SIGTERM');
		await vi.waitFor(() => expect(() => process.kill(pty.process.pid, 0)).toThrow(), { timeout: 10_000 });
		pty.process.resume();
	});

	it('ends when the connection is gone', async () => {
		const pty = start();
		await seen(pty, isCounting);
		const { pid } = pty.process;
		// Closes the other end of the terminal, as sshd does.
		(pty.process as unknown as { destroy(): void }).destroy();
		await vi.waitFor(() => expect(linesOf(log).some(line => line.startsWith('ended'))).toBe(true), { timeout: 10_000 });
		await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 10_000 });
	});
});

describe('Ctrl+Z in a shell', { timeout: 60_000 }, () => {
	it('gives the terminal back, and paints anew after fg', async () => {
		const shell = startPty('/bin/bash', ['--norc', '--noprofile', '-i']);
		started.push(shell);
		await seen(shell, screen => screen.includes('shell>'));
		shell.process.write(`${process.execPath} ${program} ${log}\r`);
		await seen(shell, isCounting);
		for (let round = 0; round < 2; round++) {
			shell.process.write('\x1a');
			await seen(shell, screen => screen.includes('Stopped'));
			expect(isAlternate(shell)).toBe(false);
			const stopped = ticks();
			// Typed text appears: the shell has the terminal in its own mode.
			shell.process.write('echo in-$((20+3))\r');
			await seen(shell, screen => screen.includes('\nin-23'));
			expect(ticks()).toBe(stopped);
			shell.process.write('clear; fg\r');
			await seen(shell, isCounting);
			expect(isAlternate(shell)).toBe(true);
			// Raw mode is back: a key is heard without Enter.
			shell.process.write('w');
			await seen(shell, screen => screen.includes('key w'));
		}
		shell.process.write('q');
		await seen(shell, screen => screen.includes('shell>') && !screen.includes('count'));
	});

	it('takes the terminal again after a stop that it did not hear of', async () => {
		const pty = start();
		await seen(pty, isCounting);
		process.kill(pty.process.pid, 'SIGSTOP');
		await vi.waitFor(() => expect(readFileSync(`/proc/${pty.process.pid}/stat`, 'utf8')).toMatch(/\) T /));
		// What a shell does with a terminal that it gets back.
		execFileSync('stty', ['-F', readlinkSync(`/proc/${pty.process.pid}/fd/0`), 'sane']);
		await written(pty.terminal, '\x1b[2Jwritten over by something else');
		process.kill(pty.process.pid, 'SIGCONT');
		await seen(pty, screen => isCounting(screen) && !screen.includes('written over'));
		pty.process.write('w');
		await seen(pty, screen => screen.includes('key w'));
	});

	it('goes on where no shell could continue it', async () => {
		const pty = start();
		await seen(pty, isCounting);
		pty.process.write('\x1a');
		await seen(pty, screen => isCounting(screen) && screen.includes('key ctrl+z'));
		pty.process.write('w');
		await seen(pty, screen => screen.includes('key w'));
	});
});
