import { constants, type IncomingHttpHeaders } from 'node:http2';
import { orAborted } from './deadline.ts';
import { Fault, faultOf } from './fault.ts';
import { FrameSplitter, frame, type MessageSource } from './frames.ts';
import { statusFault } from './grpc-status.ts';
import type { Line, Link } from './link.ts';
import { Mailbox } from './mailbox.ts';

/** One request message, and how the call is made. */
export type GrpcCall = {
	/** For example `/etcdserverpb.Maintenance/Status`. */
	readonly path: string;
	readonly request: Uint8Array;
	readonly token: string | null;
	/** Leaves our side of the stream open: a watch ends when its client is done speaking. */
	readonly staysOpen?: boolean;
	/** What makes messages of the answer; whole ones unless given. */
	readonly source?: MessageSource;
};

/** Messages that have come and were not taken. Beyond this the stream is paused, and soon the server with it. */
const maxWaitingMessages = 64;

/** A gRPC call under way. */
export type Answers = {
	/** The next message, null at the end. Rejects with a `Fault` or the signal's reason; messages that came before go first. */
	next(): Promise<Uint8Array | null>;
	/** Gives the call up; harmless after its end. */
	cancel(): void;
};

/** Starts a call over the line's connection, which is dialled where there is none. Reading slowly slows the server down. */
export async function startCall(line: Line, call: GrpcCall, signal: AbortSignal): Promise<Answers> {
	const link = await orAborted(line.open(), signal);
	const stream = link.session.request({
		':method': 'POST',
		':path': call.path,
		'content-type': 'application/grpc',
		te: 'trailers',
		...(call.token === null ? {} : { token: call.token }),
	});
	const release = link.holdStream();
	const mailbox = new Mailbox<Uint8Array>();
	const source = call.source ?? new FrameSplitter();
	// An object, because what callbacks assign to a variable is invisible to the type checker.
	const end: { outcome: Fault | 'ok' | null; broken: unknown } = {
		outcome: null,
		broken: new Error('the stream ended without a status'),
	};
	const cancel = () => {
		if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
		stream.destroy();
	};
	const fail = (reason: unknown) => {
		mailbox.end(reason);
		cancel();
	};
	const stop = () => {
		if (signal.reason instanceof Fault && signal.reason.kind === 'timeout') link.missedDeadline();
		fail(signal.reason);
	};
	signal.addEventListener('abort', stop, { once: true });
	stream.once('response', headers => {
		link.answered();
		end.outcome = notGrpc(headers) ?? statusOf(headers);
		if (end.outcome instanceof Fault) fail(end.outcome);
	});
	stream.once('trailers', headers => {
		end.outcome ??= statusOf(headers);
	});
	stream.on('data', (chunk: Buffer) => {
		try {
			for (const message of source.push(chunk)) mailbox.put(message);
			if (mailbox.size > maxWaitingMessages) stream.pause();
		} catch (error) {
			fail(error);
		}
	});
	mailbox.onRoom = () => {
		if (stream.isPaused()) stream.resume();
	};
	stream.on('error', error => {
		end.broken = error;
	});
	stream.once('close', () => {
		signal.removeEventListener('abort', stop);
		release();
		if (end.outcome === 'ok' && !source.hasRest) mailbox.end(null);
		else if (end.outcome === 'ok') mailbox.end(new Fault('malformed', 'the answer is torn'));
		else if (end.outcome !== null) mailbox.end(end.outcome);
		else
			orAborted(causeOf(link, end.broken), signal).then(
				cause => mailbox.end(cause),
				reason => mailbox.end(reason),
			);
	});
	if (call.staysOpen === true) stream.write(frame(call.request));
	else stream.end(frame(call.request));
	return { next: () => mailbox.take(), cancel };
}

/** The only answer of a call that has one. */
export async function answer(line: Line, call: GrpcCall, signal: AbortSignal): Promise<Uint8Array> {
	const answers = await startCall(line, call, signal);
	const only = await answers.next();
	if (only === null) throw new Fault('malformed', 'an answer without a message');
	// The status comes after the message.
	await answers.next();
	return only;
}

/** A stream that broke because its connection did tells the connection's reason, which says more. */
async function causeOf(link: Link, error: unknown): Promise<Fault> {
	if (error instanceof Fault) return error;
	// Node tells the streams of a broken connection before it closes the connection itself.
	await new Promise(resolve => setImmediate(resolve));
	return link.isGone ? link.why() : faultOf(error);
}

function notGrpc(headers: IncomingHttpHeaders & { ':status'?: number }): Fault | null {
	const type = headers['content-type'] ?? '';
	if (headers[':status'] === 200 && type.startsWith('application/grpc')) return null;
	return new Fault('not-etcd', `it answers with HTTP status ${headers[':status']}${type === '' ? '' : ` and ${type}`}`);
}

function statusOf(headers: IncomingHttpHeaders): Fault | 'ok' | null {
	const status = headers['grpc-status'];
	return status === undefined ? null : (statusFault(String(status), String(headers['grpc-message'] ?? '')) ?? 'ok');
}
