import { constants, type IncomingHttpHeaders } from 'node:http2';
import { orAborted } from './deadline.ts';
import { Fault, faultOf } from './fault.ts';
import { FrameSplitter, frame } from './frames.ts';
import { statusFault } from './grpc-status.ts';
import type { Line, Link } from './link.ts';

/** One request message, and how the call is made. */
export type GrpcCall = {
	/** For example `/etcdserverpb.Maintenance/Status`. */
	readonly path: string;
	readonly request: Uint8Array;
	readonly token: string | null;
	/** Leaves our side of the stream open: a watch ends when its client is done speaking. */
	readonly staysOpen?: boolean;
};

/**
 * The answers of one gRPC call, each a view of received bytes that is good until the next is asked for. Reading slowly
 * slows the server down. Throws a `Fault`, or the signal's reason.
 */
export async function* messages(line: Line, call: GrpcCall, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
	const link = await orAborted(line.open(), signal);
	const stream = link.session.request({
		':method': 'POST',
		':path': call.path,
		'content-type': 'application/grpc',
		te: 'trailers',
		...(call.token === null ? {} : { token: call.token }),
	});
	const release = link.holdStream();
	// An object, because what is assigned in callbacks is invisible to the type checker.
	const end: { outcome: Fault | 'ok' | null } = { outcome: null };
	const give = (reason: unknown) => {
		stream.close(constants.NGHTTP2_CANCEL);
		stream.destroy(faultOf(reason));
	};
	const judge = (headers: IncomingHttpHeaders) => {
		end.outcome = notGrpc(headers) ?? statusOf(headers) ?? end.outcome;
	};
	const stop = () => give(signal.reason);
	stream.once('response', headers => {
		link.answered();
		judge(headers);
		if (end.outcome instanceof Fault) give(end.outcome);
	});
	stream.once('trailers', headers => {
		end.outcome ??= statusOf(headers);
	});
	// The loop below reads it; an error after the loop has ended must not end the program.
	stream.on('error', () => {});
	signal.addEventListener('abort', stop, { once: true });
	try {
		if (call.staysOpen === true) stream.write(frame(call.request));
		else stream.end(frame(call.request));
		const splitter = new FrameSplitter();
		for await (const chunk of stream) for (const message of splitter.push(chunk)) yield message;
		if (end.outcome !== 'ok') throw end.outcome ?? new Error('the stream ended without a status');
		if (splitter.hasRest) throw new Fault('malformed', 'the answer is torn');
	} catch (error) {
		if (signal.aborted) {
			if (signal.reason instanceof Fault && signal.reason.kind === 'timeout') link.missedDeadline();
			throw signal.reason;
		}
		throw end.outcome instanceof Fault ? end.outcome : await orAborted(causeOf(link, error), signal);
	} finally {
		signal.removeEventListener('abort', stop);
		release();
		if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
	}
}

/** The only answer of a call that has one. */
export async function answer(line: Line, call: GrpcCall, signal: AbortSignal): Promise<Uint8Array> {
	let only: Uint8Array | null = null;
	for await (const message of messages(line, call, signal)) only ??= message;
	if (only === null) throw new Fault('malformed', 'an answer without a message');
	return only;
}

/** A stream that broke because its connection did tells the connection's reason, which says more. */
async function causeOf(link: Link, error: unknown): Promise<Fault> {
	if (error instanceof Fault) return error;
	// Node tells the streams of a broken connection before it closes the connection itself.
	await new Promise(resolve => setImmediate(resolve));
	return link.isUsable ? faultOf(error) : link.why();
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
