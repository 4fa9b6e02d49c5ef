import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forSuite, parseDeb822, parseOneLine, readAptSources, writeDeb822 } from '../../source/demo/apt-sources.ts';

const deb822 = `# the distribution
Types: deb deb-src
# an old place
URIs: mirror+file:/etc/apt/mirrors/main.list
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF

Types: deb
URIs: https://security.test/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/distribution.gpg

Enabled: no
Types: deb
URIs: https://off.test/
Suites: bookworm
Components: main

Types: deb-src
URIs: https://code.test/
Suites: bookworm
Components: main
`;

it('reads deb822 with comments, keys of several lines, and without what gives no packages', () => {
	const [first, second, ...rest] = parseDeb822(deb822);
	expect(rest).toEqual([]);
	expect(first?.suites).toEqual(['bookworm', 'bookworm-updates']);
	expect(first?.fields.get('uris')).toBe('mirror+file:/etc/apt/mirrors/main.list');
	expect(first?.fields.get('signed-by')).toContain('\n mQINBF');
	expect(second?.suites).toEqual(['bookworm-security']);
});

it('reads one-line entries with options and comments', () => {
	const text = `# deb https://old.test bookworm main
deb [arch=amd64,arm64 signed-by=/keys/a.gpg] https://a.test/debian bookworm main contrib # here
deb-src https://a.test/debian bookworm main
deb https://b.test/ ./
`;
	const [first, second, ...rest] = parseOneLine(text);
	expect(rest).toEqual([]);
	expect(first).toMatchObject({ suites: ['bookworm'], components: ['main', 'contrib'] });
	expect(Object.fromEntries(first!.fields)).toEqual({
		uris: 'https://a.test/debian',
		architectures: 'amd64 arm64',
		'signed-by': '/keys/a.gpg',
	});
	expect(second).toMatchObject({ suites: ['./'], components: [] });
});

it('changes the release of the main archive only, and keeps mirror and key', () => {
	const others = parseOneLine('deb https://vendor.test/debian bookworm stable\ndeb https://pg.test bookworm-pgdg main');
	const text = writeDeb822(forSuite([...parseDeb822(deb822), ...others], ['bookworm', 'stable'], 'sid'));
	expect(text.match(/^types:/gm)).toHaveLength(1);
	expect(text).toContain('suites: sid\n');
	expect(text).toContain('components: main\n');
	expect(text).toContain('mirror+file:/etc/apt/mirrors/main.list');
	expect(text).toContain('signed-by: -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF');
	expect(text).toContain('targets: Packages');
});

it('writes what it can read again', () => {
	const sources = parseDeb822(deb822);
	expect(parseDeb822(writeDeb822(sources))).toEqual(sources);
});

it('reads a folder with both kinds, and one that is not there', () => {
	const folder = mkdtempSync(join(tmpdir(), 'apt-'));
	try {
		mkdirSync(join(folder, 'sources.list.d'));
		writeFileSync(join(folder, 'sources.list'), 'deb https://one.test a main\n');
		writeFileSync(join(folder, 'sources.list.d/b.list'), 'deb https://two.test b main\n');
		writeFileSync(join(folder, 'sources.list.d/c.sources'), deb822);
		writeFileSync(join(folder, 'sources.list.d/d.list.disabled'), 'deb https://never.test d main\n');
		expect(readAptSources(folder).map(source => source.suites[0])).toEqual(['a', 'b', 'bookworm', 'bookworm-security']);
		expect(readAptSources(join(folder, 'nowhere'))).toEqual([]);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
