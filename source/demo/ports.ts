import { createServer } from 'node:net';

/**
 * Below the range from which Linux takes ports for outgoing connections (32768), so that nobody's connection takes the
 * port of a member that is down for a moment.
 */
const lowestPort = 18_000;
const highestPort = 32_000;

const handedOut = new Set<number>();

const isFree = (port: number) =>
	new Promise<boolean>(resolve => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
	});

/** Ports that nothing listens on now. Another process may still be quicker: who binds them must be ready to try again. */
export async function freePorts(count: number): Promise<number[]> {
	const ports: number[] = [];
	while (ports.length < count) {
		const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort));
		if (handedOut.has(port) || !(await isFree(port))) continue;
		handedOut.add(port);
		ports.push(port);
	}
	return ports;
}
