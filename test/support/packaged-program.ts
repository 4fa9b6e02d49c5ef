import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../source/demo/binaries.ts';
import { unpackPackages } from '../../source/demo/packages.ts';

export type PackagedProgram = {
	/** The program's name, which is also its file's. */
	readonly program: string;
	/** The package that it comes with. */
	readonly packageName: string;
	/** The releases of Debian to ask, one after the other; the machine's own without them. */
	readonly suites?: readonly string[];
	readonly runs: (program: string) => Promise<boolean>;
	readonly onProgress?: (text: string) => void;
};

/** A program from the cache, else from the distribution's package (verified by apt, unpacked without root). */
export async function fetchProgram({
	program,
	packageName,
	suites,
	runs,
	onProgress,
}: PackagedProgram): Promise<string> {
	const cache = cacheFolder(process.env);
	const names = await readdir(cache).catch(() => []);
	for (const name of names.filter(each => each.startsWith(`${program}-`)).sort()) {
		const path = join(cache, name, program);
		if (await runs(path)) return path;
	}
	onProgress?.(`fetching ${program} from the distribution's packages into ${cache}`);
	const folder = await unpackPackages({
		cacheFolder: cache,
		packages: { names: [packageName], program },
		line: null,
		...(suites === undefined ? {} : { suites }),
		runs,
		environment: process.env,
	});
	return join(folder, program);
}
