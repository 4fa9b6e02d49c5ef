import type { DataDirectory } from '../../cluster/examinations/control-plane.ts';
import { type Machine, readFile } from './machine.ts';

/** One line of `/proc/self/mountinfo`, see proc(5). */
type Mount = { readonly point: string; readonly device: string; readonly fileSystem: string; readonly source: string };

/** Spaces and the like are written in octal. */
const unescaped = (text: string) =>
	text.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

function mountsIn(text: string): readonly Mount[] {
	return text.split('\n').flatMap(line => {
		const [before = '', after = ''] = line.split(' - ');
		const [, , device, , point] = before.split(' ');
		const [fileSystem, source] = after.split(' ');
		if (device === undefined || point === undefined || fileSystem === undefined || source === undefined) return [];
		return [{ point: unescaped(point), device, fileSystem, source: unescaped(source) }];
	});
}

const holds = ({ point }: Mount, path: string) => point === '/' || path === point || path.startsWith(`${point}/`);

/** The mount that a path lies on: the deepest, and of several in one place the one on top. */
const mountOf = (mounts: readonly Mount[], path: string): Mount | null =>
	mounts
		.filter(mount => holds(mount, path))
		.reduce<Mount | null>((best, mount) => (mount.point.length >= (best?.point.length ?? 0) ? mount : best), null);

/** Where a folder lies; null where there is no such folder, or the kernel does not tell. */
export function dataDirectory(machine: Machine, path: string): DataDirectory | null {
	const real = machine.real(path);
	const table = readFile(machine, '/proc/self/mountinfo');
	if (real === null || !Buffer.isBuffer(table)) return null;
	const mounts = mountsIn(table.toString('utf8'));
	const mount = mountOf(mounts, real);
	if (mount === null) return null;
	return { path, fileSystem: mount.fileSystem, isOnSystemDisk: isShared(machine, mount, mountOf(mounts, '/')) };
}

/** Two mounts on one disk. In a container the system's disk is not to be seen. */
function isShared(machine: Machine, data: Mount, system: Mount | null): boolean | null {
	if (system === null || system.fileSystem === 'overlay' || !data.source.startsWith('/')) return null;
	if (data.device === system.device || data.source === system.source) return true;
	const disks = [diskOf(machine, data.device), diskOf(machine, system.device)];
	return disks.includes(null) ? null : disks[0] === disks[1];
}

/** `sda` for a partition of it, by its device number. What several disks may be behind has no name here. */
function diskOf(machine: Machine, device: string): string | null {
	const folder = machine.real(`/sys/dev/block/${device}`);
	if (folder === null) return null;
	const parts = folder.split('/');
	const isPartition = machine.look(`${folder}/partition`) === 'present';
	const name = parts.at(isPartition ? -2 : -1)!;
	return /^(?:dm-|md|loop)/.test(name) ? null : name;
}
