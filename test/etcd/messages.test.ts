import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WatchMessage } from '../../source/etcd/calls.ts';
import { Fault } from '../../source/etcd/fault.ts';
import { FrameSplitter, frame } from '../../source/etcd/frames.ts';
import { decodeAlarms, decodeHashKv, decodeMemberList, decodeStatus } from '../../source/etcd/messages.ts';
import { decodeWatch, encodeWatch, maxBatchEvents, rangeEnd } from '../../source/etcd/watch.ts';
import { encodeHeader, encodeMemberList, encodeStatus, healthyStatus } from '../support/fake-etcd.ts';

const largest = 'ffffffffffffffff';

describe('messages', () => {
	it('reads the fields of 3.6, 64-bit numbers and unknown fields', () => {
		const status = { ...healthyStatus, memberId: largest, raftIndex: 2n ** 63n + 1n, downgradeTarget: '3.5.0' };
		const unknown = new BinaryWriter().tag(99, 2).string('later').tag(98, 0).int32(1).finish();
		expect(decodeStatus(Buffer.concat([unknown, encodeStatus(status), unknown]))).toEqual(status);
	});

	it('leaves null what older servers do not send, and a leader that is none', () => {
		const old = {
			...healthyStatus,
			storageVersion: null,
			dbSizeQuotaBytes: null,
			leaderId: null,
			errors: ['no leader'],
		};
		expect(decodeStatus(encodeStatus(old))).toEqual(old);
		const zeroLeader = new BinaryWriter().tag(4, 0).uint64(0n).finish();
		expect(decodeStatus(Buffer.concat([encodeStatus(old), zeroLeader])).leaderId).toBeNull();
		const negative = { ...healthyStatus, dbSizeQuotaBytes: -1 };
		expect(decodeStatus(encodeStatus(negative)).dbSizeQuotaBytes).toBe(-1);
	});

	it('reads a member list, with a member that has not started', () => {
		const members = [
			{ id: largest, name: 'm1', peerUrls: ['http://a:1', 'http://b:1'], clientUrls: ['http://a:2'], isLearner: false },
			{ id: 'b2', name: '', peerUrls: ['http://c:1'], clientUrls: [], isLearner: true },
		];
		const bytes = encodeMemberList({ clusterId: 'cd', memberId: 'b2' }, members);
		expect(decodeMemberList(bytes)).toEqual({ clusterId: 'cd', answeredBy: 'b2', members });
	});

	it('reads alarms and leaves out kinds it does not know', () => {
		const alarm = (id: bigint, type: number) => new BinaryWriter().tag(1, 0).uint64(id).tag(2, 0).int32(type).finish();
		const writer = new BinaryWriter();
		for (const [index, type] of [1, 2, 7].entries()) writer.tag(2, 2).bytes(alarm(BigInt(index + 10), type));
		expect(decodeAlarms(writer.finish())).toEqual([
			{ memberId: 'a', type: 'NOSPACE' },
			{ memberId: 'b', type: 'CORRUPT' },
		]);
	});

	it('reads a hash with and without the revision it is of', () => {
		const old = new BinaryWriter()
			.tag(1, 2)
			.bytes(encodeHeader({ revision: 9n }))
			.tag(2, 0)
			.uint32(4294967295)
			.tag(3, 0);
		const bytes = old.int64(5n).finish();
		expect(decodeHashKv(bytes)).toEqual({ hash: 4294967295, compactRevision: 5n, hashRevision: null, revision: 9n });
		const newer = Buffer.concat([bytes, new BinaryWriter().tag(4, 0).int64(8n).finish()]);
		expect(decodeHashKv(newer).hashRevision).toBe(8n);
	});

	it('has no other error than malformed, whatever the bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
				for (const decode of [
					decodeStatus,
					decodeMemberList,
					decodeAlarms,
					decodeHashKv,
					(b: Uint8Array) => [...decodeWatch(b)],
				])
					try {
						decode(bytes);
					} catch (error) {
						expect(error).toBeInstanceOf(Fault);
					}
			}),
		);
		expect(() => decodeStatus(encodeStatus(healthyStatus).subarray(0, -3))).toThrow(/malformed/);
	});
});

const event = (key: string, value: Uint8Array, isDelete = false) => {
	const keyValue = new BinaryWriter()
		.tag(1, 2)
		.string(key)
		.tag(2, 0)
		.int64(3n)
		.tag(3, 0)
		.int64(4n)
		.tag(5, 2)
		.bytes(value)
		.finish();
	return new BinaryWriter()
		.tag(1, 0)
		.int32(isDelete ? 1 : 0)
		.tag(2, 2)
		.bytes(keyValue)
		.finish();
};

