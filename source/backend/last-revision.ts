import type { FileHandle } from 'node:fs/promises';

/*
 * As much of bbolt's format as it takes to find the last key of etcd's bucket `key`: a B+tree of pages, each with a head
 * of 16 bytes and one entry of 16 bytes per child or key. Numbers are little-endian, as on every machine that etcd runs on.
 * A snapshot is one consistent tree, and its first page is always its newest meta page.
 */
const magic = 0xed0cdaed;
const headBytes = 16;
const entryBytes = 16;
const branchFlag = 0x01;
const leafFlag = 0x02;
/** A head of its own and the root of a bucket is its value; the root is page 0 where the bucket lies in the value itself. */
const bucketFlag = 0x01;
/** A revision as a key: two numbers of 8 bytes with `_` between them, and `t` after them for a deletion. */
const revisionBytes = 17;
/** No tree that fits on a disk is deeper; a circle of pages ends here. */
const maxDepth = 64;

type Entry = { readonly page: bigint; readonly isBucket: boolean; readonly key: Buffer };
type Page = { readonly isLeaf: boolean; readonly count: number; readonly entry: (index: number) => Promise<Entry> };

/** Not a tree, or not one that is understood. */
class Unread extends Error {}

class Tree {
	readonly #handle: FileHandle;
	readonly #pageBytes: number;

	constructor(handle: FileHandle, pageBytes: number) {
		this.#handle = handle;
		this.#pageBytes = pageBytes;
	}

	async page(id: bigint): Promise<Page> {
		const at = Number(id) * this.#pageBytes;
		const head = await bytesAt(this.#handle, at, headBytes);
		const flags = head.readUInt16LE(8);
		const count = head.readUInt16LE(10);
		const isLeaf = (flags & leafFlag) !== 0;
		if (!isLeaf && (flags & branchFlag) === 0) throw new Unread();
		return { isLeaf, count, entry: index => this.#entry(at + headBytes + index * entryBytes, isLeaf) };
	}

	/** A leaf's entry is flags, position, lengths of key and value; a branch's is position, length of key, and the child. */
	async #entry(at: number, isLeaf: boolean): Promise<Entry> {
		const entry = await bytesAt(this.#handle, at, entryBytes);
		const keyAt = at + entry.readUInt32LE(isLeaf ? 4 : 0);
		const keyBytes = entry.readUInt32LE(isLeaf ? 8 : 4);
		if (keyBytes > this.#pageBytes) throw new Unread();
		const key = await bytesAt(this.#handle, keyAt, keyBytes);
		const isBucket = isLeaf && (entry.readUInt32LE(0) & bucketFlag) !== 0;
		if (!isLeaf) return { page: entry.readBigUInt64LE(8), isBucket, key };
		return {
			page: isBucket ? (await bytesAt(this.#handle, keyAt + keyBytes, 8)).readBigUInt64LE() : 0n,
			isBucket,
			key,
		};
	}
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
	const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position, length });
	if (bytesRead !== length) throw new Unread();
	return buffer;
}

/** Goes down from a page, each time to the last child that `fits`, to the last such entry of a leaf. */
async function descend(tree: Tree, root: bigint, fits: (key: Buffer) => boolean): Promise<Entry | null> {
	let id = root;
	for (let depth = 0; depth < maxDepth; depth++) {
		const page = await tree.page(id);
		let index = page.count - 1;
		let entry = index < 0 ? null : await page.entry(index);
		// The first child holds whatever is below its neighbour.
		while (entry !== null && !fits(entry.key) && (page.isLeaf || index > 0))
			entry = --index < 0 ? null : await page.entry(index);
		if (page.isLeaf || entry === null) return entry;
		id = entry.page;
	}
	throw new Unread();
}

async function findLast(handle: FileHandle): Promise<bigint | null> {
	const meta = (await bytesAt(handle, headBytes, 40)) as Buffer;
	if (meta.readUInt32LE(0) !== magic) return null;
	const tree = new Tree(handle, meta.readUInt32LE(8));
	const name = Buffer.from('key');
	const bucket = await descend(tree, meta.readBigUInt64LE(16), key => key.compare(name) <= 0);
	if (bucket === null || !bucket.isBucket || !bucket.key.equals(name) || bucket.page === 0n) return null;
	const last = await descend(tree, bucket.page, () => true);
	return last === null || last.key.length < revisionBytes ? null : last.key.readBigUInt64BE();
}

/**
 * The last revision that a database holds, from a handful of its pages; null where there is none or the file is not
 * understood. Rejects only where the file cannot be read.
 */
export async function lastRevision(handle: FileHandle): Promise<bigint | null> {
	try {
		return await findLast(handle);
	} catch (error) {
		if (error instanceof Unread || error instanceof RangeError) return null;
		throw error;
	}
}
