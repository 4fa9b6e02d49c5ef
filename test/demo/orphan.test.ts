import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { releaseLines, until } from './real-etcd.ts';

const source = new URL('../../source/demo/', import.meta.url).href;

/** A program that starts a cluster of two, freezes one, tells its directory, and then does nothing. */
const program = (line: string, whenStarted: string) => `
const { fetchEtcd } = await import('${source}binaries.ts');
const { startCluster } = await import('${source}cluster.ts');
const cluster = await startCluster({ binaries: await fetchEtcd('${line}'), members: 2, fast: true, waitHealthy: ${whenStarted === ''} });
await cluster.members[0].freeze();
console.log(cluster.directory);
${whenStarted}
setInterval(() => {}, 1000);
`;

let child: ChildProcess | null = null;
afterEach(() => {
	child?.kill('SIGKILL');
});

async function run(line: string, whenStarted = ''): Promise<string> {
	child = spawn(process.execPath, ['--input-type=module', '--eval', program(line, whenStarted)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [text] = await once(child.stdout!, 'data');
	return String(text).trim();
}

const commandLines = () =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(name => {
			try {
				return readFileSync(`/proc/${name}/cmdline`, 'utf8');
			} catch {
				return '';
			}
		});
const isGone = (directory: string) =>
	!existsSync(directory) &&
	!commandLines().some(text => text.includes(`${directory}/`) || text.includes(`${directory}\0`));

it.each(releaseLines)('nothing of a cluster of etcd %s outlives a parent that is killed', async line => {
	const directory = await run(line);
	expect(commandLines().filter(text => text.includes(`--data-dir=${directory}/`))).toHaveLength(2);
	child!.kill('SIGKILL');
	await until(() => isGone(directory));
});

it.each(['process.exit(1);', 'throw new Error("ended on purpose");', 'process.kill(process.pid, "SIGKILL");'])(
	'nothing outlives a parent that ends by %s while members are starting',
	async whenStarted => {
		const directory = await run(
			'3.5',
			`console.error = () => {}; process.on('uncaughtException', () => process.exit(70)); ${whenStarted}`,
		);
		await until(() => isGone(directory));
	},
);
