import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshReadme, readmePath } from '../scripts/readme.ts';
import { commandsOf } from '../source/config/commands.ts';
import { flagNames, flagOf } from '../source/config/flags.ts';
import { keymap } from '../source/control/keymap.ts';

const readme = readFileSync(readmePath, 'utf8');
const root = dirname(readmePath);

describe('the readme', () => {
	it('shows the keys, exit codes and flags of the program; `node scripts/readme.ts` writes them anew', () => {
		expect(freshReadme(readme)).toBe(readme);
	});

	it('notices a part that is stale or gone', () => {
		const [first] = keymap;
		expect(freshReadme(readme.replace(first!.label, 'something else'))).toBe(readme);
		expect(() => freshReadme(readme.replace('<!-- keys -->', ''))).toThrow('<!-- keys -->');
	});

	it('names only flags and commands that there are', () => {
		const known = flagNames.flatMap(name => [`--${name}`, ...(flagOf(name).kind === 'switch' ? [`--no-${name}`] : [])]);
		const lines = [...readme.matchAll(/(?:^|`)(?:sudo |[A-Z_]+=\S+ )*etcdtop\b((?:\\\n|[^\n`|#])*)/gm)].map(
			([, rest]) => rest!,
		);
		const flags = [...lines.flatMap(line => [...line.matchAll(/--[a-z-]+/g)]), ...readme.matchAll(/(?<=`)--[a-z-]+/g)];
		expect(flags.length).toBeGreaterThan(20);
		expect(flags.map(([flag]) => flag).filter(flag => !known.includes(flag))).toEqual([]);
		const named = lines.flatMap(line => /^ ([a-z]+(?:-[a-z]+)*)\b/.exec(line)?.[1] ?? []);
		expect(named.length).toBeGreaterThan(3);
		expect(named.filter(name => name !== 'help' && commandsOf(name).length === 0)).toEqual([]);
	});

	it('tells of every row of the benchmark', () => {
		const rows = readdirSync(join(root, 'test/bench/rows')).map(file => file.replace(/\.ts$/, ''));
		const [, speed = ''] = readme.split('### Speed');
		expect(rows.filter(row => !speed.includes(`| \`${row}\` |`))).toEqual([]);
	});

	it('links only to files that there are', () => {
		const links = [...readme.matchAll(/(?:\]\(|src=")([^)"#]+)/g)].map(([, target]) => target!);
		const local = links.filter(target => !/^https?:/.test(target));
		expect(local.length).toBeGreaterThan(2);
		expect(local.filter(target => !existsSync(join(root, target)))).toEqual([]);
	});

	it('names only npm scripts that there are', () => {
		const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
		const pages = readme + readFileSync(join(root, 'contributing.md'), 'utf8');
		const named = [...pages.matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name!);
		expect(named.filter(name => !(name in scripts))).toEqual([]);
	});
});
