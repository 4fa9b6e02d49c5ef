import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * The kernel's number of the socket whose own port is `localPort` and whose other end is `remotePort`, both on IPv4.
 * The text is `/proc/net/tcp`; addresses and ports in it are hexadecimal.
 */
export function inodeOfSocket(table: string, localPort: number, remotePort: number): string | null {
	const portOf = (address: string | undefined) => Number.parseInt(address?.split(':')[1] ?? '', 16);
	for (const line of table.split('\n').slice(1)) {
		const fields = line.trim().split(/\s+/);
		if (portOf(fields[1]) === localPort && portOf(fields[2]) === remotePort) return fields[9] ?? null;
	}
	return null;
}

async function holdsSocket(pid: number, inode: string): Promise<boolean> {
	const folder = `/proc/${pid}/fd`;
	const names = await readdir(folder).catch(() => []);
	const targets = await Promise.all(names.map(name => readlink(`${folder}/${name}`).catch(() => '')));
	return targets.includes(`socket:[${inode}]`);
}

const attempts = 20;
const pauseMs = 10;

/**
 * Which of these processes holds the near end of a connection on loopback. This is how a proxy knows which member is
 * calling: members share one address and nothing in their first bytes names them. Null where the system has no /proc.
 * The kernel gives its table in pieces, and while others open and close connections a line may fall between two of
 * them: so a connection that is not there is looked for again.
 */
export async function ownerOfConnection<Name>(
	pids: ReadonlyMap<Name, number>,
	localPort: number,
	remotePort: number,
): Promise<Name | null> {
	for (let attempt = 0; attempt < attempts; attempt += 1) {
		if (attempt > 0) await wait(pauseMs);
		const table = await readFile('/proc/net/tcp', 'utf8').catch(() => null);
		if (table === null) return null;
		const inode = inodeOfSocket(table, localPort, remotePort);
		if (inode === null) continue;
		for (const [name, pid] of pids) if (await holdsSocket(pid, inode)) return name;
	}
	return null;
}
