/**
 * `npm run media [-- --warm-up SECONDS] [--only NAME]`: plays the scripts on the built program with real clusters, and
 * writes the pictures of the readme and of `docs/` beside this file. A longer warm-up gives charts with more history.
 * `--only film` or the name of a scene in `operations.ts`, several separated by commas, makes only these.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchEtcd } from '../source/demo/binaries.ts';
import { createFilm } from './film.ts';
import { operationsSize, scenes, stages } from './operations.ts';
import { play } from './player.ts';
import { openScreen } from './screen.ts';
import { filmTitle, script, size } from './script.ts';
import { environmentIn, openStage } from './stage.ts';
import { esc } from './step.ts';
import { filmSvg } from './svg.ts';

const { values } = parseArgs({
	options: {
		'warm-up': { type: 'string', default: '20' },
		only: { type: 'string' },
		program: { type: 'string', default: join(dirname(import.meta.dirname), 'dist') },
		out: { type: 'string', default: import.meta.dirname },
	},
});

const known = ['film', ...scenes.map(({ name }) => name)];
const wanted = values.only?.split(',') ?? known;
const unknown = wanted.find(name => !known.includes(name));
if (unknown !== undefined) throw new Error(`--only ${unknown}: try one of ${known.join(', ')}`);

function write(name: string, text: string): void {
	const path = join(values.out, `${name}.svg`);
	writeFileSync(path, text);
	console.log(`${path}: ${Math.round(text.length / 1024)} kB`);
}

const folders: string[] = [];
function temporaryFolder(prefix: string): string {
	const folder = mkdtempSync(join(tmpdir(), prefix));
	folders.push(folder);
	return folder;
}
process.once('exit', () => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const binaries = await fetchEtcd('3.5');
const program = join(values.program, 'etcdtop.js');

async function makeFilm(): Promise<void> {
	const environment = { ...environmentIn(temporaryFolder('etcdtop-media-')), ETCDTOP_ETCD: binaries.etcd };
	const screen = openScreen({ ...size, args: [program, 'demo'], environment });
	const film = createFilm(screen);
	await play(script(Number(values['warm-up'])), { screen, film, write });
	await screen.end();
	write('etcdtop-demo', filmSvg(film.shots(), film.endSeconds(), filmTitle));
}

/** Everything that is shown on one cluster. */
async function makeOperations(name: keyof typeof stages): Promise<void> {
	const shown = scenes.filter(scene => scene.stage === name && wanted.includes(scene.name));
	if (shown.length === 0) return;
	const stage = await openStage({ binaries, ...stages[name] });
	try {
		const [endpoint] = stage.cluster.endpoints;
		const screen = openScreen({
			...operationsSize,
			args: [program, '--endpoints', endpoint!],
			environment: environmentIn(temporaryFolder('etcdtop-media-')),
			folder: temporaryFolder('backups-'),
		});
		for (const { steps, before } of shown) {
			await before?.(stage);
			await play(steps, { screen, film: null, write });
		}
		await play([esc], { screen, film: null, write });
		await screen.end();
	} finally {
		await stage.stop();
	}
}

if (wanted.includes('film')) await makeFilm();
for (const name of Object.keys(stages) as (keyof typeof stages)[]) await makeOperations(name);
process.exit(0);
