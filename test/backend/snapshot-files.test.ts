import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSnapshotFiles } from '../../source/backend/snapshot-files.ts';
import { nameOf, partsOf } from '../../source/operations/snapshot-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { left, smallDisk, streamOf, sumOf, writeAll } from './database.ts';

const name = nameOf('c1', Date.UTC(2026, 10, 21, 3, 12, 45));

/** The stream arrives, and what comes of it. */
async function saved(folder: string, bytes: Uint8Array, { overwrite = false, chunkBytes = 32 * 1024 } = {}) {
	const writer = await createSnapshotFiles(folder).create(join(folder, name), overwrite);
	try {
		await writeAll(writer, bytes, chunkBytes);
		return await writer.finish();
	} finally {
		await writer.discard();
	}
}

/** A disk on which one function of a file does something else. */
const faultyOpen = (fault: Partial<FileHandle>): typeof open =>
	(async (...given: Parameters<typeof open>) => Object.assign(await open(...given), fault)) as typeof open;

const throwing = (code: string) => async () => {
	throw Object.assign(new Error(code), { code });
};

describe('a path', () => {
	it('is a name in the current folder, in a folder that is given, or a file', async () => {
		const folder = temporaryFolder();
		const files = createSnapshotFiles(folder);
		mkdirSync(join(folder, 'backups'));
		const resolved = async (path: string | null) => (await files.resolve(path, name, false)).file;
		expect(await resolved(null)).toBe(join(folder, name));
		expect(await resolved('.')).toBe(join(folder, name));
		expect(await resolved('backups')).toBe(join(folder, 'backups', name));
		expect(await resolved(`${folder}/backups/`)).toBe(join(folder, 'backups', name));
		expect(await resolved('backups/mine.db')).toBe(join(folder, 'backups', 'mine.db'));
		expect(await files.resolve('backups/mine.db', name, false)).toMatchObject({ replacedBytes: null });
	});

	it('is refused in one line where nothing can be written', async context => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, 'file'), 'x');
		symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
		const readOnly = smallDisk(context, 'ro,size=1m');
		const files = createSnapshotFiles(folder);
		const refusal = (path: string) =>
			files.resolve(path, name, false).catch(error => `${error.name}: ${error.message}`);
		expect(await refusal('file')).toBe(
			`Refused: ${folder}/file exists; give another name, or --overwrite to replace it`,
		);
		expect(await refusal('missing/a.db')).toBe(
			`Refused: there is no folder ${folder}/missing; make it first, or give another one`,
		);
		expect(await refusal('missing/')).toContain('there is no folder');
		expect(await refusal('file/a.db')).toContain('Refused: ');
		expect(await refusal('file/a.db')).toContain('a part of the path is not a folder; check the path');
		expect(await refusal('link')).toContain('is a symbolic link');
		expect(await refusal('')).toContain('that is no path');
		expect(await refusal('a\0b')).toContain('that is no path');
		expect(await refusal('/dev/full')).toContain('is not a plain file');
		expect(await refusal(`${'long'.repeat(80)}/a.db`)).toContain('the name is too long; give a shorter one');
		expect(await refusal(readOnly)).toContain('the file system is read-only; give another folder');
		expect(await refusal('no\u001b[31mred/a.db')).toContain('\\x1b[31mred');
	});

	it('tells the size of the file that it would overwrite', async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, 'old.db'), 'twelve bytes');
		const target = await createSnapshotFiles(folder).resolve('old.db', name, true);
		expect(target).toEqual({ file: join(folder, 'old.db'), replacedBytes: 12 });
	});

	it('tells how much is free, and nothing where nobody knows', async context => {
		const disk = smallDisk(context, 'size=4m');
		const files = createSnapshotFiles('/');
		expect(await files.freeBytes(join(disk, name))).toBe(4 * 1024 * 1024);
		expect(await files.freeBytes('/missing/folder/a.db')).toBeNull();
	});
});

