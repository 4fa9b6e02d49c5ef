import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../source/demo/binaries.ts';
import { unpackPackages } from '../../source/demo/packages.ts';

const run = promisify(execFile);

/**
 * The release of Debian that carries Prometheus 2.42, so that every machine asks the same one: version 3 leaves the
 * earlier end out of its ranges, and later ones of version 2 extrapolate differently where a counter is young.
 */
const suites = ['bookworm'];

const runs = (promtool: string) =>
	run(promtool, ['--version'], { timeout: 20_000 }).then(
		() => true,
		() => false,
	);

/** Prometheus' own tool, from the cache, else from the distribution's package (verified by apt, unpacked without root). */
export async function fetchPromtool(onProgress?: (text: string) => void): Promise<string> {
	const cache = cacheFolder(process.env);
	const names = await readdir(cache).catch(() => []);
	for (const name of names.filter(each => each.startsWith('promtool-')).sort()) {
		const promtool = join(cache, name, 'promtool');
		if (await runs(promtool)) return promtool;
	}
	onProgress?.(`fetching promtool from the distribution's packages into ${cache}`);
	const packages = { names: ['prometheus'] as const, program: 'promtool' };
	const folder = await unpackPackages({
		cacheFolder: cache,
		packages,
		line: null,
		suites,
		runs,
		environment: process.env,
	});
	return join(folder, 'promtool');
}
