import { describe, expect, it } from 'vitest';
import { compactMarkKey } from '../../source/cluster/examinations/compact-mark.ts';
import type { ExaminedCluster } from '../../source/collect/examiner.ts';
import { compactMark } from '../../source/collect/examiners/compact-mark.ts';
import { CallError, type EtcdCalls, type KeyValue, type MemberCalls } from '../../source/etcd/calls.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import { releaseLines } from '../demo/real-etcd.ts';
import { sharedCluster } from '../end-to-end/shared-cluster.ts';
import { fakeCluster, fakeMember, urlOf } from '../support/fake-calls.ts';
import { plainProfile } from '../support/profile.ts';
import { etcdctl } from '../support/programs.ts';
import { optionsOf } from './reader.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** What is found where a Range ends so, and who was asked for what. */
async function examined(end: KeyValue | CallError | null, answering = [false, true, true]) {
	const fake = fakeCluster(['1', '2', '3'].map(id => fakeMember(id)));
	const asked: string[] = [];
	const get = (endpoint: string): MemberCalls['get'] => {
		return async (key, { isSerializable }) => {
			asked.push(`${key} at ${endpoint}${isSerializable ? ', serializable' : ''}`);
			if (end instanceof Error) throw end;
			return end;
		};
	};
	const calls: EtcdCalls = {
		...fake.calls,
		member: endpoint => ({ ...fake.calls.member(endpoint), get: get(endpoint) }),
	};
	const rows = answering.map((isAnswering, index) => {
		const key = `${index + 1}`;
		return { key, endpoint: urlOf(key), isAnswering, member: null };
	});
	const options = { ...optionsOf(fake, [urlOf('1')]), calls };
	const found = await compactMark.examine({ options, rows }, new AbortController().signal);
	return { found, asked };
}

describe('the compaction mark', () => {
	it('is read from one member that answers, without quorum', async () => {
		const pair = { value: bytes('12345'), modRevision: 12_999n, version: 77n };
		const { found, asked } = await examined(pair);
		expect(found).toEqual({
			topic: 'compact-mark',
			outcome: { kind: 'read', revision: '12345', modRevision: '12999', version: '77' },
		});
		expect(asked).toEqual([`compact_rev_key at ${urlOf('2')}, serializable`]);
	});

	it('is absent, or could not be read', async () => {
		expect((await examined(null)).found).toMatchObject({ outcome: { kind: 'absent' } });
		const failure = { kind: 'permission-denied', where: urlOf('2'), call: 'Range', detail: '' } as const;
		expect((await examined(new CallError(failure))).found).toMatchObject({ outcome: { kind: 'failed', failure } });
		expect((await examined(null, [false, false, false])).found).toBeNull();
	});

	it('keeps nothing of what is no revision', async () => {
		for (const text of ['secret', '', '-1', '9'.repeat(20), `1${' '.repeat(50)}`]) {
			const { found } = await examined({ value: bytes(text), modRevision: 5n, version: 1n });
			expect(found).toMatchObject({ outcome: { kind: 'read', revision: null, modRevision: '5' } });
		}
	});
});

describe.each(releaseLines)('the compaction mark on etcd %s', line => {
	const shared = sharedCluster(line, { members: 3 });

	it('is read as etcdctl wrote it, even where there is no quorum', async () => {
		const cluster = shared();
		const [first, ...others] = cluster.members;
		const calls = connectEtcd(plainProfile);
		const row = { key: '1', endpoint: first!.clientUrl, isAnswering: true, member: null };
		const options = {
			calls,
			profile: plainProfile,
			statusIntervalSeconds: 1,
			metricsIntervalSeconds: 1,
			wantedFamilies: new Set<string>(),
			watch: { off: 'not here' },
		};
		const examine = () =>
			compactMark.examine({ options, rows: [row] } satisfies ExaminedCluster, new AbortController().signal);
		expect(await examine()).toMatchObject({ outcome: { kind: 'absent' } });
		const ctl = etcdctl(cluster.binaries, first!.clientUrl);
		await ctl('put', compactMarkKey, '4711');
		await ctl('put', compactMarkKey, '4712');
		for (const member of others) await member.kill();
		expect(await examine()).toMatchObject({
			outcome: { kind: 'read', revision: '4712', version: '2', modRevision: expect.stringMatching(/^\d+$/) },
		});
		calls.close();
	});
});
