import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of a request for the metrics page. */
export type DoorMode = 'open' | 'missing' | 'garbage' | 'dripping';

/** A door to a member: everything passes but requests for the metrics page, which it answers as it is told. */
export type MetricsDoor = { readonly url: string; setMode(mode: DoorMode): void; close(): Promise<void> };

const answer = (status: string, body: string) =>
	`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** A page that never ends, a few bytes at a time: each wait is short, all of them together are not. */
function drip(client: Socket): void {
	client.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n');
	const timer = setInterval(() => client.write('2\r\n#\n\r\n'), 100);
	client.once('close', () => clearInterval(timer));
}

/** Opens a door to the member that listens on this port of loopback. */
export async function openMetricsDoor(targetPort: number): Promise<MetricsDoor> {
	let mode: DoorMode = 'open';
	const sockets = new Set<Socket>();
	const keep = (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.once('close', () => sockets.delete(socket));
		return socket;
	};
	const server = createServer(keep);
	server.on('connection', client =>
		client.once('data', first => {
			if (mode === 'open' || !first.toString('latin1').startsWith('GET /metrics')) {
				const member = keep(connect({ host: '127.0.0.1', port: targetPort }));
				member.write(first);
				client.pipe(member).pipe(client);
				client.once('close', () => member.destroy());
				member.once('close', () => client.destroy());
			} else if (mode === 'missing') client.end(answer('404 Not Found', '404 page not found\n'));
			else if (mode === 'garbage') client.end(answer('200 OK', '<html>\x1b]0;pwned\x07\0 it works!</html>'));
			else drip(client);
		}),
	);
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		setMode(next) {
			mode = next;
			// Connections that are kept for the next request would stay behind the door as it was.
			for (const socket of sockets) socket.destroy();
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise(resolve => server.close(resolve));
		},
	};
}
