import type { ClusterClient } from './client.ts';

const markKey = Buffer.from('compact_rev_key');

/**
 * Moves the mark on to `revision` if it still has the version that was read; kube-apiservers agree in this way on which
 * of them compacts. Answers the revision of the store, and whether the turn is ours.
 */
async function moveMark(client: ClusterClient, version: string, revision: string) {
	const answer = await client.call(({ kv }) =>
		kv.txn({
			compare: [{ key: markKey, target: 'Version', result: 'Equal', version }],
			success: [{ request_put: { key: markKey, value: Buffer.from(revision) } }],
			failure: [{ request_range: { key: markKey } }],
		}),
	);
	const found = answer.responses[0]?.response_range?.kvs[0];
	return {
		isOurs: answer.succeeded,
		version: answer.succeeded ? String(BigInt(version) + 1n) : (found?.version ?? '0'),
		head: answer.header.revision,
	};
}

/**
 * Compacts as kube-apiserver does (`apiserver/pkg/storage/etcd3/compact.go`): every interval, to the revision that was
 * the newest one interval before.
 */
export function createCompactor(client: ClusterClient, intervalSeconds: number): { stop(): void } {
	let version = '0';
	let revision = '0';
	const turn = async () => {
		const moved = await moveMark(client, version, revision);
		const target = revision;
		version = moved.version;
		revision = moved.head;
		if (moved.isOurs && target !== '0') await client.call(({ kv }) => kv.compact({ revision: target }));
	};
	if (intervalSeconds <= 0) return { stop() {} };
	// A turn that fails (no leader, no space) is left out, as kube-apiserver leaves it out.
	const timer = setInterval(() => void turn().catch(() => {}), intervalSeconds * 1000);
	return { stop: () => clearInterval(timer) };
}
