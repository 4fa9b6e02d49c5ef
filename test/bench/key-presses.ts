import { pause } from './processes.ts';
import type { Screen } from './screen.ts';

type Step = { readonly key: string; readonly isDone: (screen: string) => boolean };

const hasHelp = (screen: string) => /^\S Help /m.test(screen);
const hasDatabase = (screen: string) => screen.includes('Database against quota');
const isSelected = (name: string) => (screen: string) => new RegExp(` ${name} [╮┓]`, 'm').test(screen);

/** Whole screens and small changes in turn; each step is seen by what the key is for. Starts with the first selected. */
const stepsFor = ([first, second = first]: readonly string[]): readonly Step[] => [
	{ key: '?', isDone: hasHelp },
	{ key: '?', isDone: screen => !hasHelp(screen) },
	...(second === first
		? []
		: [
				{ key: 'j', isDone: isSelected(second!) },
				{ key: 'k', isDone: isSelected(first!) },
			]),
	{ key: '\r', isDone: screen => !hasDatabase(screen) },
	{ key: '\r', isDone: hasDatabase },
];

/** Pauses between presses, never a multiple of any interval of the monitor's, so that presses meet every phase of it. */
const pausesSeconds = [0.023, 0.041, 0.017, 0.037, 0.029, 0.053, 0.031];

/**
 * Presses keys until told to stop, one after the other has been answered, and collects the seconds from each press to
 * the arrival of the bytes that show what it did.
 */
export async function pressKeys(
	screen: Screen,
	names: readonly string[],
	isEnough: (count: number) => boolean,
): Promise<readonly number[]> {
	screen.press('j');
	await screen.until(isSelected(names[0]!));
	const steps = stepsFor(names);
	const latencies: number[] = [];
	for (let press = 0; !isEnough(latencies.length) || press % steps.length !== 0; press++) {
		const { key, isDone } = steps[press % steps.length]!;
		await pause(pausesSeconds[press % pausesSeconds.length]!);
		const pressedMs = performance.now();
		screen.press(key);
		latencies.push(((await screen.until(isDone)) - pressedMs) / 1000);
	}
	// The first rounds compile what the others use.
	return latencies.slice(2 * steps.length);
}