describe('a snapshot on the disk', () => {
	it('is what came, however it was cut, readable by one user, and nothing else is left', async () => {
		const folder = temporaryFolder();
		const lengths = fc.record({
			sectors: fc.integer({ min: 1, max: 3000 }),
			chunk: fc.integer({ min: 7, max: 700_000 }),
		});
		await fc.assert(
			fc.asyncProperty(lengths, async ({ sectors, chunk }) => {
				const bytes = streamOf(sectors);
				const { sizeBytes, sha256, isPrivate } = await saved(folder, bytes, { overwrite: true, chunkBytes: chunk });
				expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
				expect({ sizeBytes, sha256, isPrivate }).toEqual({
					sizeBytes: bytes.length,
					sha256: sumOf(bytes),
					isPrivate: true,
				});
				expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
				expect(left(folder)).toEqual([name]);
			}),
			{ numRuns: 30 },
		);
	});

	it('is not there when its sum does not fit, or the stream ended early', async () => {
		const folder = temporaryFolder();
		const bytes = streamOf(2000);
		const torn = [0, 1, 31, 32, 511, 600_000, bytes.length - 32, bytes.length - 1];
		for (const length of torn)
			await expect(saved(folder, bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(
				/the stream ended after [\d,]+ bytes, before its SHA-256 came|is not the one/,
			);
		for (const at of [0, 512_000, bytes.length - 1]) {
			const damaged = Buffer.from(bytes);
			damaged[at]! ^= 1;
			await expect(saved(folder, damaged)).rejects.toThrow('is not the one that the member sent');
		}
		expect(left(folder)).toEqual([]);
	});

	it('replaces another only when it is whole, and only where that was asked for', async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, name), 'the old one');
		const bytes = streamOf(10);
		await expect(saved(folder, bytes)).rejects.toThrow('it has come to be meanwhile');
		await expect(saved(folder, bytes.subarray(1), { overwrite: true })).rejects.toThrow('SHA-256');
		expect(readFileSync(join(folder, name), 'utf8')).toBe('the old one');
		expect(left(folder)).toEqual([name]);
		await saved(folder, bytes, { overwrite: true });
		expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
		expect(left(folder)).toEqual([name]);
	});

	it('leaves the part of another run alone, and tells of it', async () => {
		const folder = temporaryFolder();
		const part = `${name}.part`;
		writeFileSync(join(folder, part), 'of a run that was killed');
		writeFileSync(join(folder, 'notes.part'), 'of another program');
		const files = createSnapshotFiles(folder);
		await saved(folder, streamOf(10));
		expect(readFileSync(join(folder, part), 'utf8')).toBe('of a run that was killed');
		expect(left(folder)).toEqual([name, part, 'notes.part']);
		expect(await files.leftovers(join(folder, 'other.db'))).toEqual([{ file: join(folder, part), sizeBytes: 24 }]);
	});

	it('is gone without a trace when it is given up', async () => {
		const folder = temporaryFolder();
		const writer = await createSnapshotFiles(folder).create(join(folder, name), false);
		await writeAll(writer, streamOf(3000));
		expect(left(folder)).toEqual([`${name}.part`]);
		await writer.discard();
		await writer.discard();
		expect(left(folder)).toEqual([]);
	});
});

