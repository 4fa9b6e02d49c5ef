import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { decodeCount } from '../../source/etcd/count.ts';
import { Fault } from '../../source/etcd/fault.ts';
import { frame } from '../../source/etcd/frames.ts';
import { HeadGatherer } from '../../source/etcd/value-head.ts';
import { encodeHeader } from '../support/fake-etcd.ts';

type Pair = { readonly key: string; readonly value: Uint8Array };

/** A RangeResponse as etcd writes it. */
function rangeOf(pairs: readonly Pair[], count = pairs.length): Uint8Array {
	const writer = new BinaryWriter().tag(1, 2).bytes(encodeHeader({ revision: 2n ** 40n }));
	for (const { key, value } of pairs) {
		const pair = new BinaryWriter()
			.tag(1, 2)
			.string(key)
			.tag(2, 0)
			.int64(2n ** 33n)
			.tag(3, 0)
			.int64(7n)
			.tag(4, 0)
			.int64(1n);
		if (value.length > 0) pair.tag(5, 2).bytes(value);
		writer.tag(2, 2).bytes(pair.tag(6, 0).int64(99n).finish());
	}
	return writer.tag(3, 0).bool(true).tag(4, 0).int64(BigInt(count)).finish();
}

/** Feeds an answer in chunks until it is understood; what was found, and the chunks as they are then. */
function gather(answer: Uint8Array, chunkBytes: number, headBytes = 8) {
	const gatherer = new HeadGatherer(headBytes);
	const chunks: Buffer[] = [];
	for (let at = 0; at < answer.length; at += chunkBytes) {
		const chunk = Buffer.from(answer.subarray(at, at + chunkBytes));
		chunks.push(chunk);
		if (gatherer.push(chunk).length > 0) return { found: gatherer.found, isTold: true, chunks, gatherer };
	}
	return { found: gatherer.found, isTold: false, chunks, gatherer };
}

const secret = Buffer.from('k8s:enc:and what nobody should keep');

describe('the beginning of a value', () => {
	it.each([1, 2, 3, 7, 64, 100_000])('is found in chunks of %i bytes, before the rest has come', chunkBytes => {
		const answer = frame(
			rangeOf([{ key: '/registry/secrets/a/b', value: Buffer.concat([secret, Buffer.alloc(50_000)]) }]),
		);
		const { found, gatherer } = gather(answer, chunkBytes);
		expect(Buffer.from(found!.key).toString()).toBe('/registry/secrets/a/b');
		expect(Buffer.from(found!.head).toString()).toBe('k8s:enc:');
		expect(found!.valueBytes).toBe(secret.length + 50_000);
		if (chunkBytes < 1000) expect(gatherer.receivedBytes).toBeLessThan(200);
	});

	it('is shorter where the value is, and empty where there is none', () => {
		expect(gather(frame(rangeOf([{ key: 'a', value: Buffer.from('{}') }])), 10).found).toMatchObject({
			valueBytes: 2,
			head: { length: 2 },
		});
		expect(gather(frame(rangeOf([{ key: 'a', value: Buffer.alloc(0) }])), 10).found).toMatchObject({
			valueBytes: 0,
			head: { length: 0 },
		});
	});

	it('is null in an empty range, once the whole answer is there', () => {
		const answer = frame(rangeOf([], 0));
		expect(gather(answer, 5)).toMatchObject({ isTold: true, found: null });
		expect(gather(answer.subarray(0, answer.length - 1), 5).isTold).toBe(false);
	});

	it('wipes every chunk, those that come late too', () => {
		const { chunks, gatherer } = gather(frame(rangeOf([{ key: 'a', value: secret }])), 16);
		const late = Buffer.from(secret);
		expect(gatherer.push(late)).toEqual([]);
		expect(Buffer.concat([...chunks, late]).every(byte => byte === 0)).toBe(true);
	});

	it.each<[string, Uint8Array]>([
		['compressed', Buffer.of(1, 0, 0, 0, 4, 0x12, 2, 0, 0)],
		['of another wire type', frame(Buffer.of(0x0d, 1, 2, 3, 4))],
		['without an end to a number', frame(Buffer.alloc(40, 0xff))],
		['all key', frame(rangeOf([{ key: 'k'.repeat(20_000), value: secret }]))],
	])('is not looked for in an answer that is %s', (_, answer) => {
		expect(() => gather(answer, 512)).toThrow(Fault);
	});
});

it('counts', () => {
	expect(decodeCount(rangeOf([], 240))).toBe(240);
	expect(decodeCount(encodeHeaderOnly())).toBe(0);
	expect(() => decodeCount(Buffer.of(0x22, 9, 1))).toThrow(Fault);
});

const encodeHeaderOnly = () => new BinaryWriter().tag(1, 2).bytes(encodeHeader({})).finish();
