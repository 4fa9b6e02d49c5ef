import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One entry of the machine's package sources. Fields are deb822's, lower-case; values may hold several lines. */
export type AptSource = {
	readonly suites: readonly string[];
	readonly components: readonly string[];
	/** Everything else that decides where packages come from and who signs them: `uris`, `signed-by`, `architectures`… */
	readonly fields: ReadonlyMap<string, string>;
};

/** The options of a one-line entry whose deb822 field has another name. */
const oneLineOptions: Readonly<Record<string, string>> = { arch: 'architectures', lang: 'languages' };

const words = (text: string | undefined) => (text ?? '').split(/\s+/).filter(word => word !== '');

/** Reads deb822 text (`*.sources`); sources of source code and disabled ones are left out. */
export function parseDeb822(text: string): AptSource[] {
	const withoutComments = text.replaceAll(/^#.*\n?/gm, '');
	return withoutComments.split(/\n\s*\n/).flatMap(stanza => {
		const fields = new Map<string, string>();
		for (const match of stanza.matchAll(/^([^\s:]+):(.*(?:\n[ \t].*)*)/gm))
			fields.set(match[1]!.toLowerCase(), match[2]!.trim());
		if (!words(fields.get('types')).includes('deb') || fields.get('enabled')?.toLowerCase() === 'no') return [];
		const suites = words(fields.get('suites'));
		const components = words(fields.get('components'));
		for (const name of ['types', 'enabled', 'suites', 'components', 'targets']) fields.delete(name);
		return [{ suites, components, fields }];
	});
}

/** Reads one-line text (`*.list`): `deb [options] URI suite component…`. */
export function parseOneLine(text: string): AptSource[] {
	return [...text.matchAll(/^\s*deb\s+(?:\[([^\]]*)\]\s*)?([^\s#]+)\s+([^\s#]+)([^#\n]*)/gm)].map(match => {
		const fields = new Map([['uris', match[2]!]]);
		for (const option of words(match[1])) {
			const [name = '', value = ''] = option.split('=');
			if (name !== 'target') fields.set(oneLineOptions[name] ?? name, value.replaceAll(',', ' '));
		}
		return { suites: [match[3]!], components: words(match[4]), fields };
	});
}

/** The machine's package sources, from apt's configuration folder (`/etc/apt`). Empty where there is none. */
export function readAptSources(folder: string): AptSource[] {
	const read = (path: string) => {
		try {
			return readFileSync(path, 'utf8');
		} catch {
			return '';
		}
	};
	const parts = join(folder, 'sources.list.d');
	let names: string[] = [];
	try {
		names = readdirSync(parts).sort();
	} catch {
		// A machine without the folder keeps everything in sources.list.
	}
	return [
		...parseOneLine(read(join(folder, 'sources.list'))),
		...names.filter(name => name.endsWith('.list')).flatMap(name => parseOneLine(read(join(parts, name)))),
		...names.filter(name => name.endsWith('.sources')).flatMap(name => parseDeb822(read(join(parts, name)))),
	];
}

/**
 * The same mirrors and keys with another release of the distribution. Only sources of the installed release's main
 * archive are kept: those of security updates and of other vendors have no such suite.
 */
export function forSuite(sources: readonly AptSource[], installed: readonly string[], suite: string): AptSource[] {
	return sources
		.filter(source => source.components.includes('main') && source.suites.some(name => installed.includes(name)))
		.map(source => ({ ...source, suites: [suite], components: ['main'] }));
}

/** deb822 text that asks for nothing but package lists. */
export function writeDeb822(sources: readonly AptSource[]): string {
	return sources
		.map(({ suites, components, fields }) =>
			[
				'types: deb',
				`suites: ${suites.join(' ')}`,
				...(components.length === 0 ? [] : [`components: ${components.join(' ')}`]),
				'targets: Packages',
				...[...fields].map(([name, value]) => `${name}: ${value}`),
			].join('\n'),
		)
		.join('\n\n')
		.concat('\n');
}