describe('a disk that fails', () => {
	it('fills up: nothing is left, and one line says so', async context => {
		const disk = smallDisk(context, 'size=1m');
		const failure = await saved(disk, streamOf(8000)).catch(error => error);
		expect(failure.message).toBe(`${disk}/${name}.part: no space left on the disk`);
		expect(failure.advice).toBe('make room there, or give a folder on another disk');
		expect(left(disk)).toEqual([]);
	});

	it('has no room for the first byte (/dev/full)', async () => {
		const folder = temporaryFolder();
		const full = (async (_path, flags) => open('/dev/full', String(flags).replace('x', ''))) as typeof open;
		const writer = await createSnapshotFiles(folder, full).create(join(folder, name), false);
		await expect(writeAll(writer, streamOf(8000))).rejects.toThrow('no space left on the disk');
		await writer.discard();
		expect(left(folder)).toEqual([]);
	});

	it.each([
		['sync', 'ENOSPC', 'no space left on the disk'],
		['sync', 'EIO', 'the disk reports an error'],
		['datasync', 'EDQUOT', 'the disk quota of this user is used up'],
		['stat', 'ESTALE', 'the network file system has lost it'],
	] as const)('refuses %s with %s', async (call, code, words) => {
		const folder = temporaryFolder();
		const files = createSnapshotFiles(folder, faultyOpen({ [call]: throwing(code) }));
		const writer = await files.create(join(folder, name), false);
		const work = writeAll(writer, streamOf(70_000)).then(() => writer.finish());
		await expect(work).rejects.toThrow(words);
		await writer.discard();
		expect(left(folder)).toEqual([]);
	});

	it('loses bytes without a word', async () => {
		const folder = temporaryFolder();
		const lossy: Partial<FileHandle> = {
			write: (async (bytes: Uint8Array, at: number) => ({ bytesWritten: bytes.length - at, buffer: bytes })) as never,
		};
		const writer = await createSnapshotFiles(folder, faultyOpen(lossy)).create(join(folder, name), false);
		await writeAll(writer, streamOf(10));
		await expect(writer.finish()).rejects.toThrow('5,152 bytes were written, but the disk holds 0');
		expect(left(folder)).toEqual([]);
	});

	it('does not let a part be made', async context => {
		const folder = temporaryFolder();
		try {
			execFileSync('chattr', ['+i', folder], { stdio: 'pipe' });
		} catch {
			context.skip('no folder can be made immutable here');
		}
		try {
			const files = createSnapshotFiles(folder);
			await expect(files.resolve(null, name, false)).rejects.toThrow(/not permitted|permission denied/);
			await expect(files.create(join(folder, name), false)).rejects.toThrow(/not permitted|permission denied/);
		} finally {
			execFileSync('chattr', ['-i', folder]);
		}
	});
});

describe('snapshots in a folder', () => {
	it('are those of one cluster with names of ours, newest first', async () => {
		const folder = temporaryFolder();
		const files = createSnapshotFiles(folder);
		const [old, young] = [nameOf('c1', Date.UTC(2025, 0, 1)), nameOf('c1', Date.UTC(2026, 0, 1))];
		for (const each of [old, young]) writeFileSync(join(folder, each), Buffer.alloc(544));
		for (const [day, bytes] of [0, 2, 32, 512, 543].entries())
			writeFileSync(join(folder, nameOf('c1', Date.UTC(2026, 1, 1 + day))), Buffer.alloc(bytes));
		const strangers = [nameOf('c2', 0), 'etcd-c1-20260231T000000Z.db', `${young}.part`, `x${young}`, 'etcd-c1.db'];
		for (const each of strangers) writeFileSync(join(folder, each), '');
		symlinkSync(join(folder, old), join(folder, nameOf('c1', Date.UTC(2027, 0, 1))));
		mkdirSync(join(folder, nameOf('c1', Date.UTC(2028, 0, 1))));
		const found = await files.list(join(folder, 'any.db'), 'c1');
		expect(found).toEqual([
			{ file: join(folder, young), sizeBytes: 544, timeMs: Date.UTC(2026, 0, 1) },
			{ file: join(folder, old), sizeBytes: 544, timeMs: Date.UTC(2025, 0, 1) },
		]);
	});

	it('are removed by their own names only', async () => {
		const folder = temporaryFolder();
		const files = createSnapshotFiles(folder);
		writeFileSync(join(folder, name), '');
		writeFileSync(join(folder, 'mine.db'), '');
		await expect(files.remove(join(folder, 'mine.db'))).rejects.toThrow('is not named as a snapshot of ours');
		await files.remove(join(folder, name));
		await files.remove(join(folder, name));
		expect(left(folder)).toEqual(['mine.db']);
	});

	it('carry cluster and time in their names', () => {
		const ids = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
		const times = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(9999, 11, 31) });
		fc.assert(
			fc.property(ids, times, (id, timeMs) => {
				const clusterId = id.toString(16);
				expect(partsOf(nameOf(clusterId, timeMs))).toEqual({ clusterId, timeMs: Math.floor(timeMs / 1000) * 1000 });
			}),
		);
		fc.assert(fc.property(fc.string(), text => partsOf(text) === null));
	});
});
