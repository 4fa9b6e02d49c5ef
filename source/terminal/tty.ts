import type { WriteStream } from 'node:tty';
import type { Sink } from './output.ts';

/** What the stream of a terminal has beneath it in Node; not part of its documented face. */
type Handle = { setBlocking?(isBlocking: boolean): unknown };

const fallback = { columns: 80, rows: 24 };

/**
 * The terminal as a sink that never blocks. Node writes to a terminal synchronously, so a terminal that stops reading
 * (a frozen ssh, Ctrl+S) would stop every timer and every poll; with a non-blocking handle Node keeps what could not be
 * written and says when it is gone. Errors go to `done`; the stream's `error` event is the session's business.
 */
export function ttySink(stream: WriteStream): Sink {
	const { _handle: handle } = stream as WriteStream & { readonly _handle?: Handle | null };
	handle?.setBlocking?.(false);
	// Taken now: the session later replaces `write` to hold back what others print (`held.ts`).
	const write = stream.write.bind(stream);
	return {
		write: (bytes, done) => {
			write(bytes, done);
		},
		size: () => ({ columns: stream.columns || fallback.columns, rows: stream.rows || fallback.rows }),
	};
}
