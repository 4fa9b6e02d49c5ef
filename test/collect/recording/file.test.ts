import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Reading } from '../../../source/cluster/reading.ts';
import { openRecording } from '../../../source/collect/recording/read.ts';
import { createRecorder, openRecorder, type RecorderOptions } from '../../../source/collect/recording/recorder.ts';
import { Sink } from '../../../source/collect/recording/sink.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { answered, listed, options, played, recordInto, scraped, stamp, textOf } from './recorded.ts';

const rounds = (count: number): readonly Reading[] => [
	listed(0),
	...Array.from({ length: count }, (_, second) => [
		scraped(second * 1000 + 10, '1', { etcd_server_has_leader: 1, etcd_mvcc_put_total: second * 31 }),
		answered(second * 1000 + 20, '1', { revision: BigInt(second * 7919) }),
	]).flat(),
];

const names = ['recording.jsonl', 'recording.jsonl.gz', 'recording.jsonl.zst'];

const recorderOptions = (path: string, patch: Partial<RecorderOptions> = {}): RecorderOptions => ({
	...options,
	path,
	now: () => stamp(1e9),
	onTrouble: () => undefined,
	flushEveryMs: 10,
	...patch,
});

/** Waits until what was taken has come into the file. */
const until = <Answer>(look: () => Answer | Promise<Answer>) => vi.waitFor(look, { timeout: 20_000, interval: 20 });

describe.each(names)('%s', name => {
	it('is for this user’s eyes only, and never takes the place of another file', async () => {
		const folder = temporaryFolder();
		const path = await recordInto(folder, name, rounds(3));
		expect(statSync(path).mode & 0o777).toBe(0o600);
		const before = readFileSync(path);
		await expect(openRecorder(recorderOptions(path))).rejects.toThrow(
			`${path}: is there already, and nothing is overwritten; try another name, or move that file away`,
		);
		expect(readFileSync(path)).toEqual(before);
		symlinkSync(join(folder, 'elsewhere'), join(folder, `link-${name}`));
		await expect(openRecorder(recorderOptions(join(folder, `link-${name}`)))).rejects.toThrow('is there already');
	});

	it('can be read while it is written, and after a kill at any moment', async () => {
		const path = join(temporaryFolder(), name);
		const recorder = await openRecorder(recorderOptions(path));
		for (const reading of rounds(4)) recorder.take(reading);
		await until(async () => expect((await played(path)).length).toBe(9));
		recorder.take(answered(9000, '1'));
		await until(async () => expect((await played(path)).length).toBe(10));
		const recording = await openRecording(path);
		for await (const _ of recording.play());
		expect(recording.state()).toMatchObject({ isEnded: false, skipped: 0 });
		await recorder.end();
		for await (const _ of recording.play());
		expect(recording.state()).toMatchObject({ isEnded: true, isTorn: false, skipped: 0, understood: 8 });
	});

	it('is read up to where it is torn, wherever that is', async () => {
		const folder = temporaryFolder();
		const path = await recordInto(folder, name, rounds(30));
		const whole = readFileSync(path);
		const all = await played(path);
		const torn = join(folder, 'torn');
		let most = 0;
		for (let cut = 1; cut <= Math.min(whole.length - 64, 300); cut++) {
			writeFileSync(torn, whole.subarray(0, whole.length - cut));
			const items = await played(torn).catch((error: Error) => error);
			// Packed, all of it is one batch here: without its end there may be nothing.
			if (items instanceof Error) expect(items.message).toMatch(/is empty|is no recording/);
			else {
				expect(items).toEqual(all.slice(0, items.length));
				most = Math.max(most, items.length);
			}
		}
		expect(most).toBeGreaterThan(50);
	});

	it('is read past bytes that were destroyed, or up to them', async () => {
		const folder = temporaryFolder();
		const path = await recordInto(folder, name, rounds(200));
		const bytes = readFileSync(path);
		for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 30)) {
			const broken = Buffer.from(bytes);
			broken.fill(0xff, at, at + 40);
			writeFileSync(join(folder, 'broken'), broken);
			const items = await played(join(folder, 'broken')).catch((error: Error) => error);
			if (items instanceof Error) expect(items.message).toMatch(/is empty|is no recording/);
			else expect(items.length).toBeLessThanOrEqual(401);
		}
	});
});

