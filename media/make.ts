/**
 * `npm run media [-- --warm-up SECONDS]`: plays the script on the built program's real demonstration and writes the
 * pictures of the readme beside this file. A longer warm-up gives charts with more history.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fetchEtcd } from '../source/demo/binaries.ts';
import { createFilm } from './film.ts';
import { selectedText, textOf } from './frame.ts';
import { openScreen, type Screen } from './screen.ts';
import { filmTitle, type Step, script, size } from './script.ts';
import { filmSvg, stillSvg } from './svg.ts';

const { values } = parseArgs({
	options: {
		'warm-up': { type: 'string', default: '20' },
		program: { type: 'string', default: join(dirname(import.meta.dirname), 'dist') },
		out: { type: 'string', default: import.meta.dirname },
	},
});

/** As long as a person's finger needs. */
const keySeconds = 0.35;

function write(name: string, text: string): void {
	const path = join(values.out, `${name}.svg`);
	writeFileSync(path, text);
	console.log(`${path}: ${Math.round(text.length / 1024)} kB`);
}

const folder = mkdtempSync(join(tmpdir(), 'etcdtop-media-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const { etcd } = await fetchEtcd('3.5');
const { HOME, PATH } = process.env;
const screen = openScreen({
	...size,
	args: [join(values.program, 'etcdtop.js'), 'demo'],
	// Nobody's configuration, variables or time zone.
	environment: {
		HOME,
		PATH,
		XDG_CONFIG_HOME: folder,
		ETCDTOP_ETCD: etcd,
		TERM: 'xterm-256color',
		LANG: 'C.UTF-8',
		TZ: 'UTC',
	},
});
const film = createFilm(screen);

async function press(key: string, shown: string): Promise<void> {
	film.press(shown);
	screen.press(key);
	await wait(keySeconds * 1000);
}

/** The menu keeps its place, so it is looked for from the top. */
async function runFault(title: string): Promise<void> {
	await press('b', 'b');
	await screen.until(frame => textOf(frame).includes('Break or repair'));
	screen.press('g');
	await wait(keySeconds * 1000);
	while (!selectedText(screen.frame()).includes(title)) await press('j', 'j');
	await press('\r', 'Enter');
}

async function play(step: Step, screen: Screen): Promise<void> {
	switch (step.kind) {
		case 'say':
			return film.say(step.text);
		case 'press':
			return press(step.key, step.shown);
		case 'type':
			for (const letter of step.text) await press(letter, letter);
			return;
		case 'fault':
			return runFault(step.title);
		case 'until':
			return screen.until(frame => step.seen.test(textOf(frame)));
		case 'hold':
			return wait(step.seconds * 1000);
		case 'still':
			return write(step.name, stillSvg(screen.frame(), step.title));
		case 'film':
			return step.isOn ? film.start() : film.stop();
		case 'resize':
			return screen.resize(step.columns, step.rows);
	}
}

for (const step of script(Number(values['warm-up']))) await play(step, screen);
await screen.end();
write('etcdtop-demo', filmSvg(film.shots(), film.endSeconds(), filmTitle));
