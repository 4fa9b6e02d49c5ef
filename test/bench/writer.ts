/**
 * Writes to one member at a steady rate until SIGTERM, then prints how many events it made. A process of its own, so that
 * its work delays nothing that is measured, and without a client library, so that it leaves the machine to others.
 *
 *     node writer.ts URL EVENTS_PER_SECOND EVENTS_PER_TRANSACTION VALUE_BYTES
 */
import { connect } from 'node:http2';
import { BinaryWriter } from '@bufbuild/protobuf/wire';

const [url, ...numbers] = process.argv.slice(2);
const [eventsPerSecond, eventsPerTransaction, valueBytes] = numbers.map(Number) as [number, number, number];
const keys = 500;
/** Requests that may wait for their answer: more would only pile up in a server that is too slow. */
const mostInFlight = 128;
const tickMs = 10;

const value = Buffer.alloc(valueBytes, 'k8s object ');
const session = connect(url!);
const written = { events: 0, failed: 0 };
let next = 0;
let inFlight = 0;
let isEnding = false;

const put = (): Uint8Array => {
	next++;
	const key = `/registry/pods/bench/pod-${next % keys}`;
	return new BinaryWriter().tag(1, 2).string(key).tag(2, 2).bytes(value).finish();
};

/** A transaction without conditions: RequestOp.request_put, in TxnRequest.success. */
function transaction(puts: number): Uint8Array {
	const writer = new BinaryWriter();
	for (let index = 0; index < puts; index++) writer.tag(2, 2).fork().tag(2, 2).bytes(put()).join();
	return writer.finish();
}

function send(path: string, message: Uint8Array, events: number): void {
	inFlight++;
	const prefix = Buffer.alloc(5);
	prefix.writeUInt32BE(message.length, 1);
	const stream = session.request({
		':method': 'POST',
		':path': path,
		'content-type': 'application/grpc',
		te: 'trailers',
	});
	let status: unknown;
	stream.on('response', headers => {
		status ??= headers['grpc-status'];
	});
	stream.on('trailers', headers => {
		status ??= headers['grpc-status'];
	});
	stream.on('error', () => {});
	stream.on('close', () => {
		inFlight--;
		if (status === '0') written.events += events;
		else written.failed += events;
		if (isEnding && inFlight === 0) finish();
	});
	stream.resume();
	stream.end(Buffer.concat([prefix, message]));
}

function finish(): void {
	process.stdout.write(`${JSON.stringify({ ...written, seconds: (performance.now() - startMs) / 1000 })}\n`);
	session.close();
}

const startMs = performance.now();
let due = 0;
let beforeMs = startMs;
const timer = setInterval(() => {
	const nowMs = performance.now();
	due += ((nowMs - beforeMs) * eventsPerSecond) / 1000;
	beforeMs = nowMs;
	while (due >= eventsPerTransaction && inFlight < mostInFlight) {
		if (eventsPerTransaction === 1) send('/etcdserverpb.KV/Put', put(), 1);
		else send('/etcdserverpb.KV/Txn', transaction(eventsPerTransaction), eventsPerTransaction);
		due -= eventsPerTransaction;
	}
}, tickMs);

process.once('SIGTERM', () => {
	clearInterval(timer);
	isEnding = true;
	if (inFlight === 0) finish();
});
