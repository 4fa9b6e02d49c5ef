import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type LocalMember, startCluster } from '../../source/demo/cluster.ts';
import { startLoad } from '../../source/demo/load.ts';
import { realEtcd } from '../demo/real-etcd.ts';
import { observe } from '../support/observer.ts';
import { needSlowDisk, slowDisk } from '../support/slow-disk.ts';
import { warningsOf } from './warnings.ts';

// The rule looks at two minutes of the history, so that one bad moment does not count.
vi.setConfig({ testTimeout: 300_000 });

const delaySeconds = 0.15;

type Case = {
	readonly line: '3.4' | '3.5';
	readonly what: string;
	/** Whose syncs are slow; those of all files without it. */
	readonly fileOf?: (member: LocalMember) => string;
	readonly reason: string;
};

const cases: readonly Case[] = [
	{ line: '3.5', what: 'disk', reason: 'slow too: it is the disk that holds both' },
	{
		line: '3.4',
		what: 'device of the WAL',
		fileOf: ({ dataDirectory }) => join(dataDirectory, 'member/wal/0000000000000000-0000000000000000.wal'),
		reason: 'it is the WAL’s own device',
	},
];

it.concurrent.for(cases)(
	'a leader of etcd $line on a slow $what is told, and nothing else',
	async ({ line, fileOf, reason }, { onTestFinished, skip }) => {
		await needSlowDisk(skip);
		const cluster = await startCluster({ binaries: await realEtcd(line) });
		onTestFinished(() => cluster.stop());
		const load = await startLoad({ endpoints: cluster.endpoints, writesPerSecond: 30 });
		onTestFinished(() => load.stop());
		const leader = await cluster.waitLeader();
		const file = fileOf?.(leader);
		const mend = await slowDisk({ pid: leader.pid!, delaySeconds, ...(file === undefined ? {} : { file }) });
		onTestFinished(mend);
		const observer = observe(cluster.endpoints, { pace: 5 });
		onTestFinished(() => observer.stop());

		// A moment in which the other members' disk is busy too, as far as they know, leaves nobody to lead instead.
		const judgement = await observer.see(found => {
			const [slow, ...others] = warningsOf(found);
			return others.length === 0 && slow?.remedy != null && slow.reasoning[0]?.includes(reason) === true;
		});
		const idOf = (name: string) => judgement.snapshot.members.find(member => member.name === name)?.id;
		const others = cluster.members.filter(({ name }) => name !== leader.name).map(({ name }) => idOf(name));
		const [slow] = warningsOf(judgement);
		expect(slow).toMatchObject({
			rule: 'fsync-slow',
			severity: 'warning',
			member: idOf(leader.name),
			title: `${leader.name}: disk syncs are slow`,
			evidence: expect.stringMatching(/^p99 .* over two minutes \(bucket .*, \d+ observations\)$/),
			advice: expect.stringContaining(`move the leader off ${leader.name}`),
			remedy: { operation: 'move-leader' },
		});
		expect(others).toContain(slow!.remedy!.member);
		expect(judgement.health).toMatchObject({ level: 'warning', cause: `${leader.name}: disk syncs are slow` });
		// The machine that runs the tests may have other slow disks for a while: of members and ways nothing was ever told.
		const told = new Set(observer.seen.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule));
		for (const disk of ['fsync-slow', 'commit-slow']) told.delete(disk);
		expect([...told]).toEqual([]);
	},
);
