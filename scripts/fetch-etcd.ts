/** Makes sure that the etcd releases which the tests run against are in the cache. Quick once they are. */
import { fetchEtcd, type ReleaseLine } from '../source/demo/binaries.ts';

const lines: readonly ReleaseLine[] = ['3.4', '3.5'];

for (const line of lines) {
	try {
		const { version, etcd, source } = await fetchEtcd(line, { onProgress: text => console.log(text) });
		console.log(`etcd ${version} (${source}): ${etcd}`);
	} catch (error) {
		console.error(error instanceof Error ? error.message : String(error));
		process.exitCode = 1;
	}
}
