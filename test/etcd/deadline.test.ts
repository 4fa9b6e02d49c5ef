import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { withDeadline } from '../../source/etcd/deadline.ts';

const server = createServer(socket => socket.pipe(socket));
afterEach(() => void server.close());

/** Nothing of this process runs meanwhile. */
const holdUpUntil = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('calls nobody silent whose answer waits in the socket, where the process itself was held up', async () => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
	await once(socket, 'connect');
	const answer = withDeadline({ timeoutSeconds: 0.2 }, async () => {
		socket.write('pong');
		const [bytes] = await once(socket, 'data');
		return String(bytes);
	});
	answer.catch(() => {});
	await new Promise(resolve => setImmediate(resolve));
	holdUpUntil(400);
	expect(await answer).toBe('pong');
	socket.destroy();
});

it('ends what is not answered', async () => {
	await expect(withDeadline({ timeoutSeconds: 0.01 }, () => new Promise(() => {}))).rejects.toMatchObject({
		kind: 'timeout',
	});
});
