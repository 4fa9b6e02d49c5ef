import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fetchProgram } from './packaged-program.ts';

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

/** Prometheus' own tool, from the cache or the distribution's package. */
export const fetchPromtool = (onProgress?: (text: string) => void): Promise<string> =>
	fetchProgram({
		program: 'promtool',
		packageName: 'prometheus',
		suites,
		runs,
		...(onProgress === undefined ? {} : { onProgress }),
	});
