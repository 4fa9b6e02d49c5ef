import { join } from 'node:path';
import type { Outside } from '../../source/config/outside.ts';
import { parseSettings, type Settings } from '../../source/config/settings.ts';

type Fake = Partial<Omit<Outside, 'readFile'>> & {
	/** Text by path; an error code (`EACCES`) instead of text fails with it. */
	readonly files?: Readonly<Record<string, string | { readonly code: string }>>;
};

/** A world without environment, files, name servers or a terminal, but for what is handed in. */
export function fakeOutside({ files = {}, ...rest }: Fake = {}): Outside {
	return {
		environment: { LANG: 'en_GB.UTF-8' },
		root: '/',
		readFile: path => {
			const content = files[join('/', path)] ?? { code: 'ENOENT' };
			if (typeof content === 'string') return content;
			throw Object.assign(new Error(`${content.code}: ${path}`), { code: content.code });
		},
		resolveService: name => Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' })),
		askPassword: () => Promise.resolve(null),
		...rest,
	};
}

/** Arguments as they come, or in one line, parted by blanks. */
export const parse = (line: string | readonly string[], fake: Fake = {}): Promise<Settings> =>
	parseSettings(
		typeof line === 'string' ? line.split(' ').filter(word => word !== '') : line,
		'1.2.3',
		fakeOutside(fake),
	);

/** The line that a user would read. */
export const complaint = (line: string | readonly string[], fake: Fake = {}): Promise<string> =>
	parse(line, fake).then(
		settings => `no complaint, but ${settings.command}`,
		(error: Error & { exitCode?: number }) => `${error.exitCode} ${error.message}`,
	);

/** Settings of a command that connects. */
export async function connected(line: string, fake: Fake = {}) {
	const settings = await parse(line, fake);
	if (settings.command !== 'monitor' && settings.command !== 'status') throw new Error(`is ${settings.command}`);
	return settings;
}

export const profileOf = async (line: string, fake: Fake = {}) => (await connected(line, fake)).profile;
