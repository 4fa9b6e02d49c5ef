import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

type Room = {
	/** Rooms that it may import whole. */
	readonly rooms: readonly string[];
	/** Rooms of which it may import types only. */
	readonly types?: readonly string[];
	/** Packages and Node's own modules; `*` is anything. */
	readonly packages: readonly string[];
};

/**
 * The rooms of the house and what each may import. `contributing.md` shows the same table with reasons: change both
 * together. A room that is missing here may not exist.
 */
const house: Readonly<Record<string, Room>> = {
	format: { rooms: [], packages: ['string-width'] },
	cluster: { rooms: ['format'], packages: [] },
	registry: { rooms: ['format'], packages: [] },
	diagnosis: { rooms: ['cluster', 'format'], packages: [] },
	etcd: { rooms: [], types: ['cluster'], packages: ['*'] },
	collect: { rooms: ['etcd', 'cluster', 'registry', 'format'], packages: ['node:', 'yaml'] },
	operations: { rooms: ['cluster', 'format'], types: ['etcd'], packages: [] },
	journal: { rooms: ['format'], types: ['operations'], packages: ['node:'] },
	backend: { rooms: ['operations', 'format'], packages: ['node:'] },
	control: { rooms: ['cluster', 'diagnosis', 'operations', 'format'], packages: [] },
	components: { rooms: ['format'], packages: ['ink', 'react', 'asciichart'] },
	terminal: { rooms: ['format'], packages: ['node:', 'string-width', 'ink'] },
	panes: {
		rooms: ['cluster', 'registry', 'diagnosis', 'operations', 'control', 'components', 'format'],
		packages: ['ink', 'react'],
	},
	report: { rooms: ['cluster', 'diagnosis', 'operations', 'format'], packages: [] },
	demo: { rooms: ['etcd', 'collect', 'format'], packages: ['*'] },
	config: { rooms: ['etcd', 'operations', 'format'], packages: ['node:', 'meow', 'yaml'] },
};

/** The only rooms in which a client of etcd may be imported. */
const clientRooms = ['etcd', 'demo'];
const clientPackages = [
	'etcd3',
	'@grpc/grpc-js',
	'@connectrpc/connect',
	'@connectrpc/connect-node',
	'@bufbuild/protobuf',
];

const source = resolve(import.meta.dirname, '../source');

type Import = { readonly file: string; readonly specifier: string; readonly isType: boolean };

function filesIn(folder: string): string[] {
	return readdirSync(folder).flatMap(name => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? filesIn(path) : /\.tsx?$/.test(name) ? [path] : [];
	});
}

function importsOf(file: string): Import[] {
	const text = readFileSync(file, 'utf8')
		.replaceAll(/\/\*[\s\S]*?\*\//g, '')
		.replaceAll(/^\s*\/\/.*$/gm, '');
	const found: Import[] = [];
	for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm))
		found.push({ file, specifier: match[2]!, isType: match[1] !== undefined });
	for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g))
		found.push({ file, specifier: match[1]!, isType: /typeof\s+$/.test(text.slice(0, match.index)) });
	return found;
}

const roomOf = (path: string) => {
	const [first, ...rest] = relative(source, path).split('/');
	return rest.length === 0 ? null : first!;
};

const isPackage = (specifier: string, allowed: string) =>
	allowed === '*' ||
	(allowed.endsWith(':')
		? specifier.startsWith(allowed)
		: specifier === allowed || specifier.startsWith(`${allowed}/`));

function complaint({ file, specifier, isType }: Import): string | null {
	const room = roomOf(file);
	const rules = room === null ? null : house[room]!;
	const where = relative(source, file);
	if (!specifier.startsWith('.')) {
		if (clientPackages.some(name => isPackage(specifier, name)) && !clientRooms.includes(room ?? ''))
			return `${where} imports ${specifier}: only etcd/ speaks to etcd`;
		return rules === null || rules.packages.some(allowed => isPackage(specifier, allowed))
			? null
			: `${where} imports the package ${specifier}`;
	}
	const target = roomOf(resolve(dirname(file), specifier));
	if (target === room) return null;
	if (target === null)
		return room === null ? null : `${where} imports ${specifier}: nothing may import the front of the house`;
	if (rules === null || rules.rooms.includes(target) || (isType && rules.types?.includes(target))) return null;
	return `${where} imports ${isType ? 'types of ' : ''}${target}/`;
}

const imports = filesIn(source).flatMap(importsOf);

describe('the house', () => {
	it('has only rooms that the table names', () => {
		const rooms = readdirSync(source).filter(name => statSync(join(source, name)).isDirectory());
		expect(rooms.filter(room => !(room in house))).toEqual([]);
	});

	it('is the house that contributing.md shows', () => {
		const page = readFileSync(resolve(source, '../contributing.md'), 'utf8');
		const shown = [...page.matchAll(/^\| `(\w+)\/` \|(?:[^|]*\|)([^|]*)\|([^|]*)\|/gm)].map(row =>
			row.slice(1, 4).map(cell => cell.replaceAll('`', '').trim()),
		);
		const list = (names: readonly string[]) => names.join(', ') || '–';
		const held = Object.entries(house).map(([name, { rooms, types = [], packages }]) => [
			name,
			list([...rooms, ...types.map(type => `${type} (types)`)]),
			packages.includes('*') ? 'any' : list(packages),
		]);
		expect(shown).toEqual(held);
	});

	it('keeps every import inside its table', () => {
		expect(imports.length).toBeGreaterThan(0);
		expect(imports.map(complaint).filter(text => text !== null)).toEqual([]);
	});

	it('keeps clocks, timers and randomness out of the pure rooms', () => {
		const pure = ['format', 'cluster', 'registry', 'diagnosis', 'operations', 'control', 'report'];
		const impure = /\b(?:Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|Math\.random|process\.)/;
		const guilty = pure
			.flatMap(room => filesIn(join(source, room)))
			.filter(file => impure.test(readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')));
		expect(guilty.map(file => relative(source, file))).toEqual([]);
	});

	it('sees a forbidden import', () => {
		const from = (file: string, specifier: string, isType = false) =>
			complaint({ file: join(source, file), specifier, isType });
		expect(from('cluster/a.ts', '../etcd/calls.ts')).toContain('etcd/');
		expect(from('etcd/a.ts', '../cluster/history.ts')).toContain('cluster/');
		expect(from('etcd/a.ts', '../cluster/history.ts', true)).toBeNull();
		expect(from('control/a.ts', 'react')).toContain('package react');
		expect(from('panes/a.tsx', 'etcd3')).toContain('only etcd/');
		expect(from('format/a.ts', '../wiring.ts')).toContain('front of the house');
	});
});
