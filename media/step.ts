/** One thing that is done on a stage, or waited for. */
export type Step =
	/** Shown below the screen until the next one. */
	| { readonly kind: 'say'; readonly text: string }
	| { readonly kind: 'press'; readonly key: string; readonly shown: string }
	/** Presses the letters one by one. */
	| { readonly kind: 'type'; readonly text: string }
	/** Opens the demonstration's menu, goes to this line of it and runs it. */
	| { readonly kind: 'fault'; readonly title: string }
	/** Goes down to the line of the open menu that says this, and presses Enter. */
	| { readonly kind: 'choose'; readonly line: RegExp }
	| { readonly kind: 'until'; readonly seen: RegExp }
	/** Presses a key again and again until this is seen. */
	| { readonly kind: 'retry'; readonly key: string; readonly seen: RegExp; readonly everySeconds: number }
	/** Time for the reader. */
	| { readonly kind: 'hold'; readonly seconds: number }
	| { readonly kind: 'still'; readonly name: string; readonly title: string }
	/** What follows is in the film, or not. */
	| { readonly kind: 'film'; readonly isOn: boolean }
	| { readonly kind: 'resize'; readonly columns: number; readonly rows: number };

export const say = (text: string): Step => ({ kind: 'say', text });
export const press = (key: string, shown = key): Step => ({ kind: 'press', key, shown });
export const type = (text: string): Step => ({ kind: 'type', text });
export const fault = (title: string): Step => ({ kind: 'fault', title });
export const choose = (line: RegExp): Step => ({ kind: 'choose', line });
export const until = (seen: RegExp): Step => ({ kind: 'until', seen });
export const retry = (key: string, seen: RegExp, everySeconds: number): Step => ({
	kind: 'retry',
	key,
	seen,
	everySeconds,
});
export const hold = (seconds: number): Step => ({ kind: 'hold', seconds });
export const still = (name: string, title: string): Step => ({ kind: 'still', name, title });
export const film = (isOn: boolean): Step => ({ kind: 'film', isOn });

export const enter = press('\r', 'Enter');
export const esc = press('\x1b', 'Esc');
