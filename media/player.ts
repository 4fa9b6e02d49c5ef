import { setTimeout as wait } from 'node:timers/promises';
import type { createFilm } from './film.ts';
import { selectedText, textOf } from './frame.ts';
import type { Screen } from './screen.ts';
import type { Step } from './step.ts';
import { stillSvg } from './svg.ts';

export type Player = {
	readonly screen: Screen;
	readonly film: ReturnType<typeof createFilm> | null;
	/** Keeps a picture under a name. */
	readonly write: (name: string, svg: string) => void;
};

/** As long as a person's finger needs. */
const keySeconds = 0.35;
const pause = () => wait(keySeconds * 1000);

/** Longer menus than this there are none. */
const mostLines = 40;

/** Performs steps one after the other. Rejects with the screen where one does not come to its end. */
export async function play(steps: readonly Step[], player: Player): Promise<void> {
	for (const step of steps) await perform(step, player);
}

async function perform(step: Step, player: Player): Promise<void> {
	const { screen, film } = player;
	switch (step.kind) {
		case 'say':
			return film?.say(step.text);
		case 'press':
			return press(step.key, step.shown, player);
		case 'type':
			for (const letter of step.text) await press(letter, letter, player);
			return;
		case 'fault':
			return runFault(step.title, player);
		case 'choose':
			return choose(step.line, player);
		case 'until':
			return screen.until(frame => step.seen.test(textOf(frame)));
		case 'retry':
			return retry(step, player);
		case 'hold':
			return wait(step.seconds * 1000);
		case 'still':
			await screen.quiet();
			return player.write(step.name, stillSvg(screen.frame(), step.title));
		case 'film':
			return step.isOn ? film?.start() : film?.stop();
		case 'resize':
			return screen.resize(step.columns, step.rows);
	}
}

async function press(key: string, shown: string, { screen, film }: Player): Promise<void> {
	film?.press(shown);
	screen.press(key);
	await pause();
}

/** The menu keeps its place, so it is looked for from the top. */
async function runFault(title: string, player: Player): Promise<void> {
	const { screen } = player;
	await press('b', 'b', player);
	await screen.until(frame => textOf(frame).includes('Break or repair'));
	screen.press('g');
	await pause();
	await goTo(text => text.includes(title), title, player);
	await press('\r', 'Enter', player);
}

async function choose(line: RegExp, player: Player): Promise<void> {
	await player.screen.until(frame => line.test(textOf(frame)));
	await goTo(text => line.test(text), String(line), player);
	await press('\r', 'Enter', player);
}

async function goTo(isThere: (selected: string) => boolean, what: string, player: Player): Promise<void> {
	for (let line = 0; !isThere(selectedText(player.screen.frame())); line++) {
		if (line === mostLines) throw new Error(`no line says ${what}; the screen:\n${textOf(player.screen.frame())}`);
		await press('j', 'j', player);
	}
}

async function retry({ key, seen, everySeconds }: Step & { readonly kind: 'retry' }, player: Player): Promise<void> {
	const { screen } = player;
	const patienceSeconds = 400;
	const deadlineMs = performance.now() + patienceSeconds * 1000;
	while (!seen.test(textOf(screen.frame()))) {
		if (performance.now() > deadlineMs)
			throw new Error(`not seen in ${patienceSeconds} s; the screen:\n${textOf(screen.frame())}`);
		await press(key, key, player);
		await wait(everySeconds * 1000);
	}
}
