import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectEtcd } from '../../source/etcd/connect.ts';
import { ExpositionScan, scanExposition } from '../../source/etcd/exposition.ts';
import { plainProfile } from '../support/profile.ts';

const page = `# HELP etcd_disk_wal_fsync_duration_seconds The latency
# TYPE etcd_disk_wal_fsync_duration_seconds histogram
etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} 12
etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} 4.2e+03
etcd_disk_wal_fsync_duration_seconds_sum 0.5
etcd_disk_wal_fsync_duration_seconds_count 4200
etcd_disk_wal_fsync_duration_seconds_more 1
etcd_server_has_leader 1 1700000000000
etcd_server_has_leader_not 3
odd{text="a } b \\" c",other="ü"} NaN
odd{text="inf"} +Inf
odd{text="torn
odd nonsense
`;
const wanted = new Set(['etcd_disk_wal_fsync_duration_seconds', 'etcd_server_has_leader', 'odd']);
const expected = new Map([
	['etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"}', 12],
	['etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"}', 4200],
	['etcd_disk_wal_fsync_duration_seconds_sum', 0.5],
	['etcd_disk_wal_fsync_duration_seconds_count', 4200],
	['etcd_server_has_leader', 1],
	['odd{text="a } b \\" c",other="ü"}', Number.NaN],
	['odd{text="inf"}', Number.POSITIVE_INFINITY],
]);

describe('the scan of a metrics page', () => {
	it('takes the wanted families with their labels as they are, and nothing else', () => {
		expect(scanExposition(Buffer.from(page), wanted)).toEqual(expected);
	});

	it('finds the same when every byte comes alone, and in a last line without an end', () => {
		const scan = new ExpositionScan(wanted);
		for (const byte of Buffer.from(`${page}etcd_server_has_leader 0`)) scan.push(Uint8Array.of(byte));
		expect(scan.end()).toEqual(new Map([...expected, ['etcd_server_has_leader', 0]]));
	});
});

describe('metrics over HTTP', () => {
	const servers: Server[] = [];
	afterEach(() => {
		for (const server of servers.splice(0)) {
			server.closeAllConnections();
			server.close();
		}
	});
	const serve = async (listener: RequestListener) => {
		const server = createServer(listener);
		servers.push(server);
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics` };
	};
	const scrape = async (url: string, timeoutSeconds = 5) => {
		const calls = connectEtcd(plainProfile);
		try {
			return await calls.member(url.replace('/metrics', '')).metrics(url, wanted, { timeoutSeconds });
		} finally {
			calls.close();
		}
	};

	it('reads a page, and keeps its connection for the next, which may meanwhile be closed', async () => {
		const { server, url } = await serve((_, response) => response.end(page));
		let connections = 0;
		server.on('connection', () => connections++);
		const calls = connectEtcd(plainProfile);
		const read = () => calls.member('http://127.0.0.1:1').metrics(url, wanted, { timeoutSeconds: 5 });
		expect((await read()).samples.get('etcd_server_has_leader')).toBe(1);
		await read();
		expect(connections).toBe(1);
		server.closeAllConnections();
		expect((await read()).samples.size).toBe(expected.size);
		expect(connections).toBe(2);
		calls.close();
	});

	it('tells the clock of the server, where the server does', async () => {
		const told = await serve((_, response) => response.setHeader('date', 'Thu, 01 Jan 2026 00:00:07 GMT').end(page));
		expect((await scrape(told.url)).serverTimeMs).toBe(Date.UTC(2026, 0, 1, 0, 0, 7));
		const silent = await serve((_, response) => {
			response.sendDate = false;
			response.end(page);
		});
		expect((await scrape(silent.url)).serverTimeMs).toBeNull();
		const odd = await serve((_, response) => response.setHeader('date', 'yesterday').end(page));
		expect((await scrape(odd.url)).serverTimeMs).toBeNull();
	});

	it('says what else it got', async () => {
		const missing = await serve((_, response) => response.writeHead(404).end('no'));
		await expect(scrape(missing.url)).rejects.toMatchObject({
			failure: { kind: 'http-status', detail: '404 Not Found' },
		});
		const html = await serve((_, response) => response.end('<html><body>Welcome'));
		const failure = { kind: 'malformed', call: 'GET /metrics', where: html.url };
		await expect(scrape(html.url)).rejects.toMatchObject({ failure });
		await expect(scrape(html.url)).rejects.toThrow('it begins: <html><body>Welcome');
		const empty = await serve((_, response) => response.end());
		await expect(scrape(empty.url)).rejects.toThrow('the page is empty');
	});

	it('gives up a page that is too large, long before its end', async () => {
		let sent = 0;
		const { url } = await serve((_, response) => {
			const chunk = Buffer.from(page.repeat(100));
			const more = () => {
				while (!response.destroyed && sent < 200_000_000) {
					sent += chunk.length;
					if (!response.write(chunk)) break;
				}
			};
			response.on('drain', more);
			more();
		});
		await expect(scrape(url, 20)).rejects.toThrow(/malformed .*larger than 4 MiB/);
		expect(sent).toBeLessThan(100_000_000);
	});

	it('ends a page that drips, and one that never comes, at the deadline', async () => {
		const timers: NodeJS.Timeout[] = [];
		const drip = await serve((_, response) => timers.push(setInterval(() => response.write('# HELP x\n'), 20)));
		await expect(scrape(drip.url, 0.3)).rejects.toMatchObject({ failure: { kind: 'timeout' } });
		for (const timer of timers) clearInterval(timer);
		const hang = await serve(() => {});
		await expect(scrape(hang.url, 0.2)).rejects.toMatchObject({ failure: { kind: 'timeout' } });
	});
});
