/**
 * A process beside the demonstration, of no use to a person. It carries the links between members, so that their
 * traffic does not run through the monitor's event loop, and it outlives us: when the channel to us closes, however we
 * ended, it kills the members that are left and removes their directory. Argument: that directory.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { KeeperAnswer, KeeperRequest } from './keeper-link.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { ownerOfConnection } from './socket-owner.ts';

const directory = process.argv[2]!;
const pids = new Map<string, number>();
const proxies = new Map<string, TcpProxy>();

async function perform(request: KeeperRequest): Promise<number> {
	switch (request.kind) {
		case 'hello':
			return 0;
		case 'started':
			pids.set(request.member, request.pid);
			return 0;
		case 'ended':
			pids.delete(request.member);
			return 0;
		case 'open-link': {
			const proxy = await startProxy({
				targetPort: request.targetPort,
				listenPort: request.listenPort,
				// Its peers call a member that is down many times a second. Nobody will answer, so nobody need ask who it is.
				identify: async (client, port) =>
					pids.has(request.member) ? ownerOfConnection(pids, client.remotePort ?? 0, port) : null,
			});
			proxies.set(request.member, proxy);
			return proxy.port;
		}
		case 'set-link': {
			const client = request.from ?? undefined;
			const proxy = proxies.get(request.member);
			proxy?.setMode(request.modes.toServer, { client, direction: 'toServer' });
			proxy?.setMode(request.modes.toClient, { client, direction: 'toClient' });
			return 0;
		}
	}
}

/**
 * Members that run now. Where the system tells, by the directory in their command line: that finds one of which we were
 * not told any more, and never another process that has got the number of a dead one.
 */
function membersLeft(): number[] {
	if (process.platform !== 'linux') return [...pids.values()];
	const isOurs = (pid: string) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--data-dir=${directory}/`);
		} catch {
			return false;
		}
	};
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && isOurs(name))
		.map(Number);
}

async function cleanUp(): Promise<void> {
	for (const pid of membersLeft()) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// It has ended meanwhile.
		}
	}
	await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
	process.exit(0);
}

process.on('message', async (request: KeeperRequest & { id: number }) => {
	const answer: KeeperAnswer = await perform(request).then(
		value => ({ id: request.id, value }),
		(error: Error) => ({ id: request.id, error: error.message }),
	);
	// Who asked may be gone; then there is nobody to tell.
	if (process.connected) process.send!(answer, () => {});
});

// A key combination that ends the demonstration may reach this process too: its work begins when we are gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.once('disconnect', cleanUp);
if (!process.connected) await cleanUp();
