import { type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatCount } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { FileFault, type SavedFile, type SnapshotWriter } from '../operations/snapshot-files.ts';
import { codeOf, diskFault, touching } from './disk-fault.ts';
import { lastRevision } from './last-revision.ts';
import { isWholeSize, TrailedHash, trailerBytes } from './trailed-hash.ts';

/** What is hashed and written in one turn: large enough to be quick, small enough for keys and frames in between. */
const batchBytes = 512 * 1024;
/**
 * How much may wait in the system's cache for the disk. A sync of gigabytes at the end would hold up everybody who shares
 * the disk, etcd among them, and a disk that is full would be found out only then.
 */
const syncEveryBytes = 32 * 1024 * 1024;

/** File systems that know no second name for a file. */
const linkless = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];
/** File systems whose folders cannot be synced, or need not be. */
const unsyncable = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EACCES', 'EBADF', 'EISDIR'];

export type PartFile = {
	readonly handle: FileHandle;
	/** `FILE.part`, made by us: nobody else writes it. */
	readonly part: string;
	readonly file: string;
	readonly overwrite: boolean;
};

/** Writes the part and makes it the file. */
export class PartWriter implements SnapshotWriter {
	readonly #target: PartFile;
	readonly #hash = new TrailedHash();
	readonly #batch = Buffer.allocUnsafeSlow(batchBytes);
	#filled = 0;
	#sizeBytes = 0;
	#unsyncedBytes = 0;
	#isOver = false;

	constructor(target: PartFile) {
		this.#target = target;
	}

	async write(bytes: Uint8Array): Promise<void> {
		for (let at = 0; at < bytes.length; ) {
			const piece = bytes.subarray(at, at + batchBytes - this.#filled);
			this.#batch.set(piece, this.#filled);
			this.#filled += piece.length;
			at += piece.length;
			if (this.#filled === batchBytes) await touching(this.#target.part, () => this.#flush());
		}
	}

	async finish(): Promise<SavedFile> {
		const { part, handle } = this.#target;
		try {
			return await touching(part, async () => {
				await this.#flush();
				const { fits, trailer, sha256 } = this.#hash.end();
				if (!fits) throw this.#unfit();
				await handle.sync();
				await this.#verify(trailer);
				const { mode } = await handle.stat();
				const revision = await lastRevision(handle);
				await this.#publish();
				this.#isOver = true;
				return { sizeBytes: this.#sizeBytes, sha256, revision, isPrivate: (mode & 0o077) === 0 };
			});
		} finally {
			await this.discard();
		}
	}

	async discard(): Promise<void> {
		const { part, handle } = this.#target;
		await handle.close().catch(() => {});
		if (this.#isOver) return;
		this.#isOver = true;
		await unlink(part).catch(error => {
			if (codeOf(error) !== 'ENOENT') throw diskFault(part, error);
		});
	}

	async #flush(): Promise<void> {
		const { handle } = this.#target;
		const bytes = this.#batch.subarray(0, this.#filled);
		this.#hash.push(bytes);
		for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
		this.#sizeBytes += bytes.length;
		this.#unsyncedBytes += bytes.length;
		this.#filled = 0;
		if (this.#unsyncedBytes < syncEveryBytes) return;
		await handle.datasync();
		this.#unsyncedBytes = 0;
	}

	#unfit(): FileFault {
		const size = `${formatCount(this.#sizeBytes)} bytes`;
		return isWholeSize(this.#sizeBytes)
			? new FileFault(
					`the SHA-256 of ${size} is not the one that the member sent: they were damaged on their way`,
					'try another member; if it stays so, look at the network and at the disk of that member',
				)
			: new FileFault(`the stream ended after ${size}, before its SHA-256 came`, 'try again, or another member');
	}

	/** What the disk says that it holds is what came. */
	async #verify(trailer: Buffer): Promise<void> {
		const { handle, part } = this.#target;
		const { size } = await handle.stat();
		const end = Buffer.alloc(trailerBytes);
		if (size === this.#sizeBytes) await handle.read(end, 0, trailerBytes, size - trailerBytes);
		if (end.equals(trailer)) return;
		throw new FileFault(
			`${safeText(part)}: ${formatCount(this.#sizeBytes)} bytes were written, but the disk holds ${formatCount(size)}, or others`,
			'somebody else writes there, or the disk is failing: give another folder',
		);
	}

	/** Gives the part its final name, and takes it back where the folder cannot be synced. */
	async #publish(): Promise<void> {
		const { part, file, overwrite } = this.#target;
		await touching(file, () => (overwrite ? rename(part, file) : nameOnce(part, file)));
		try {
			await syncFolder(dirname(file));
		} catch (error) {
			await unlink(file).catch(() => {});
			throw diskFault(dirname(file), error);
		}
	}
}

/** Gives a file a name that nobody has; whoever takes it first keeps it. */
async function nameOnce(part: string, file: string): Promise<void> {
	try {
		await link(part, file);
	} catch (error) {
		if (!linkless.includes(codeOf(error))) throw error;
		// Without a second name there is an instant between looking and naming.
		const isTaken = await lstat(file).then(
			() => true,
			() => false,
		);
		if (isTaken) throw Object.assign(new Error('the file exists'), { code: 'EEXIST' });
		await rename(part, file);
		return;
	}
	await unlink(part).catch(async error => {
		await unlink(file).catch(() => {});
		throw error;
	});
}

async function syncFolder(folder: string): Promise<void> {
	try {
		const handle = await open(folder, 'r');
		await handle.sync().finally(() => handle.close());
	} catch (error) {
		if (!unsyncable.includes(codeOf(error))) throw error;
	}
}