describe('a recorder', () => {
	it('stops with a word when the disk is full, and disturbs nobody', async () => {
		const told: string[] = [];
		const handle = await open('/dev/full', 'a');
		const file = { append: (bytes: Uint8Array) => handle.appendFile(bytes), close: () => handle.close() };
		const recorder = createRecorder(recorderOptions('/var/a.jsonl', { onTrouble: text => told.push(text) }), file);
		for (const reading of rounds(3)) recorder.take(reading);
		await until(() => expect(told).toHaveLength(1));
		expect(told[0]).toBe('/var/a.jsonl: no space is left on the disk; make room there, or try another folder');
		for (const reading of rounds(3)) recorder.take(reading);
		recorder.operation('{}');
		await recorder.end();
		expect(told).toHaveLength(1);
		expect(recorder.trouble()).toBe(told[0]);
	});

	it('says in the recording that it stopped, where there is room for that', async () => {
		const written: string[] = [];
		let room = 1;
		const file = {
			async append(bytes: Uint8Array) {
				const text = Buffer.from(bytes).toString();
				if (text.includes('"reading"') && --room < 0) {
					written.push(text.slice(0, 50));
					throw Object.assign(new Error('full'), { code: 'ENOSPC' });
				}
				written.push(text);
			},
			close: async () => undefined,
		};
		const recorder = createRecorder(recorderOptions('a.jsonl'), file);
		for (const reading of rounds(3)) recorder.take(reading);
		await until(() => expect(written.join('')).toContain('"reading"'));
		for (const reading of rounds(3)) recorder.take(reading);
		await until(() => expect(recorder.trouble()).not.toBeNull());
		await recorder.end();
		const path = join(temporaryFolder(), 'a.jsonl');
		writeFileSync(path, written.join(''));
		const recording = await openRecording(path);
		for await (const _ of recording.play());
		expect(recording.state()).toMatchObject({ isEnded: true, skipped: 1 });
		expect(JSON.parse(textOf(path).trimEnd().split('\n').at(-1)!)).toMatchObject({
			type: 'end',
			reason: expect.stringContaining('no space is left'),
		});
	});

	it('lets nobody wait for a disk that hangs, nor fills the memory', async () => {
		let trouble: unknown = null;
		const sink = new Sink({
			file: { append: () => new Promise(() => undefined), close: async () => undefined },
			compression: 'none',
			flushEveryMs: 1,
			onTrouble: error => {
				trouble = error;
			},
			lastWords: () => '',
		});
		sink.add('first\n');
		await new Promise(resolve => setImmediate(resolve));
		for (let count = 0; count < 20 && trouble === null; count++) sink.add(`${'x'.repeat(1024 * 1024)}\n`);
		expect(trouble).toMatchObject({ code: 'ETIMEDOUT' });
	});

	it('writes the lines of the journal as they are', async () => {
		const path = join(temporaryFolder(), 'a.jsonl');
		const recorder = await openRecorder(recorderOptions(path));
		const entry = {
			version: 1,
			type: 'operation',
			time: new Date(stamp(5).timeMs).toISOString(),
			run: 'r',
			kind: 'started',
		};
		recorder.operation(JSON.stringify(entry));
		for (const reading of rounds(1)) recorder.take(reading);
		recorder.operation(JSON.stringify({ ...entry, kind: 'ended' }));
		await recorder.end();
		expect(JSON.parse(textOf(path).split('\n')[0]!)).toMatchObject({ type: 'header' });
		const entries = (await played(path)).flatMap(item => (item.kind === 'operation' ? [item.entry] : []));
		expect(entries).toEqual([entry, { ...entry, kind: 'ended' }]);
	});

	it.each([
		['no/such/folder/a.jsonl', 'no such file or folder'],
		['.', 'is there already'],
	])('says why %s cannot be made', async (name, what) => {
		await expect(openRecorder(recorderOptions(join(temporaryFolder(), name)))).rejects.toThrow(what);
	});
});

describe('a file that cannot be read', () => {
	it.each([
		['missing', null, 'no such file or folder; look at the path'],
		['empty', '', 'is empty; what recorded it was stopped before it wrote anything'],
		['other', 'hello\nworld\n', 'is no recording; try a file that etcdtop --record wrote'],
		['json', '{"a":1}\n[2]\n', 'is no recording'],
	])('is told in a line: %s', async (name, text, what) => {
		const path = join(temporaryFolder(), name);
		if (text !== null) writeFileSync(path, text);
		await expect(openRecording(path)).rejects.toThrow(`${path}: ${what}`);
	});

	it('is a folder', async () => {
		const folder = temporaryFolder();
		await expect(openRecording(folder)).rejects.toThrow(`${folder}: is a folder, not a file`);
	});
});