describe('a watch response', () => {
	const response = (write: (writer: BinaryWriter) => BinaryWriter) =>
		write(new BinaryWriter().tag(1, 2).bytes(encodeHeader({ revision: 77n }))).finish();
	const read = (bytes: Uint8Array): WatchMessage[] => [...decodeWatch(bytes)];

	it('tells the length of a value and keeps neither it nor the message', () => {
		const bytes = response(w =>
			w
				.tag(7, 0)
				.bool(true)
				.tag(11, 2)
				.bytes(event('/a', Buffer.alloc(5000, 'x'))),
		);
		const [message] = read(bytes);
		expect(message).toEqual({
			kind: 'events',
			isFragment: true,
			events: [{ type: 'put', key: Buffer.from('/a'), createRevision: 3n, modRevision: 4n, valueBytes: 5000 }],
		});
		const key = message?.kind === 'events' ? message.events[0]!.key : bytes;
		expect(key.buffer).not.toBe(bytes.buffer);
	});

	it('comes in batches when it is large, none lost, in order', () => {
		const count = maxBatchEvents * 2 + 5;
		const bytes = response(w => {
			for (let index = 0; index < count; index++)
				w.tag(11, 2).bytes(event(`/${index}`, Buffer.alloc(1), index % 2 === 1));
			return w;
		});
		const messages = read(bytes);
		const events = messages.flatMap(message => (message.kind === 'events' ? message.events : []));
		expect(messages.map(message => message.kind === 'events' && message.isFragment)).toEqual([true, true, false]);
		expect(events.map(({ key, type }) => `${type} ${Buffer.from(key)}`)).toEqual(
			Array.from({ length: count }, (_, index) => `${index % 2 === 1 ? 'delete' : 'put'} /${index}`),
		);
	});

	it('is a creation, progress, a compaction, a cancellation, or of another watch', () => {
		expect(read(response(w => w.tag(3, 0).bool(true)))).toEqual([{ kind: 'created', revision: 77n }]);
		expect(read(response(w => w))).toEqual([{ kind: 'progress', revision: 77n }]);
		expect(read(response(w => w.tag(4, 0).bool(true).tag(5, 0).int64(50n)))).toEqual([
			{ kind: 'compacted', compactRevision: 50n },
		]);
		expect(read(response(w => w.tag(4, 0).bool(true).tag(6, 2).string('why not')))).toEqual([
			{ kind: 'canceled', reason: 'why not' },
		]);
		expect(read(response(w => w.tag(2, 0).int64(-1n)))).toEqual([]);
		expect(() => read(response(w => w.tag(4, 0).bool(true).tag(6, 2).string('etcdserver: permission denied')))).toThrow(
			/permission-denied/,
		);
	});
});

describe('a watch request', () => {
	it('covers all keys with the prefix', () => {
		expect(rangeEnd(Buffer.from('/registry/'))).toEqual(new Uint8Array(Buffer.from('/registry0')));
		expect(rangeEnd(Uint8Array.of(1, 0xff, 0xff))).toEqual(Uint8Array.of(2));
		expect(rangeEnd(Uint8Array.of(0xff))).toEqual(Uint8Array.of(0));
		const hex = (prefix: string) => Buffer.from(encodeWatch({ prefix, startRevision: null })).toString('hex');
		expect(hex('')).toBe('0a0a0a010012010020014001');
		expect(hex('/')).toBe('0a0a0a012f12013020014001');
	});
});

describe('the splitter of frames', () => {
	it('gives back the messages however the chunks are cut', () => {
		fc.assert(
			fc.property(
				fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }),
				fc.array(fc.nat(200)),
				(messages, cuts) => {
					const bytes = Buffer.concat(messages.map(frame));
					const places = [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
					const splitter = new FrameSplitter();
					const found: Buffer[] = [];
					let at = 0;
					for (const place of places) {
						found.push(...splitter.push(bytes.subarray(at, place)));
						at = place;
					}
					expect(found.map(message => [...message])).toEqual(messages.map(message => [...message]));
					expect(splitter.hasRest).toBe(false);
				},
			),
		);
	});

	it('refuses compressed messages and lengths that are none', () => {
		expect(() => new FrameSplitter().push(Buffer.from([1, 0, 0, 0, 0]))).toThrow(/malformed/);
		expect(() => new FrameSplitter().push(Buffer.from([0, 0xff, 0, 0, 0]))).toThrow(/malformed/);
	});
});
