import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationsSize, scenes } from '../media/operations.ts';
import { script } from '../media/script.ts';
import { freshReadme, pageOf, readmePath } from '../scripts/readme.ts';
import { commandsOf } from '../source/config/commands.ts';
import { flagNames, flagOf } from '../source/config/flags.ts';
import { keymap } from '../source/control/keymap.ts';
import { catalog } from '../source/operations/catalog.ts';

const root = dirname(readmePath);
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = textOf('readme.md');
const docs = readdirSync(join(root, 'docs')).map(name => `docs/${name}`);
const pages = ['readme.md', 'contributing.md', 'changelog.md', ...docs];

type Link = { readonly page: string; readonly file: string; readonly heading: string | undefined };

/** Links of a page to what is here: files from the root, and headings. */
const linksOf = (page: string): readonly Link[] =>
	[...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
		const [path, heading] = target!.split('#');
		return /^https?:/.test(target!)
			? []
			: [{ page, heading, file: path === '' ? page : normalize(join(dirname(page), path!)) }];
	});
const links = pages.flatMap(linksOf);

/** As GitHub names a heading in a link. */
const anchorsOf = (page: string): readonly string[] =>
	[...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
		title!
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);

describe('the readme', () => {
	it('shows the keys, exit codes and flags of the program; `node scripts/readme.ts` writes them anew', () => {
		expect(freshReadme(readme)).toBe(readme);
	});

	it('notices a part that is stale or gone', () => {
		const [first] = keymap;
		expect(freshReadme(readme.replace(first!.label, 'something else'))).toBe(readme);
		expect(() => freshReadme(readme.replace('<!-- keys -->', ''))).toThrow('<!-- keys -->');
	});

	it('tells of every row of the benchmark', () => {
		const rows = readdirSync(join(root, 'test/bench/rows')).map(file => file.replace(/\.ts$/, ''));
		const [, speed = ''] = readme.split('### Speed');
		expect(rows.filter(row => !speed.includes(`| \`${row}\` |`))).toEqual([]);
	});
});

describe('the pages', () => {
	it.each(pages.filter(page => page !== 'changelog.md'))('%s names only flags and commands that there are', page => {
		const known = flagNames.flatMap(name => [`--${name}`, ...(flagOf(name).kind === 'switch' ? [`--no-${name}`] : [])]);
		const ofEtcd = [
			...['--quota-backend-bytes', '--max-learners', '--listen-peer-urls', '--initial-advertise-peer-urls'],
			...['--election-timeout', '--unsafe-no-fsync', '--metrics', '--config-file'],
			// Of kube-apiserver.
			...['--etcd-servers', '--etcd-compaction-interval'],
		];
		const text = textOf(page);
		const lines = [...text.matchAll(/(?:^|`)(?:sudo |[A-Z_]+=\S+ )*etcdtop\b((?:\\\n|[^\n`|#])*)/gm)].map(
			([, rest]) => rest!,
		);
		const spelled = page === 'contributing.md' ? [] : [...text.matchAll(/(?<=`)--[a-z-]+/g)];
		const flags = [...lines.flatMap(line => [...line.matchAll(/(?<= )--[a-z-]+/g)]), ...spelled].map(([flag]) => flag);
		expect(flags.filter(flag => !known.includes(flag) && !ofEtcd.includes(flag))).toEqual([]);
		const named = lines.flatMap(line => /^ ([a-z]+(?:-[a-z]+)*)\b/.exec(line)?.[1] ?? []);
		expect(named.filter(name => name !== 'help' && commandsOf(name).length === 0)).toEqual([]);
		if (page === 'contributing.md') return;
		expect(named.length).toBeGreaterThan(0);
		expect(flags.length).toBeGreaterThan(0);
	});

	it('link only to files and headings that there are', () => {
		expect(links.length).toBeGreaterThan(50);
		expect(links.filter(({ file }) => !existsSync(join(root, file)))).toEqual([]);
		const inside = links.filter(({ heading }) => heading !== undefined);
		expect(inside.length).toBeGreaterThan(5);
		expect(inside.filter(({ file, heading }) => !anchorsOf(file).includes(heading!))).toEqual([]);
	});

	it('tell of every operation, with its key, its command, and pictures before and while it runs', () => {
		expect(docs).toEqual(expect.arrayContaining([...Object.values(pageOf), 'docs/journal.md']));
		const linked = links.flatMap(({ page, file }) => (page === 'readme.md' ? [file] : []));
		expect(docs.filter(page => !linked.includes(page))).toEqual([]);
		for (const { id, key, usage } of catalog) {
			const text = textOf(pageOf[id]);
			expect(text).toContain(`\`${key}\``);
			// `member list|add|promote|update|remove` names them all at once.
			const [first, second = ''] = usage.split(' ');
			expect(text).toMatch(new RegExp(`etcdtop ${first}${/^[a-z]/.test(second) ? `.*\\b${second}` : ''}`));
		}
		for (const page of Object.values(pageOf)) {
			const files = linksOf(page).map(({ file }) => file);
			expect(files.some(file => file.endsWith('-confirm.svg'))).toBe(true);
			expect(files.some(file => file.endsWith('-progress.svg'))).toBe(true);
		}
	});

	it('show every picture, and none that nobody makes', () => {
		const shown = new Set(links.map(({ file }) => file).filter(file => file.endsWith('.svg')));
		const kept = readdirSync(join(root, 'media')).filter(name => name.endsWith('.svg'));
		expect(shown).toEqual(new Set(kept.map(name => `media/${name}`)));
		const steps = [...script(0), ...scenes.flatMap(scene => scene.steps)];
		const made = steps.flatMap(step => (step.kind === 'still' ? [`${step.name}.svg`] : []));
		expect(new Set([...made, 'etcdtop-demo.svg'])).toEqual(new Set(kept));
		expect(operationsSize.columns).toBeLessThanOrEqual(120);
	});

	it('names only npm scripts that there are', () => {
		const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
		const text = readme + textOf('contributing.md');
		const named = [...text.matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name!);
		expect(named.filter(name => !(name in scripts))).toEqual([]);
	});
});
