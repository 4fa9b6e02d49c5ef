import { type Frame, textOf } from './frame.ts';
import type { Screen } from './screen.ts';
import type { Caption, Shot } from './svg.ts';

/** Often enough for the eye, seldom enough for the size of the file. */
const shotSeconds = 0.3;

/** Takes pictures of a screen while it is on. What did not change is not taken again. */
export function createFilm(screen: Pick<Screen, 'frame'>) {
	const shots: Shot[] = [];
	let caption: Caption = { key: null, text: '' };
	let timer: NodeJS.Timeout | undefined;
	let endSeconds = 0;
	let lastKey = '';

	const keyOf = (frame: Frame) => JSON.stringify([frame.rows, caption]);
	const shoot = () => {
		const frame = screen.frame();
		const key = keyOf(frame);
		if (key === lastKey || textOf(frame).trim() === '') return;
		lastKey = key;
		shots.push({ atSeconds: performance.now() / 1000, frame, caption });
	};
	return {
		start() {
			timer = setInterval(shoot, shotSeconds * 1000);
		},
		stop() {
			clearInterval(timer);
			endSeconds = performance.now() / 1000;
		},
		/** What is going on; the key that led to it stays beside it. */
		say(text: string) {
			caption = { ...caption, text };
		},
		press(key: string) {
			caption = { key, text: '' };
		},
		shots: (): readonly Shot[] => shots,
		endSeconds: () => endSeconds,
	};
}
