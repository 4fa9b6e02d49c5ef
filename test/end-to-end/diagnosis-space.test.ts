import { afterEach, describe, expect, it, vi } from 'vitest';
import { compactMark } from '../../source/collect/examiners/compact-mark.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';
import { releaseLines, until } from '../demo/real-etcd.ts';
import { enlarge, fragment } from '../operations/fragmented.ts';
import { etcdctl, put, statuses, write } from '../operations/writing.ts';
import { type Observer, observe } from '../support/observer.ts';
import { sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const mib = 1024 ** 2;
const observers: Observer[] = [];
afterEach(() => Promise.all(observers.splice(0).map(observer => observer.stop())));

function observed(endpoints: readonly string[]): Observer {
	const observer = observe(endpoints, { examiners: [compactMark] });
	observers.push(observer);
	return observer;
}

/** The finding of a rule, once it is there and has these words. */
const found = async (observer: Observer, rule: string, ...words: readonly string[]) => {
	const isIt = (finding: Finding) =>
		finding.rule === rule &&
		words.every(word => [finding.title, finding.evidence, ...finding.reasoning].some(text => text.includes(word)));
	const { findings } = await observer.see(judgement => judgement.findings.some(isIt));
	await until(() => observer.seen.some(finding => finding.rule === rule));
	return findings.find(isIt)!;
};

/** What these faults must not be taken for. A busy machine may well make a member silent for a moment. */
const mistakes = /^(?:corrupt|revisions-diverge|size-spread|clock-skew|watch|file-descriptors|version|known-faults)/;
const mistaken = ({ seen }: Observer) => seen.filter(({ rule }) => mistakes.test(rule)).map(({ rule }) => rule);

describe.each(releaseLines)('a quota of etcd %s that is used up', line => {
	const shared = sharedCluster(line, { quotaBytes: 16 * mib });

	it('is said to be full of history where a few keys were written again and again', async () => {
		const observer = observed(shared().endpoints);
		while (await write(shared().endpoints[0]!, { count: 200, keys: 4 }));
		const finding = await found(observer, 'nospace', 'raised by m', 'it is full of');
		expect(finding).toMatchObject({ severity: 'critical', remedy: { operation: 'recover-space' } });
		expect(finding.evidence).toMatch(/raised by m\d.*m\d 1\d MB of 17 MB \(\d+%\)/);
		expect(finding.reasoning[0]).toMatch(/^it is full of history: \d+ revisions are kept, of only 4 keys$/);
		expect(finding.advice).toMatch(/^compact/);
		expect(mistaken(observer).filter(rule => rule !== 'known-faults')).toEqual([]);
		expect(observer.now().findings.map(({ rule }) => rule)).not.toContain('quota-use');
	});
});

describe('a quota that is used up by data', () => {
	const shared = sharedCluster('3.5', { members: 1, quotaBytes: 16 * mib });

	it('is said to be', async () => {
		const observer = observed(shared().endpoints);
		for (let round = 0; await write(shared().endpoints[0]!, { count: 50, bytes: 60_000 + round }); round++);
		const finding = await found(observer, 'nospace', 'it is full of');
		expect(finding.reasoning[0]).toMatch(/^it is full of data: \d+ keys, and only \d+ revisions of history$/);
		expect(finding.advice).toContain('delete what is not needed');
	});
});

describe('history that nobody compacts', () => {
	const shared = sharedCluster('3.5', { members: 1 });

	it('is told, until somebody does', async () => {
		const { endpoints } = shared();
		const observer = observed(endpoints);
		await revise(endpoints[0]!, 10_200);
		const finding = await found(observer, 'compaction-stuck', 'compact_rev_key');
		expect(finding).toMatchObject({ severity: 'info', remedy: { operation: 'compact' } });
		expect(finding.evidence).toMatch(/^10,\d{3} revisions of history are kept of 16 keys; never compacted$/);
		const { revision } = (await statuses(shared()))[0]!;
		await etcdctl(shared(), ['compact', String(revision)]);
		await observer.see(({ findings }) => findings.every(({ rule }) => rule !== 'compaction-stuck'));
		expect(mistaken(observer)).toEqual([]);
	});
});

describe('one of three members', () => {
	const shared = sharedCluster('3.5');

	it('is named where it alone was not defragmented', async () => {
		const { endpoints, members } = shared();
		const observer = observed(endpoints);
		await enlarge(shared(), 120);
		await etcdctl(shared(), ['del', 'large-', '--prefix'], [endpoints[0]!]);
		await fragment(shared());
		await until(async () => {
			// An idle member goes on telling what was in use at its last write.
			await put(endpoints[0]!, 'fill-0', 'small');
			return (await statuses(shared())).every(({ dbInUseBytes }) => dbInUseBytes < 10 * mib);
		});
		const all = await found(observer, 'fragmentation', 'on 3 members');
		expect(all).toMatchObject({ severity: 'info', member: null, remedy: { operation: 'defragment-cluster' } });
		for (const member of members.slice(0, 2)) await etcdctl(shared(), ['defrag'], [member.clientUrl]);
		const one = await found(observer, 'fragmentation', 'm1 and m2: ', 'the members were not defragmented evenly');
		expect(one.member).not.toBeNull();
		expect(one).toMatchObject({ remedy: { operation: 'defragment-member', member: one.member } });
		expect(one.evidence).toMatch(/^m3 1[2-9]\d MB → about [\d.]+ [kM]B$/);
		expect(mistaken(observer)).toEqual([]);
	});
});

/** Writes a few keys so many times, over connections that are kept; each write is a revision. */
async function revise(endpoint: string, count: number): Promise<void> {
	let left = count;
	const writer = async (_: unknown, index: number) => {
		const body = JSON.stringify({ key: Buffer.from(`revised-${index}`).toString('base64'), value: '' });
		while (left-- > 0) expect((await fetch(`${endpoint}/v3/kv/put`, { method: 'POST', body })).ok).toBe(true);
	};
	await Promise.all(Array.from({ length: 16 }, writer));
}
