/** Where snapshots are kept. Each function's failure is an `Error` whose message is one line that says what, where and what to try. */
export type SnapshotFiles = {
	/**
	 * The file that is meant by a path (a file, a folder, or null for the current folder), as an absolute path. Throws
	 * where it exists and may not be overwritten, and where its folder is missing or cannot be written to.
	 */
	resolve(path: string | null, name: string, overwrite: boolean): Promise<string>;
	/** Bytes free where the file would be; null where the system does not tell. */
	freeBytes(file: string): Promise<number | null>;
	/** Opens `FILE.part` with mode 0600. */
	create(file: string, overwrite: boolean): Promise<SnapshotWriter>;
	/** Snapshots of one cluster in the folder of a file, newest first: those whose names `nameOf` has made. */
	list(file: string, clusterId: string): Promise<readonly SnapshotFile[]>;
	remove(file: string): Promise<void>;
};

export type SnapshotFile = {
	readonly file: string;
	readonly sizeBytes: number;
	/** From its name, milliseconds since 1970. */
	readonly timeMs: number;
};

/** A snapshot that is being written. The final name appears with `finish` or not at all. */
export type SnapshotWriter = {
	write(bytes: Uint8Array): Promise<void>;
	/**
	 * Checks the SHA-256 trailer that ends the stream, syncs, and gives the file its name. Throws, and leaves no file,
	 * where the trailer does not fit. The trailer stays in the file, as etcdutl expects it.
	 */
	finish(): Promise<{ readonly sizeBytes: number; readonly sha256: string }>;
	/** Removes what was written; harmless after `finish`. */
	discard(): Promise<void>;
};

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** `etcd-7f3a54cd…-20261121T031245Z.db`: cluster and time, in UTC. */
export function nameOf(clusterId: string, timeMs: number): string {
	const time = new Date(timeMs);
	const date = `${time.getUTCFullYear()}${twoDigits(time.getUTCMonth() + 1)}${twoDigits(time.getUTCDate())}`;
	const clock = `${twoDigits(time.getUTCHours())}${twoDigits(time.getUTCMinutes())}${twoDigits(time.getUTCSeconds())}`;
	return `etcd-${clusterId}-${date}T${clock}Z.db`;
}
