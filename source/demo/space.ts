import { setTimeout as wait } from 'node:timers/promises';
import { type ClusterClient, isNoSpace } from './client.ts';
import type { LocalCluster, LocalMember } from './cluster.ts';
import { createRandom } from './random.ts';
import { ask } from './requests.ts';

const prefix = Buffer.from('/registry/configmaps/demo-fill/');
const prefixEnd = Buffer.from('/registry/configmaps/demo-fill0');
const mebibyte = 1024 * 1024;
/** Written again and again: what fills a database is mostly history, which a compaction gives back. */
const keys = 8;
/** Writes at once, and the least time that each takes: some 16 MiB a second at most, so that the growth can be watched. */
const writers = 4;
const writeMs = 250;
const maintenanceMs = 60_000;

/** Fills the database until etcd takes no more, and makes room again. */
export type Space = {
	/** Writes of ours are in the database. */
	readonly isUsed: boolean;
	/** etcd has refused a write for lack of space since it was last made. */
	readonly isFull: boolean;
	state(): string;
	/** Resolves when etcd refuses a write for lack of space. */
	fill(): Promise<string>;
	stopFilling(): void;
	make(): Promise<string>;
};

async function inUseBytes(member: LocalMember): Promise<number> {
	const answer = await ask({ url: `${member.metricsUrl}/metrics`, timeoutMs: 5000 });
	return Number(/^etcd_mvcc_db_total_size_in_use_in_bytes (\S+)/m.exec(answer.text)?.[1] ?? Number.NaN);
}

export function createSpace(cluster: LocalCluster, client: ClusterClient, quotaBytes: number): Space {
	// What looks random is not made smaller by any file system.
	const value = Buffer.from(createRandom(1).bytes(mebibyte));
	let writtenBytes = 0;
	let serial = 0;
	let isFilling = false;
	let isFull = false;
	const runningMembers = () => cluster.members.filter(member => member.state === 'running');

	const writeUntilFull = async () => {
		while (isFilling && !isFull) {
			serial += 1;
			const key = Buffer.concat([prefix, Buffer.from(`blob-${serial % keys}`)]);
			try {
				await Promise.all([client.call(({ kv }) => kv.put({ key, value })), wait(writeMs)]);
				writtenBytes += value.length;
			} catch (error) {
				if (isNoSpace(error)) isFull = true;
				// A member that died, or a cluster without a leader: go on once it answers again.
				else await wait(writeMs);
			}
		}
	};

	return {
		get isUsed() {
			return serial > 0;
		},
		get isFull() {
			return isFull;
		},
		state() {
			if (isFull) return 'NOSPACE: writes are refused';
			const [done, all] = [writtenBytes, quotaBytes].map(bytes => Math.round(bytes / mebibyte));
			return isFilling ? `${done} of ${all} MiB written` : '';
		},
		async fill() {
			isFilling = true;
			await Promise.all(Array.from({ length: writers }, writeUntilFull));
			isFilling = false;
			return isFull ? 'the quota is used up: NOSPACE, writes are refused' : 'filling was ended before the quota';
		},
		stopFilling() {
			isFilling = false;
		},
		async make() {
			const options = () => ({ deadline: Date.now() + maintenanceMs });
			const deleted = await client.call(({ kv }) => kv.deleteRange({ key: prefix, range_end: prefixEnd }, options()));
			const { revision } = deleted.header;
			await client.call(({ kv }) => kv.compact({ revision, physical: true }, options()));
			// Only the member that was asked has waited for its pages to become free.
			const deadline = performance.now() + maintenanceMs;
			for (const member of runningMembers())
				while ((await inUseBytes(member)) > quotaBytes / 2 && performance.now() < deadline) await wait(50);
			const leader = await cluster.leader();
			const order = runningMembers().sort((a, b) => Number(a === leader) - Number(b === leader));
			for (const member of order) await client.at(member.clientUrl).maintenance.defragment(options());
			const { alarms } = await client.call(({ maintenance }) => maintenance.alarm({ action: 'Get' }, options()));
			for (const { memberID, alarm } of alarms.filter(each => String(each.alarm).toUpperCase() === 'NOSPACE'))
				await client.call(({ maintenance }) => maintenance.alarm({ action: 'Deactivate', memberID, alarm }, options()));
			isFull = false;
			writtenBytes = 0;
			serial = 0;
			return `made space: ${deleted.deleted} values deleted, ${order.length} members defragmented`;
		},
	};
}
