/** What the disk would not do, in one line that says what, where and why; safe to show. `advice` is what to try. */
export class FileFault extends Error {
	override readonly name = 'FileFault';
	readonly advice: string;

	constructor(message: string, advice: string) {
		super(message);
		this.advice = advice;
	}
}

/** Where snapshots are kept. Every failure is a `FileFault`, but where a function says otherwise. */
export type SnapshotFiles = {
	/**
	 * The file that is meant by a path (a file, a folder, or null for the current folder), as an absolute path. Throws
	 * `Refused` where it exists and may not be overwritten, and where its folder is missing or cannot be written to.
	 */
	resolve(path: string | null, name: string, overwrite: boolean): Promise<SnapshotTarget>;
	/** Bytes free where the file would be; null where the system does not tell. */
	freeBytes(file: string): Promise<number | null>;
	/** Unfinished or torn snapshots in the folder of a file, as a run leaves them that was killed, or a copy. */
	leftovers(file: string): Promise<readonly LeftoverFile[]>;
	/**
	 * Opens a new `FILE.part` with mode 0600. One that is there already is never touched, because somebody may be writing
	 * it: the new one is called `FILE.2.part` then.
	 */
	create(file: string, overwrite: boolean): Promise<SnapshotWriter>;
	/**
	 * Snapshots of one cluster in the folder of a file, newest first: those whose names `nameOf` has made and that may
	 * be whole by their size: a torn copy is none to be kept in the place of another.
	 */
	list(file: string, clusterId: string): Promise<readonly SnapshotFile[]>;
	/** Removes a snapshot that `list` has told of; refuses any other name. One that is gone already is no failure. */
	remove(file: string): Promise<void>;
};

export type SnapshotTarget = {
	/** An absolute path. */
	readonly file: string;
	/** The size of the file that would be overwritten; null where there is none. */
	readonly replacedBytes: number | null;
};

export type SnapshotFile = {
	readonly file: string;
	readonly sizeBytes: number;
	/** From its name, milliseconds since 1970. */
	readonly timeMs: number;
};

export type LeftoverFile = Omit<SnapshotFile, 'timeMs'>;

/** A snapshot that is being written. The final name appears with `finish` or not at all. */
export type SnapshotWriter = {
	/** The bytes may be reused when it resolves. Resolves when there is room for more. */
	write(bytes: Uint8Array): Promise<void>;
	/**
	 * Checks the SHA-256 trailer that ends the stream, syncs, and gives the file its name. Throws, and leaves no file,
	 * where the trailer does not fit. The trailer stays in the file, as etcdutl expects it.
	 */
	finish(): Promise<SavedFile>;
	/** Removes what was written; harmless after `finish`. */
	discard(): Promise<void>;
};

/** A snapshot that is whole, verified and on the disk. */
export type SavedFile = {
	readonly sizeBytes: number;
	/** Of the whole file, as `sha256sum` prints it: the trailer, which is the sum of what is before it, included. */
	readonly sha256: string;
	/** The last revision that the database holds; null where there is none, or it cannot be found. */
	readonly revision: bigint | null;
	/** False where the file system does not keep modes, so that others may read it. */
	readonly isPrivate: boolean;
};

const pattern = /^etcd-([0-9a-f]+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/;

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** `etcd-7f3a54cd…-20261121T031245Z.db`: cluster and time, in UTC. */
export function nameOf(clusterId: string, timeMs: number): string {
	const time = new Date(timeMs);
	const date = `${time.getUTCFullYear()}${twoDigits(time.getUTCMonth() + 1)}${twoDigits(time.getUTCDate())}`;
	const clock = `${twoDigits(time.getUTCHours())}${twoDigits(time.getUTCMinutes())}${twoDigits(time.getUTCSeconds())}`;
	return `etcd-${clusterId}-${date}T${clock}Z.db`;
}

/** Cluster and time of a name that `nameOf` has made; null for every other name. */
export function partsOf(name: string): { readonly clusterId: string; readonly timeMs: number } | null {
	const match = pattern.exec(name);
	if (match === null) return null;
	const [year, month, day, hour, minute, second] = match.slice(2).map(Number) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	const clusterId = match[1]!;
	const timeMs = Date.UTC(year, month - 1, day, hour, minute, second);
	// A 31st of February is not of our making.
	return nameOf(clusterId, timeMs) === name ? { clusterId, timeMs } : null;
}
