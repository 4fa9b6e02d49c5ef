import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkPlans } from '../../source/demo/partition.ts';
import { type ProxyOptions, startProxy, type TcpProxy } from '../../source/demo/proxy.ts';
import { inodeOfSocket, ownerOfConnection } from '../../source/demo/socket-owner.ts';
import { until } from './real-etcd.ts';

type Conversation = { readonly socket: Socket; readonly heard: () => string };

function listen(socket: Socket): Conversation {
	let text = '';
	socket.on('data', chunk => {
		text += chunk.toString();
	});
	socket.on('error', () => {});
	return { socket, heard: () => text };
}

let server: Server;
let targetPort: number;
let proxies: TcpProxy[];
let served: Conversation[];
let clients: Conversation[];

beforeEach(async () => {
	proxies = [];
	served = [];
	clients = [];
	server = createServer({ allowHalfOpen: true }, socket => served.push(listen(socket)));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	targetPort = (server.address() as AddressInfo).port;
});

afterEach(async () => {
	for (const { socket } of [...clients, ...served]) socket.destroy();
	await Promise.all(proxies.map(proxy => proxy.close()));
	server.close();
});

async function proxyTo(options: Partial<ProxyOptions> = {}): Promise<TcpProxy> {
	const proxy = await startProxy({ targetPort, ...options });
	proxies.push(proxy);
	return proxy;
}

