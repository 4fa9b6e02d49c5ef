import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { connectCluster } from '../../source/demo/client.ts';
import { startProxy } from '../../source/demo/proxy.ts';
import { releaseLines } from '../demo/real-etcd.ts';
import { etcdctl } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';
import { sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

/** What the painter itself sends: modes, colours and places; never a title, a clipboard, an erasure or a new line. */
const ownSequences =
	/\x1b\[(?:\?(?:1049|25|7|2004|2026)[hl]|[\d;:]*[mHt]|\d*[CGXK])|\x1b\]2;etcdtop: [^\p{Cc}\u202e]*\x1b\\/gu;

/** Keys that would steer a terminal, tear a row or hide a text if they came through, and how they are shown. */
const hostileKeys: readonly (readonly [string, Uint8Array | string, string])[] = [
	['a title', '/registry/pods/default/\x1b]0;pwned\x07', '\\x1b]0;pwned\\x07'],
	['a colour', '/registry/pods/default/\x1b[31mred', '\\x1b[31mred'],
	['an erasure', '/registry/pods/default/\x1b[2Jgone', '\\x1b[2Jgone'],
	['new lines', '/registry/pods/default/one\ntwo\r\tthree', 'one\\ntwo\\r\\tthree'],
	['right to left', '/registry/pods/default/\u202egnp.exe', '\\u{202e}gnp.exe'],
	['eight-bit controls', '/registry/pods/default/\u009b31m', '\\u{9b}31m'],
	[
		'no text at all',
		Buffer.from([...Buffer.from('/registry/pods/default/'), 0, 0xff, 0xfe, 0x80]),
		'\\x00\\xff\\xfe\\x80',
	],
	['wide signs', '/registry/pods/default/配置-🚀', '配置-🚀'],
];

describe.each(releaseLines)('the watch on etcd %s', line => {
	const shared = sharedCluster(line, { members: 1 });
	const ctl = (...args: readonly string[]) => etcdctl(shared().binaries, shared().endpoints.join())(...args);
	const open = async (...args: readonly string[]) => {
		const run = runInTerminal([`--endpoints=${shared().endpoints.join()}`, ...args]);
		await run.see('HEALTHY', 'watching from revision');
		return run;
	};
	/** etcdctl cannot be given every byte. */
	const put = async (key: Uint8Array | string, value: Uint8Array | string) => {
		const client = await connectCluster(shared().endpoints);
		try {
			await client.call(({ kv }) => kv.put({ key: Buffer.from(key), value: Buffer.from(value) }));
		} finally {
			client.close();
		}
	};

	it('tells what is created, updated and deleted, with revision and size', async () => {
		const run = await open();
		const key = '/registry/deployments/shop/checkout';
		await ctl('put', key, 'x'.repeat(1234));
		await ctl('put', key, 'y');
		await ctl('del', key);
		await ctl('put', '/registry/example.io/backups/shop/nightly', '{}');
		await run.see(
			/create deployments +shop\/checkout +\d+ +1\.2 kB/,
			/update deployments +shop\/checkout +\d+ +1 B/,
			/delete deployments +shop\/checkout +\d+ +│/,
			/create example\.io\/ba\S+ +shop\/nightly/,
			/deployments [\d.]+\/s/,
		);
	});

	it('shows the size of a value of 1.5 MB and lives on', async () => {
		const run = await open();
		await put('/registry/configmaps/default/large', Buffer.alloc(1_500_000, 'x'));
		await run.see(/create configmaps +default\/large +\d+ +1\.5 MB/);
		await ctl('put', '/registry/configmaps/default/small', 'x');
		await run.see(/create configmaps +default\/small/, 'HEALTHY');
	});

	it('shows hostile keys as text and sends none of them to the terminal', async () => {
		const run = await open();
		for (const [, key] of hostileKeys) await put(key, 'value');
		await put('/registry/pods/default/afterwards', 'value');
		const screen = await run.see('default/afterwards', ...hostileKeys.map(([, , shown]) => shown));
		// Nothing moved: every row of the pane still ends in its border.
		const rows = screen.split('\n');
		for (const [what, , shown] of hostileKeys)
			expect(
				rows.find(text => text.includes(shown)),
				what,
			).toMatch(/^│.*│ +create pods .*5 B │$|^│ .* 5 B │$/);
		run.press('q');
		await run.ended();
		// The shell's own line end after the screen was left is none of the program's frames.
		expect(run.bytes().replace(ownSequences, '')).not.toMatch(/[\p{Cc}\u202e]/u);
	});

	it('watches only what it is told to', async () => {
		const run = await open('--prefix=/other/', '--prefix=/third/');
		await ctl('put', '/registry/pods/default/not-this', 'x');
		await ctl('put', '/other/this', 'x');
		await ctl('put', '/third/that', 'x');
		await run.see(/create \/other +\/other\/this/, /create \/third +\/third\/that/);
		expect(run.screen()).not.toContain('not-this');
	});

	it('is off with --no-watch, and write rates are still told', async () => {
		const run = runInTerminal([`--endpoints=${shared().endpoints.join()}`, '--no-watch']);
		await run.see('HEALTHY', 'the watch is off');
		await ctl('put', '/registry/pods/default/unwatched', 'x');
		await run.see(/writes (?!0\/s)\S+\/s/);
		expect(run.screen()).not.toContain('default/unwatched');
	});

	it('goes on after its connection was cut off and history was compacted, and says what it missed', async () => {
		const target = Number(new URL(shared().endpoints[0]!).port);
		const proxy = await startProxy({ targetPort: target });
		try {
			const run = runInTerminal([`--endpoints=http://127.0.0.1:${proxy.port}`, '--no-discovery']);
			await run.see('HEALTHY', 'watching from revision');
			await ctl('put', '/registry/pods/default/before', 'x');
			await run.see('default/before');
			proxy.setMode('swallow');
			await run.see('no answer', 'watch interrupted');
			for (const name of ['missed-1', 'missed-2', 'missed-3']) await ctl('put', `/registry/pods/default/${name}`, 'x');
			const head = Number(/"revision":(\d+)/.exec(await ctl('get', 'x', '-w', 'json'))?.[1]);
			await ctl('compact', String(head));
			proxy.setMode('pass');
			// What is left of history is shown; the revisions before it are counted.
			await run.see(`2 revisions not seen (${head - 2}–${head - 1}): compacted away`, 'HEALTHY');
			await ctl('put', '/registry/pods/default/after', 'x');
			await run.see('default/missed-3', 'default/after');
			expect(run.screen()).not.toMatch(/missed-[12]/);
		} finally {
			await proxy.close();
		}
	});

	it('loses nothing while the program itself stands still', async () => {
		const run = await open();
		process.kill(run.pid, 'SIGSTOP');
		for (let index = 0; index < 5; index++) await ctl('put', `/registry/pods/default/asleep-${index}`, 'x');
		// Long enough for the deadlines of its calls to pass: they must not be taken for the member's fault.
		await delay(3000);
		process.kill(run.pid, 'SIGCONT');
		await run.see(...[0, 1, 2, 3, 4].map(index => `default/asleep-${index}`), 'HEALTHY');
	});
});
