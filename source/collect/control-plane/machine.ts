import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemComplaintOf } from '../../etcd/tls-files.ts';

/** What a file is like, or in words why that is not known. */
export type Sight = 'present' | 'missing' | { readonly unreadable: string };

/** The files of this machine; of a folder instead of `/` in tests. */
export type Machine = {
	/** Throws Node's errors. */
	read(path: string): Buffer;
	/** Whether it is there, even where it may not be read. */
	look(path: string): Sight;
	/** Null where it may be read, else why not. */
	complaint(path: string): string | null;
	/** The path without symbolic links; null where there is no such file. */
	real(path: string): string | null;
	/** For libraries that read themselves. */
	pathOf(path: string): string;
};

const mostBytes = 1024 * 1024;
const isMissing = (error: unknown) =>
	error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

export function machineAt(root: string): Machine {
	const pathOf = (path: string) => join(root, path);
	return {
		pathOf,
		read(path) {
			if (statSync(pathOf(path)).size > mostBytes) throw new Error('it is too large');
			return readFileSync(pathOf(path));
		},
		look(path) {
			try {
				statSync(pathOf(path));
				return 'present';
			} catch (error) {
				return isMissing(error) ? 'missing' : { unreadable: systemComplaintOf(error) };
			}
		},
		complaint(path) {
			try {
				accessSync(pathOf(path), constants.R_OK);
				return null;
			} catch (error) {
				return systemComplaintOf(error);
			}
		},
		real(path) {
			try {
				const base = realpathSync(root);
				return realpathSync(pathOf(path)).slice(base === '/' ? 0 : base.length) || '/';
			} catch {
				return null;
			}
		},
	};
}

/** The bytes of a file, or what is the matter with it. */
export function readFile(machine: Machine, path: string): Buffer | 'missing' | { readonly unreadable: string } {
	try {
		return machine.read(path);
	} catch (error) {
		if (isMissing(error)) return 'missing';
		return { unreadable: systemComplaintOf(error) || (error instanceof Error ? error.message : 'it cannot be read') };
	}
}
