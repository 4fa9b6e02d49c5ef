/**
 * Bundles the program into `dist/`, which then needs no node_modules. What is imported dynamically (Ink and React, etcd3)
 * becomes a chunk of its own and costs nothing until it is used.
 */
import { chmodSync, copyFileSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'rolldown';

const root = dirname(import.meta.dirname);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const { values } = parseArgs({
	options: {
		entry: { type: 'string', default: join(root, 'source/cli.tsx') },
		out: { type: 'string', default: join(root, 'dist') },
	},
});

/**
 * An `import` of one of Node's own modules makes Node read each of its exports, used or not, and many of them load more
 * modules when they are read: the terminal streams, the HTTP client behind `fetch`, web cryptography. That takes 15 ms of
 * a start; asking for the module and taking from it what is used takes nothing.
 */
const plainBuiltins = {
	name: 'plain-builtins',
	renderChunk(code: string): string {
		return code.replaceAll(/^import (.+) from "(.+)";$/gm, (statement, clause: string, id: string) => {
			if (!isBuiltin(id)) return statement;
			const [, whole, named] = /^(?:(?:\* as )?([\w$]+))?(?:, )?(?:(\{.*\}))?$/.exec(clause) ?? [];
			const targets = [whole, named?.replaceAll(/ as /g, ': ')].filter(target => target !== undefined);
			if (targets.length === 0) throw new Error(`not understood: ${statement}`);
			return targets.map(target => `const ${target} = globalThis.process.getBuiltinModule("${id}");`).join(' ');
		});
	},
};

/**
 * Packages that take long to start and are needed rarely or late; they do that when they are first called.
 * string-width builds regular expressions of all emoji, some 25 ms, which nothing needs until text with one is measured.
 */
const lateFunctions = ['string-width'];
const lateCalls = {
	name: 'late-calls',
	resolveId: (id: string, importer: string | undefined, { kind }: { kind: string }) =>
		lateFunctions.includes(id) && kind === 'import-statement' && importer !== undefined ? `\0late:${id}` : null,
	load(id: string) {
		if (!id.startsWith('\0late:')) return null;
		const name = JSON.stringify(id.slice('\0late:'.length));
		return `let real; export default (...args) => (real ??= require(${name}).default)(...args);`;
	},
};

/**
 * Code of packages that costs time at every start and never does anything here. A package that no longer reads as
 * expected stops the build.
 */
const cuts = [
	{
		// Ink's developer mode, which would connect to React's developer tools.
		file: /\/ink\/build\/(?:ink|reconciler)\.js$/,
		from: /process\.env\['DEV'\] === 'true'/g,
		to: 'false',
	},
	{
		// Yoga holds its WebAssembly as base64, but asks for it with `fetch`, which loads all of Node's HTTP client.
		file: /\/yoga-layout\/dist\/binaries\/.*\.js$/,
		from: /"function"!=typeof fetch/g,
		to: 'true',
	},
	{
		// meow can look for a package.json and judge its licence and repository, and preparing that takes two thirds of
		// its start. It is handed its package, so neither function is ever called.
		file: /\/meow\/build\/options\.js$/,
		from: /^import \{[^}]*readPackageUpSync[^}]*\} from '.\/dependencies.js';$/m,
		to: 'const readPackageUpSync = () => undefined, normalizePackageData = () => {};',
	},
	{
		// A leftover of the same: made ready and never called.
		file: /\/meow\/build\/dependencies\.js$/,
		from: /^import \{ execFile \} from 'node:child_process';$/m,
		to: 'const execFile = () => {};',
	},
];

const cutter = {
	name: 'cutter',
	transform(code: string, id: string) {
		const cut = cuts.find(({ file }) => file.test(id));
		if (cut === undefined) return null;
		const shorter = code.replace(cut.from, cut.to);
		if (shorter === code) throw new Error(`${id} no longer holds ${cut.from}: look at the cuts in scripts/build.ts`);
		return shorter;
	},
};

const packageOf = (file: string | null) =>
	file?.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]?.replace('/', '-');

/** The licences of the packages whose code is in the bundle; each of them asks to be kept with copies of its code. */
function licenseTexts(modules: readonly string[]): string {
	const folders = new Set(modules.flatMap(file => /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
	const texts = [...folders].map(folder => {
		const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		// meow is a bundle itself and keeps the licences of its parts beside its code.
		const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter(file => /^(?:build\/)?licen[cs]es?(?:\.\w+)?$/i.test(file))
			.map(file => readFileSync(join(folder, file), 'utf8').trim());
		return [`${name} ${version} (${license})`, ...files].join('\n\n');
	});
	// The same package may be there several times, in folders of others.
	return [...new Set(texts)].sort().join(`\n\n${'-'.repeat(80)}\n\n`);
}

/**
 * What every start needs is two files instead of ten, each of which would be looked for, read and linked: what finds out
 * what is wanted, and what reads a cluster.
 */
const startChunks = [
	{
		name: 'settings',
		test: /\/source\/(?:config(?!\/(?:password|operation-request))|format)\/|\/source\/etcd\/(?:endpoint|profile)\.ts$/,
		priority: 2,
	},
	{
		name: 'cluster',
		// Judging over time, recordings, and what is examined now and then are not for a single reading.
		test: /\/source\/(?:(?:etcd|cluster|registry)\/|collect\/(?!recording\/|control-plane\/|examiners\/(?!tls-(?:shown|ports)))|diagnosis\/(?!alerts\/|coverage|finding-log|judge|news)|report\/(?:facts|json-text|print|unreadable|words)\.ts$)/,
		priority: 1,
	},
];

// Built beside the old one and then swapped: a failed build leaves what worked, and a program that is being started
// meets a whole folder.
const fresh = `${values.out}.${process.pid}`;
process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));
const { output } = await build({
	// The demonstration's keeper is a process of its own.
	input: { cli: values.entry, keeper: join(root, 'source/demo/keeper.ts') },
	cwd: root,
	platform: 'node',
	plugins: [lateCalls, plainBuiltins, cutter],
	// What meow prepares for those two functions, at the top level of its bundle.
	treeshake: { manualPureFunctions: ['requireNormalize', 'requireLib$1', 'getDefaultExportFromCjs', 'promisify'] },
	transform: {
		target: 'node22',
		define: {
			// React's development build costs twice the time a frame.
			'process.env.NODE_ENV': '"production"',
			ETCDTOP_VERSION: JSON.stringify(version),
			__dirname: 'import.meta.dirname',
			__filename: 'import.meta.filename',
		},
	},
	output: {
		dir: fresh,
		format: 'esm',
		entryFileNames: '[name].js',
		chunkFileNames: ({ facadeModuleId }) => `chunks/${packageOf(facadeModuleId) ?? '[name]'}.js`,
		minify: true,
		keepNames: true,
		codeSplitting: { groups: startChunks },
	},
	logLevel: 'warn',
});

// etcd3 reads these from `../proto` beside the chunk that it is in.
const etcd3 = dirname(dirname(fileURLToPath(import.meta.resolve('etcd3'))));
cpSync(join(etcd3, 'proto'), join(fresh, 'proto'), { recursive: true });
writeFileSync(
	join(fresh, 'licenses.txt'),
	licenseTexts(output.flatMap(chunk => (chunk.type === 'chunk' ? chunk.moduleIds : []))),
);
copyFileSync(join(root, 'source/launcher.js'), join(fresh, 'etcdtop.js'));
chmodSync(join(fresh, 'etcdtop.js'), 0o755);
rmSync(values.out, { recursive: true, force: true });
renameSync(fresh, values.out);
