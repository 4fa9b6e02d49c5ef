import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EncryptionExamination } from '../../source/cluster/examinations/encryption.ts';
import { encryptionExaminer } from '../../source/collect/examiners/encryption.ts';
import { CallError, type EtcdCalls, type KeyRange, type MemberCalls } from '../../source/etcd/calls.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import { failureOf } from '../cluster/story.ts';
import { metric, releaseLines } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { findInMemory } from '../support/memory.ts';
import { plainProfile } from '../support/profile.ts';

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

/** Through etcd's own JSON gateway. */
async function post(url: string, path: string, body: Record<string, unknown>) {
	const response = await fetch(`${url}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
	expect(response.status).toBe(200);
}
const put = (url: string, key: string, value: string) =>
	post(url, 'kv/put', { key: base64(key), value: base64(value) });
const empty = (url: string) => post(url, 'kv/deleterange', { key: base64('/'), range_end: base64('0') });

const signal = new AbortController().signal;

function examined(calls: EtcdCalls, endpoints: readonly string[]) {
	const options = {
		calls,
		profile: { ...plainProfile, dialTimeoutSeconds: 20 },
		statusIntervalSeconds: 1,
		metricsIntervalSeconds: 1,
		wantedFamilies: new Set<string>(),
		watch: { off: 'not here' },
	};
	const rows = endpoints.map(endpoint => ({ key: endpoint, endpoint, isAnswering: true, member: null }));
	return { options, rows };
}

/** Looks once; the resources that were found. */
async function look(
	endpoints: readonly string[],
	resources: readonly string[] = ['secrets'],
	examiner = encryptionExaminer(resources),
): Promise<EncryptionExamination['resources']> {
	const calls = connectEtcd(plainProfile);
	onTestFinished(() => calls.close());
	const found = (await examiner.examine(examined(calls, endpoints), signal)) as EncryptionExamination | null;
	if (found === null) throw new Error('nothing was found');
	return found.resources;
}

const cbc = (key: string) => ({ kind: 'encrypted', provider: 'aescbc', keyName: key }) as const;
const plain = (format: 'protobuf' | 'json') => ({ kind: 'plain', format }) as const;
const protobuf = 'k8s\0\n\x0c\n\x02v1\x12\x06Secret\x12';

describe.each(releaseLines)('how secrets are stored in etcd %s', line => {
	const cluster = sharedCluster(line, { members: 1 });
	const url = () => cluster().endpoints[0]!;

	it('is told in exact numbers where all are looked at', async () => {
		await empty(url());
		expect(await look([url()])).toEqual([]);
		const values = [
			...Array.from({ length: 4 }, () => 'k8s:enc:aescbc:v1:key1:\x00\xff'),
			...Array.from({ length: 3 }, () => `${protobuf}${'s'.repeat(300_000)}`),
			...Array.from({ length: 2 }, () => 'k8s:enc:kms:v2:vault:\x0a'),
			'{"kind":"Secret"}',
			'k8s:enc:aescbc:v1:key2:x',
			'',
		];
		for (const [index, value] of values.entries())
			await put(url(), `/registry/secrets/ns-${index % 5}/s-${index}`, value);
		await put(url(), '/registry/secretsfoo/x', 'plain');
		await put(url(), '/registry/configmaps/default/c', '{"kind":"ConfigMap"}');
		const [secrets, configMaps] = await look([url()], ['secrets', 'configmaps']);
		expect(secrets).toMatchObject({ resource: 'secrets', outcome: { kind: 'sampled', total: 12, sampled: 12 } });
		const { outcome } = secrets!;
		if (outcome.kind !== 'sampled') throw new Error('was not sampled');
		expect(outcome.forms).toEqual([
			{ form: cbc('key1'), count: 4 },
			{ form: plain('protobuf'), count: 3 },
			{ form: { kind: 'encrypted', provider: 'kms v2', keyName: 'vault' }, count: 2 },
			...[1, 1, 1].map(count => expect.objectContaining({ count })),
		]);
		expect(outcome.forms.map(({ form }) => form)).toEqual(
			expect.arrayContaining([plain('json'), cbc('key2'), { kind: 'unknown' }]),
		);
		// Three values of 300 kB are among them.
		expect(outcome.receivedBytes).toBeLessThan(12 * 400);
		expect(configMaps).toMatchObject({
			resource: 'configmaps',
			outcome: { total: 1, forms: [{ form: plain('json'), count: 1 }] },
		});
	});

	it('is told of a sample where there are many, until each has had its turn', async () => {
		await empty(url());
		const keys = Array.from({ length: 60 }, (_, index) => `/registry/secrets/team-${index % 7}/app-${index}`);
		await Promise.all(keys.map(key => put(url(), key, 'k8s:enc:secretbox:v1:k:x')));
		await put(url(), keys[31]!, protobuf);
		const examiner = encryptionExaminer(['secrets']);
		const hasPlain = async () => {
			const { outcome } = (await look([url()], ['secrets'], examiner))[0]!;
			if (outcome.kind !== 'sampled') throw new Error('was not sampled');
			expect(outcome).toMatchObject({ total: 60, sampled: expect.toSatisfy(count => count >= 8 && count <= 12) });
			return outcome.forms.some(({ form }) => form.kind === 'plain');
		};
		// The walk takes four of sixty in each turn.
		const turns: boolean[] = [];
		while (turns.length < 15 && !turns.includes(true)) turns.push(await hasPlain());
		expect(turns).toContain(true);
		// What was found plain is looked at again.
		expect([await hasPlain(), await hasPlain()]).toEqual([true, true]);
		await put(url(), keys[31]!, 'k8s:enc:secretbox:v1:k:x');
		expect(await hasPlain()).toBe(false);
	});
});

describe('a member that is asked how secrets are stored', () => {
	const cluster = sharedCluster('3.5', { members: 3 });
	const endpoints = () => cluster().endpoints;

	it('is a follower, never the leader', async () => {
		const { leader } = await roles(cluster());
		await put(endpoints()[0]!, '/registry/secrets/a/b', 'k8s:enc:aescbc:v1:key1:x');
		const ranges = () =>
			metric(
				leader.metricsUrl,
				'grpc_server_handled_total{grpc_code="OK",grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"}',
			);
		const before = await ranges();
		expect(await look([leader.clientUrl, ...endpoints()])).toMatchObject([{ outcome: { sampled: 1 } }]);
		expect(await ranges()).toBe(before);
		expect(await look([leader.clientUrl])).toMatchObject([{ outcome: { sampled: 1 } }]);
		expect(await ranges()).toBeGreaterThan(before);
	});

	it('leaves nothing of a value in our memory but the first bytes that a connection lets through', async context => {
		if (process.platform !== 'linux') return context.skip('only Linux lets a process’s memory be searched');
		const url = endpoints()[0]!;
		await empty(url);
		// Sixteen bytes each, numbered: what is found tells how far into the value it was.
		const marks = (index: number) =>
			Array.from({ length: 500 }, (_, place) => `${index}${String(place).padStart(5, '0')}qzx81WmvK0`).join('');
		for (let index = 0; index < 10; index++)
			await put(
				url,
				`/registry/secrets/default/s-${index}`,
				`${index < 5 ? protobuf : 'k8s:enc:aescbc:v1:key1:'}${marks(index)}`,
			);
		const search = async (...key: string[]) => {
			const child = spawn(process.execPath, [join(import.meta.dirname, 'encryption-witness.ts'), url, ...key], {
				stdio: ['pipe', 'pipe', 'inherit'],
			});
			onTestFinished(() => void child.kill('SIGKILL'));
			const [line] = (await once(child.stdout, 'data')) as [Buffer];
			const places = findInMemory(child.pid!, 'qzx81WmvK0', 5).map(Number);
			child.stdin.end();
			return { line: String(line), places };
		};
		const { line, places } = await search();
		expect(JSON.parse(line)[0].resources[0].outcome).toMatchObject({ total: 10, sampled: 10 });
		expect(line).not.toContain('qzx81');
		// 192 bytes of an answer, of which the key and the rest take a half.
		expect(places.filter(place => !(place < 192 / 16))).toEqual([]);
		// The search would have found more: here a value was read whole.
		expect(new Set((await search('/registry/secrets/default/s-1')).places).size).toBeGreaterThanOrEqual(500);
	});
});

describe('a cluster with authentication', () => {
	const cluster = sharedCluster('3.5', { members: 1 });

	it('tells who may read secrets, and says so to who may not', async () => {
		const url = cluster().endpoints[0]!;
		await put(url, '/registry/secrets/a/b', 'k8s:enc:aescbc:v1:key1:x');
		for (const name of ['root', 'reader', 'stranger']) {
			await post(url, 'auth/user/add', { name, password: 'word' });
			await post(url, 'auth/role/add', { name });
			await post(url, 'auth/user/grant', { user: name, role: name });
		}
		// Of the roots under which Kubernetes may keep them, one.
		const perm = { permType: 'READ', key: base64('/registry/secrets/'), range_end: base64('/registry/secrets0') };
		await post(url, 'auth/role/grant', { name: 'reader', perm });
		await post(url, 'auth/enable', {});
		const lookAs = async (user: string | null) => {
			const calls = connectEtcd({ ...plainProfile, login: user === null ? null : { user, password: 'word' } });
			onTestFinished(() => calls.close());
			return encryptionExaminer(['secrets']).examine(examined(calls, [url]), signal);
		};
		const failed = (kind: string) => ({ resources: [{ outcome: { kind: 'failed', failure: { kind } } }] });
		for (const user of ['reader', 'root'])
			expect(await lookAs(user)).toMatchObject({
				resources: [{ outcome: { forms: [{ form: cbc('key1'), count: 1 }] } }],
			});
		expect(await lookAs('stranger')).toMatchObject(failed('permission-denied'));
		expect(await lookAs(null)).toMatchObject(failed('login-required'));
	});
});

describe('a look at how secrets are stored', () => {
	const membersWith = (patch: Partial<MemberCalls>): EtcdCalls => {
		const refuse = () => Promise.reject(new CallError(failureOf('refused')));
		const heads = { first: refuse, close: () => {} };
		const member = { status: refuse, countKeys: refuse, openHeads: () => heads, ...patch } as unknown as MemberCalls;
		return { member: () => member, close: () => {} };
	};
	const lookAt = (patch: Partial<MemberCalls>) =>
		encryptionExaminer(['secrets']).examine(examined(membersWith(patch), ['http://m1']), signal);

	it('says so where the user may not read them', async () => {
		const failure = failureOf('permission-denied', { call: 'Range' });
		const countKeys = () => Promise.reject(new CallError(failure));
		expect(await lookAt({ countKeys })).toEqual({
			topic: 'encryption',
			resources: [{ resource: 'secrets', outcome: { kind: 'failed', failure } }],
		});
	});

	it('tells nothing new where nobody answers', async () => {
		expect(await lookAt({})).toBeNull();
	});

	it('closes its connection whatever happens, and wipes what it saw', async () => {
		let closed = 0;
		const head = Buffer.from('k8s:enc:aescbc:v1:key1:\x01\x02');
		const isSecrets = ({ from }: KeyRange) => Buffer.from(from).toString().startsWith('/registry/secrets/');
		const open = (first: ReturnType<MemberCalls['openHeads']>['first']) => () => ({
			first,
			close: () => void closed++,
		});
		const countKeys = async (range: KeyRange) => (isSecrets(range) ? 1 : 0);
		const found = { key: Buffer.from('/registry/secrets/a/b'), head, valueBytes: 25, receivedBytes: 130 };
		expect(await lookAt({ countKeys, openHeads: open(async () => found) })).toMatchObject({
			resources: [{ outcome: { forms: [{ form: cbc('key1'), count: 1 }], receivedBytes: 130 } }],
		});
		expect(head.every(byte => byte === 0)).toBe(true);
		expect(
			await lookAt({ countKeys, openHeads: open(() => Promise.reject(new CallError(failureOf('timeout')))) }),
		).toBeNull();
		expect(closed).toBe(2);
	});
});