function call(proxy: TcpProxy): Conversation {
	const client = listen(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
	clients.push(client);
	return client;
}

/** A client and the server's end of the same connection, after a first word each way. */
async function converse(proxy: TcpProxy): Promise<[Conversation, Conversation]> {
	const client = call(proxy);
	const known = new Set(served.filter(each => each.heard() !== ''));
	client.socket.write('hello ');
	const other = await until(() => served.find(each => !known.has(each) && each.heard() === 'hello '));
	other.socket.write('welcome ');
	await until(() => client.heard() === 'welcome ');
	return [client, other];
}

const closed = ({ socket }: Conversation) => until(() => socket.destroyed);

describe('a link', () => {
	it('passes what is said, ends included', async () => {
		const proxy = await proxyTo();
		const [client, other] = await converse(proxy);
		const large = 'x'.repeat(3_000_000);
		client.socket.end(large);
		await once(other.socket, 'end');
		expect(other.heard()).toBe(`hello ${large}`);
		other.socket.end('bye');
		await closed(client);
		expect(client.heard()).toBe('welcome bye');
		await until(() => proxy.connections === 0);
	});

	it('resets old and new connections when cut, and passes new ones when whole again', async () => {
		const proxy = await proxyTo();
		const [client] = await converse(proxy);
		proxy.setMode('cut');
		await closed(client);
		await closed(call(proxy));
		expect(served.filter(each => each.heard() !== '')).toHaveLength(1);
		proxy.setMode('pass');
		await converse(proxy);
	});

	it('holds everything while it swallows, and delivers it afterwards', async () => {
		const proxy = await proxyTo();
		const bystander = await proxyTo();
		const [client, other] = await converse(proxy);
		proxy.setMode('swallow');
		client.socket.write('late');
		other.socket.write('too');
		const newcomer = call(proxy);
		newcomer.socket.write('new');
		// What does pass shows that there was time enough.
		await converse(bystander);
		expect([other.heard(), client.heard()]).toEqual(['hello ', 'welcome ']);
		expect(newcomer.socket.destroyed).toBe(false);
		proxy.setMode('pass');
		await until(() => other.heard() === 'hello late' && client.heard() === 'welcome too');
		await until(() => served.some(each => each.heard() === 'new'));
	});

	it('does not tell that one end is gone while it swallows', async () => {
		const proxy = await proxyTo();
		const bystander = await proxyTo();
		const [client, other] = await converse(proxy);
		proxy.setMode('swallow');
		client.socket.destroy();
		await converse(bystander);
		expect(other.socket.readableEnded).toBe(false);
		proxy.setMode('pass');
		await once(other.socket, 'end');
	});

	it('can fail one way only', async () => {
		const proxy = await proxyTo();
		const [client, other] = await converse(proxy);
		proxy.setMode('swallow', { direction: 'toServer' });
		client.socket.write('lost');
		other.socket.write('heard');
		await until(() => client.heard() === 'welcome heard');
		expect(other.heard()).toBe('hello ');
	});

	it('delays in order', async () => {
		const proxy = await proxyTo();
		const bystander = await proxyTo();
		const [client, other] = await converse(proxy);
		proxy.setMode({ delaySeconds: 0.3 });
		const sentAt = performance.now();
		client.socket.write('one ');
		await converse(bystander);
		proxy.setMode('pass');
		client.socket.write('two');
		await until(() => other.heard() === 'hello one two');
		expect(performance.now() - sentAt).toBeGreaterThan(290);
	});

	it('tells clients apart', async () => {
		let name = 'a';
		const proxy = await proxyTo({ identify: async () => name });
		const [a, servedA] = await converse(proxy);
		name = 'b';
		const [b] = await converse(proxy);
		proxy.setMode('cut', { client: 'b' });
		await closed(b);
		a.socket.write('still');
		await until(() => servedA.heard() === 'hello still');
	});

	it('finds out later who a client is that was not known when it came', async () => {
		let asked = 0;
		const proxy = await proxyTo({ identify: async () => (++asked < 3 ? null : 'late') });
		const [late, servedLate] = await converse(proxy);
		proxy.setMode('cut', { client: 'late' });
		await closed(late);
		expect(servedLate.heard()).toBe('hello ');
		expect(asked).toBe(3);
	});
});

describe('who is calling', () => {
	it('is found by the ports of both ends', async () => {
		const client = listen(connect({ port: targetPort, host: '127.0.0.1' }));
		clients.push(client);
		await once(client.socket, 'connect');
		const pids = new Map([
			['nobody', 2 ** 22 - 1],
			['me', process.pid],
		]);
		expect(await ownerOfConnection(pids, client.socket.localPort!, targetPort)).toBe('me');
		expect(await ownerOfConnection(pids, client.socket.localPort!, 1)).toBeNull();
	});

	it('reads the kernel table', () => {
		const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1
   1: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 222 1
`;
		expect(inodeOfSocket(table, 40_000, 8080)).toBe('222');
		expect(inodeOfSocket(table, 8080, 40_000)).toBeNull();
		expect(inodeOfSocket('', 1, 2)).toBeNull();
	});
});

describe('a partition', () => {
	const blocked = (partitions: Parameters<typeof linkPlans>[1]) =>
		linkPlans(['m1', 'm2', 'm3'], partitions)
			.flatMap(({ member, from, modes }) => [
				modes.toServer === 'swallow' ? `${from ?? '?'}>${member} sent` : '',
				modes.toClient === 'swallow' ? `${from ?? '?'}>${member} answered` : '',
			])
			.filter(text => text !== '' && !text.startsWith('?'));

	it('holds both directions of every link of the member, and no other', () => {
		expect(blocked(new Map([['m2', 'both']])).sort()).toEqual(
			['m1>m2', 'm3>m2', 'm2>m1', 'm2>m3'].flatMap(link => [`${link} answered`, `${link} sent`]).sort(),
		);
		expect(blocked(new Map())).toEqual([]);
	});

	it('of what a member sends holds its requests and its answers', () => {
		expect(blocked(new Map([['m2', 'outgoing']])).sort()).toEqual([
			'm1>m2 answered',
			'm2>m1 sent',
			'm2>m3 sent',
			'm3>m2 answered',
		]);
		expect(blocked(new Map([['m2', 'incoming']])).sort()).toEqual([
			'm1>m2 sent',
			'm2>m1 answered',
			'm2>m3 answered',
			'm3>m2 sent',
		]);
	});
});
