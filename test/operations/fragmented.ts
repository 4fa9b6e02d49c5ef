import { randomBytes } from 'node:crypto';
import type { LocalCluster, LocalMember } from '../../source/demo/cluster.ts';
import { until } from '../demo/real-etcd.ts';
import { type EndpointStatus, etcdctl, put, statuses, write } from './writing.ts';

/** Free pages after `fragment`, at the least; `dbSizeFree > 2MB` holds for every member then. */
export const fragmentedRule = 'dbSizeFree > 2MB';

/** Writes the same few keys again and again and drops the history, so that most of every member's file is free. */
export async function fragment(cluster: LocalCluster): Promise<readonly EndpointStatus[]> {
	const [first] = cluster.endpoints;
	await write(first!, { count: 80, keys: 4 });
	const { revision } = (await statuses(cluster))[0]!;
	await etcdctl(cluster, ['compact', String(revision), '--physical'], [first!]);
	return until(async () => {
		// Pages that were freed count as free from the next write on.
		await put(first!, 'fill-0', 'small');
		const all = await statuses(cluster);
		return all.every(({ dbSizeBytes, dbInUseBytes }) => dbSizeBytes - dbInUseBytes > 2_500_000) && all;
	});
}

/** A member's numbers as etcdctl has them. */
export async function statusOf(cluster: LocalCluster, member: LocalMember): Promise<EndpointStatus> {
	return (await statuses(cluster)).find(({ endpoint }) => endpoint === member.clientUrl)!;
}

/** Who leads, as etcdctl says of the members that run. */
export async function leaderByEtcdctl(cluster: LocalCluster): Promise<string> {
	const running = cluster.members.filter(({ state }) => state === 'running').map(({ clientUrl }) => clientUrl);
	const rows = JSON.parse(await etcdctl(cluster, ['endpoint', 'status', '-w', 'json'], running)) as readonly {
		readonly Endpoint: string;
		readonly Status: { readonly leader: number; readonly header: { readonly member_id: number } };
	}[];
	const leader = rows.find(({ Status }) => Status.leader === Status.header.member_id);
	return cluster.members.find(({ clientUrl }) => clientUrl === leader?.Endpoint)?.name ?? 'nobody';
}

const mebibyte = randomBytes(1024 * 1024);

/** Makes the database so many MiB large, all of it in use, so that a defragmentation takes its time. */
export async function enlarge(cluster: LocalCluster, mebibytes: number): Promise<void> {
	for (let index = 0; index < mebibytes; index++) await put(cluster.endpoints[0]!, `large-${index}`, mebibyte);
}
