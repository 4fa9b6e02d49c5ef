import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { WatchEvent, WatchMessage, WatchRequest } from './calls.ts';
import { Fault } from './fault.ts';
import { kindOfText } from './grpc-status.ts';
import { decoding, type Fields, readField, readInt64, readNested, skipBytes } from './protobuf.ts';

/** The end of the range of all keys with a prefix, as etcd wants it; `\0` is "all keys from there on". */
export function rangeEnd(prefix: Uint8Array): Uint8Array {
	let last = prefix.length - 1;
	while (last >= 0 && prefix[last] === 0xff) last--;
	if (last < 0) return Uint8Array.of(0);
	const end = Uint8Array.from(prefix.subarray(0, last + 1));
	end[last] = prefix[last]! + 1;
	return end;
}

/**
 * A WatchRequest that creates a watch: with progress notifications, without previous values, and in fragments, because
 * one transaction or a resumed watch may otherwise bring a single message of many megabytes.
 */
export function encodeWatch({ prefix, startRevision }: WatchRequest): Uint8Array {
	const key = Buffer.from(prefix);
	const create = new BinaryWriter()
		.tag(1, 2)
		.bytes(key.length === 0 ? Uint8Array.of(0) : key)
		.tag(2, 2)
		.bytes(rangeEnd(key));
	if (startRevision !== null) create.tag(3, 0).int64(startRevision);
	create.tag(4, 0).bool(true).tag(8, 0).bool(true);
	return new BinaryWriter().tag(1, 2).bytes(create.finish()).finish();
}

type EventDraft = { -readonly [K in keyof WatchEvent]: WatchEvent[K] };

const noKey = new Uint8Array();

const keyValueFields: Fields<EventDraft> = {
	1: (reader, event) => {
		// A copy of some bytes: a view would hold on to the whole message, values and all.
		event.key = Buffer.from(reader.bytes());
	},
	2: (reader, event) => {
		event.createRevision = readInt64(reader);
	},
	3: (reader, event) => {
		event.modRevision = readInt64(reader);
	},
	5: (reader, event) => {
		event.valueBytes = skipBytes(reader);
	},
};

const eventFields: Fields<EventDraft> = {
	1: (reader, event) => {
		event.type = reader.int32() === 1 ? 'delete' : 'put';
	},
	2: (reader, event) => {
		readNested(reader, keyValueFields, event);
	},
};

const emptyResponse = () => ({
	revision: 0n,
	watchId: 0n,
	isCreated: false,
	isCanceled: false,
	compactRevision: 0n,
	reason: '',
	isFragment: false,
	events: [] as WatchEvent[],
});
type ResponseDraft = ReturnType<typeof emptyResponse>;

const headerFields: Fields<ResponseDraft> = {
	3: (reader, response) => {
		response.revision = readInt64(reader);
	},
};

const responseFields: Fields<ResponseDraft> = {
	1: (reader, response) => {
		readNested(reader, headerFields, response);
	},
	2: (reader, response) => {
		response.watchId = readInt64(reader);
	},
	3: (reader, response) => {
		response.isCreated = reader.bool();
	},
	4: (reader, response) => {
		response.isCanceled = reader.bool();
	},
	5: (reader, response) => {
		response.compactRevision = readInt64(reader);
	},
	6: (reader, response) => {
		response.reason = reader.string();
	},
	7: (reader, response) => {
		response.isFragment = reader.bool();
	},
	11: (reader, response) => {
		const event = { type: 'put', key: noKey, modRevision: 0n, createRevision: 0n, valueBytes: 0 } satisfies WatchEvent;
		response.events.push(readNested<EventDraft>(reader, eventFields, event));
	},
};

/** Decoding this many events takes a few milliseconds; a consumer may let others run before it asks for more. */
export const maxBatchEvents = 1000;

/**
 * What one WatchResponse says: nothing when it concerns another watch, as answers to requests for progress do; several
 * batches when it holds many events. Throws a `Fault` when it is malformed, or when the watch was refused for want of a
 * login or a permission.
 */
export function* decodeWatch(bytes: Uint8Array): Generator<WatchMessage, void> {
	const reader = new BinaryReader(bytes);
	const response = emptyResponse();
	while (decoding(() => readEvents(reader, response)))
		// The events come last and the only watch of a stream has the first id.
		if (response.watchId === 0n) {
			yield { kind: 'events', events: response.events, isFragment: true };
			response.events = [];
		}
	if (response.isCanceled) yield canceled(response);
	else if (response.watchId !== 0n) return;
	else if (response.isCreated) yield { kind: 'created', revision: response.revision };
	else if (response.events.length > 0)
		yield { kind: 'events', events: response.events, isFragment: response.isFragment };
	else yield { kind: 'progress', revision: response.revision };
}

/** Reads until a batch is full or the message ends; whether more follows. */
function readEvents(reader: BinaryReader, response: ResponseDraft): boolean {
	while (reader.pos < reader.len) {
		if (response.events.length >= maxBatchEvents) return true;
		readField(reader, responseFields, response);
	}
	if (reader.pos !== reader.len) throw new RangeError('a field reaches over the end of its message');
	return false;
}

function canceled({ compactRevision, reason }: ResponseDraft): WatchMessage {
	if (compactRevision > 0n) return { kind: 'compacted', compactRevision };
	const kind = kindOfText(reason);
	if (kind !== null) throw new Fault(kind, reason);
	return { kind: 'canceled', reason };
}
