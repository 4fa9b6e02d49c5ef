import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { holderText } from '../../source/journal/holder.ts';
import { type Lock, lockPath, takeLock } from '../../source/journal/lock.ts';
import { ownMark } from '../../source/journal/process-mark.ts';
import { JournalError } from '../../source/journal/types.ts';

/** One taker, which has to wait for its turn before each access to the disk. */
class Taker {
	#go: (() => void) | null = null;
	#arrived = Promise.withResolvers<void>();

	/** Called by the taker. */
	async turn(): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#go = resolve;
		this.#arrived.resolve();
		await promise;
	}

	/** Called by the play: lets it go on to its next access, or its end. False where it has ended. */
	async goOn(): Promise<boolean> {
		await this.#arrived.promise;
		const go = this.#go;
		if (go === null) return false;
		this.#go = null;
		this.#arrived = Promise.withResolvers();
		go();
		await this.#arrived.promise;
		return true;
	}

	end(): void {
		this.#arrived.resolve();
	}
}

const takers = new AsyncLocalStorage<Taker>();

vi.mock('node:fs/promises', async original => {
	const real = await original<typeof FileSystem>();
	const accesses = ['link', 'open', 'readFile', 'readdir', 'rename', 'stat', 'unlink'] as const;
	const gated = accesses.map(name => {
		const access = real[name] as (...parameters: unknown[]) => Promise<unknown>;
		return [
			name,
			async (...parameters: unknown[]) => {
				await takers.getStore()?.turn();
				return access(...parameters);
			},
		];
	});
	return { ...real, ...Object.fromEntries(gated) };
});

const mark = ownMark('control-1');
/** Of a process that cannot be: the system's numbers end before. */
const goneMark = { ...mark, pid: 2 ** 22 + 7, start: null };

const holderOf = (token: string, process = mark) => ({ token, title: 'x', timeMs: 1, user: 'u', process });

function begin(work: () => Promise<void>): Taker & { readonly over: Promise<void> } {
	const taker = new Taker();
	const over = takers.run(taker, work).finally(() => taker.end());
	return Object.assign(taker, { over });
}

/** What a taker leaves that is killed after so many accesses. */
async function killedAfter(accesses: number, folder: string, token: string): Promise<void> {
	const taker = begin(async () => {
		await takeLock(folder, holderOf(token, goneMark));
	});
	taker.over.catch(() => {});
	for (let done = 0; done < accesses && (await taker.goOn()); done++);
}

type Conduct = 'gives it back' | 'keeps it';
type Burst = { readonly who: number; readonly accesses: number };

/** Everybody goes on in bursts, and in the end one after the other. */
async function playOut(all: readonly Taker[], bursts: readonly Burst[]): Promise<void> {
	for (const { who, accesses } of bursts) {
		const taker = all[who % all.length]!;
		for (let done = 0; done < accesses && (await taker.goOn()); done++);
	}
	for (const taker of all) while (await taker.goOn());
}

const isHeld = (error: unknown) => error instanceof JournalError && error.what.includes('is under way');

describe('takers that come between each other’s accesses to the disk', () => {
	it('never have the lock both, and one of them gets it, whatever killed ones have left', async () => {
		const conducts = fc.array(fc.constantFrom<Conduct>('gives it back', 'keeps it'), { minLength: 2, maxLength: 4 });
		const bursts = fc.array(fc.record({ who: fc.nat(3), accesses: fc.integer({ min: 1, max: 16 }) }), {
			maxLength: 24,
		});
		const kills = fc.array(fc.nat(16), { maxLength: 3 });
		const property = fc.asyncProperty(conducts, bursts, kills, async (lives, order, killed) => {
			const folder = mkdtempSync(join(tmpdir(), 'etcdtop-lock-'));
			const kept: Lock[] = [];
			const atExit = process.listeners('exit');
			try {
				writeFileSync(lockPath(folder), holderText(holderOf('first', goneMark)));
				for (const [index, accesses] of killed.entries()) await killedAfter(accesses, folder, `killed-${index}`);
				const inside = new Set<string>();
				let taken = 0;
				const take = async (conduct: Conduct, token: string) => {
					const lock = await takeLock(folder, holderOf(token)).catch(error => {
						if (isHeld(error)) return null;
						throw error;
					});
					if (lock === null) return;
					taken++;
					kept.push(lock);
					inside.add(token);
					expect([...inside]).toEqual([token]);
					if (conduct === 'keeps it') return;
					await takers.getStore()!.turn();
					inside.delete(token);
					await lock.release();
				};
				const all = lives.map((conduct, index) => begin(() => take(conduct, `taker-${index}`)));
				const over = Promise.all(all.map(each => each.over));
				over.catch(() => {});
				await playOut(all, order);
				await over;
				expect(taken).toBeGreaterThan(0);
			} finally {
				for (const lock of kept) await lock.release();
				// Killed takers that had it already would give it back when this process ends.
				for (const each of process.listeners('exit')) if (!atExit.includes(each)) process.off('exit', each);
				rmSync(folder, { recursive: true, force: true });
			}
		});
		await fc.assert(property, { numRuns: 150 });
	});
});
