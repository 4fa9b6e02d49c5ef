import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { onTestFinished, type TestContext } from 'vitest';
import type { SnapshotWriter } from '../../source/operations/snapshot-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes);

/** What a member streams: whole sectors of anything, and their sum. */
export function streamOf(sectors: number): Buffer {
	const body = randomBytes(sectors * 512);
	return Buffer.concat([body, sha256(body).digest()]);
}

export const sumOf = (bytes: Uint8Array): string => sha256(bytes).digest('hex');

export async function writeAll(writer: SnapshotWriter, bytes: Uint8Array, chunkBytes = 32 * 1024): Promise<void> {
	for (let at = 0; at < bytes.length; at += chunkBytes) await writer.write(bytes.subarray(at, at + chunkBytes));
}

/** The names in a folder, sorted: what is left after a fault. */
export const left = (folder: string): string[] => readdirSync(folder).toSorted();

/** Mounts a small disk of its own for a test, or skips the test where this user may not. */
export function smallDisk(context: TestContext, options: string): string {
	const folder = `${temporaryFolder()}/disk`;
	mkdirSync(folder);
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
	} catch (error) {
		context.skip(`no disk can be mounted here: ${error instanceof Error ? error.message.split('\n')[1] : error}`);
	}
	onTestFinished(() => {
		if (existsSync(folder)) execFileSync('umount', ['--lazy', folder]);
	});
	return folder;
}
