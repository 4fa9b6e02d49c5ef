import { readFileSync, statfsSync } from 'node:fs';

const ramDisk = '/dev/shm';
/** Two dozen members with their logs, and some room. */
const fewestFreeBytes = 8 * 1024 ** 3;

function isUsable(): boolean {
	const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
	const options = mounts
		.map(line => line.split(' '))
		.find(([, path, type]) => path === ramDisk && type === 'tmpfs')?.[3];
	if (options === undefined || options.split(',').includes('noexec')) return false;
	const { bavail, bsize } = statfsSync(ramDisk);
	return Math.min(bavail * bsize, process.availableMemory()) >= fewestFreeBytes;
}

/**
 * Keeps what tests write in memory where the machine has room for it, unless `TMPDIR` says where: a disk that others are
 * busy with would slow the servers down, and etcdtop would rightly say so.
 */
export function preferRamDisk(): void {
	if (process.env.TMPDIR !== undefined) return;
	try {
		if (isUsable()) process.env.TMPDIR = ramDisk;
	} catch {
		// No such mount: then it is the disk.
	}
}
