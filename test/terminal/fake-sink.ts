import type { Sink, Size } from '../../source/terminal/output.ts';

export type FakeSink = {
	size: Size;
	readonly sent: string[];
	isStalled: boolean;
	/** All that was sent since the last call. */
	take(): string;
	drain(error?: Error): void;
	readonly sink: Sink;
};

/** A sink that takes each write at once, or (stalled) keeps it until `drain`. */
export function fakeSink(columns: number, rows: number): FakeSink {
	let waiting: ((error?: Error | null) => void) | null = null;
	const fake: FakeSink = {
		size: { columns, rows },
		sent: [],
		isStalled: false,
		take: () => fake.sent.splice(0).join(''),
		drain: (error?: Error) => {
			const done = waiting;
			waiting = null;
			done?.(error);
		},
		sink: {
			size: () => fake.size,
			write: (bytes, done) => {
				if (waiting !== null) throw new Error('written while the last difference was not taken yet');
				fake.sent.push(bytes);
				waiting = done;
				if (!fake.isStalled) fake.drain();
			},
		},
	};
	return fake;
}
