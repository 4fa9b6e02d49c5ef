import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Member, MemberStatus } from '../../source/cluster/member.ts';

/** What one call is answered with: messages, then a gRPC status. */
export type FakeAnswer = {
	readonly messages?: readonly Uint8Array[];
	/** 0 when not given. */
	readonly code?: number;
	readonly text?: string;
	/** Leaves the stream open after the messages, or for ever unanswered without any. */
	readonly staysOpen?: boolean;
};

/** The call by its name, `Status`; the bytes of its first message; its metadata. */
export type FakeHandler = (request: Uint8Array, headers: Readonly<Record<string, unknown>>) => FakeAnswer;

export type FakeEtcd = {
	readonly endpoint: string;
	/** Names of the calls that came, in order. */
	readonly calls: readonly string[];
	/** Connections that were made, closed ones included. */
	readonly connections: number;
	readonly sessions: ReadonlySet<ServerHttp2Session>;
	/** Replaces how one call is answered, from the next on. */
	answer(call: string, handler: FakeHandler): void;
	close(): Promise<void>;
};

const frame = (message: Uint8Array) => {
	const head = Buffer.alloc(5);
	head.writeUInt32BE(message.length, 1);
	return Buffer.concat([head, message]);
};

type HeaderFacts = { readonly clusterId?: string; readonly memberId?: string; readonly revision?: bigint };

/** A ResponseHeader. */
export const encodeHeader = ({ clusterId = 'c1', memberId = 'a1', revision = 1n }: HeaderFacts): Uint8Array =>
	new BinaryWriter()
		.tag(1, 0)
		.uint64(BigInt(`0x${clusterId}`))
		.tag(2, 0)
		.uint64(BigInt(`0x${memberId}`))
		.tag(3, 0)
		.int64(revision)
		.finish();

/** A StatusResponse as 3.6 and 3.7 send it; fields that are null are left out, as by older servers. */
export function encodeStatus(status: MemberStatus): Uint8Array {
	const writer = new BinaryWriter().tag(1, 2).bytes(encodeHeader(status));
	writer.tag(2, 2).string(status.version).tag(3, 0).int64(BigInt(status.dbSizeBytes));
	if (status.leaderId !== null) writer.tag(4, 0).uint64(BigInt(`0x${status.leaderId}`));
	writer.tag(5, 0).uint64(status.raftIndex).tag(6, 0).uint64(status.raftTerm).tag(7, 0).uint64(status.raftAppliedIndex);
	for (const error of status.errors) writer.tag(8, 2).string(error);
	writer.tag(9, 0).int64(BigInt(status.dbInUseBytes)).tag(10, 0).bool(status.isLearner);
	if (status.storageVersion !== null) writer.tag(11, 2).string(status.storageVersion);
	if (status.dbSizeQuotaBytes !== null) writer.tag(12, 0).int64(BigInt(status.dbSizeQuotaBytes));
	if (status.downgradeTarget !== null) {
		const downgrade = new BinaryWriter().tag(1, 0).bool(true).tag(2, 2).string(status.downgradeTarget).finish();
		writer.tag(13, 2).bytes(downgrade);
	}
	return writer.finish();
}

/** A MemberListResponse. */
export function encodeMemberList(header: HeaderFacts, members: readonly Member[]): Uint8Array {
	const writer = new BinaryWriter().tag(1, 2).bytes(encodeHeader(header));
	for (const { id, name, peerUrls, clientUrls, isLearner } of members) {
		const member = new BinaryWriter()
			.tag(1, 0)
			.uint64(BigInt(`0x${id}`))
			.tag(2, 2)
			.string(name);
		for (const url of peerUrls) member.tag(3, 2).string(url);
		for (const url of clientUrls) member.tag(4, 2).string(url);
		writer.tag(2, 2).bytes(member.tag(5, 0).bool(isLearner).finish());
	}
	return writer.finish();
}

/** A status of a healthy leader of 3.6, to be varied. */
export const healthyStatus: MemberStatus = {
	clusterId: 'c1',
	memberId: 'a1',
	version: '3.6.14',
	revision: 4242n,
	dbSizeBytes: 100_000_000,
	dbInUseBytes: 60_000_000,
	leaderId: 'a1',
	raftTerm: 7n,
	raftIndex: 5000n,
	raftAppliedIndex: 5000n,
	errors: [],
	isLearner: false,
	storageVersion: '3.6.0',
	dbSizeQuotaBytes: 8_589_934_592,
	downgradeTarget: null,
};

/** A gRPC server on loopback that answers what it is told to; calls without an answer are unimplemented. */
export async function startFakeEtcd(): Promise<FakeEtcd> {
	const handlers = new Map<string, FakeHandler>();
	const calls: string[] = [];
	const sessions = new Set<ServerHttp2Session>();
	let connections = 0;
	const server = createServer();
	server.on('session', session => {
		connections++;
		sessions.add(session);
		session.on('error', () => {});
		session.on('close', () => sessions.delete(session));
	});
	server.on('stream', (stream: ServerHttp2Stream, headers) => {
		const path = String(headers[':path']);
		const call = path.split('/').at(-1)!;
		calls.push(call);
		stream.on('error', () => {});
		const handler = handlers.get(call) ?? (() => ({ code: 12, text: `unknown method ${call}` }));
		stream.once('data', (chunk: Buffer) => reply(stream, handler(chunk.subarray(5), headers)));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		calls,
		sessions,
		get connections() {
			return connections;
		},
		answer: (call, handler) => handlers.set(call, handler),
		close() {
			for (const session of sessions) session.destroy();
			return new Promise(resolve => server.close(() => resolve()));
		},
	};
}

function reply(stream: ServerHttp2Stream, { messages = [], code = 0, text = '', staysOpen = false }: FakeAnswer): void {
	if (stream.destroyed || (staysOpen && messages.length === 0)) return;
	const status = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(text) };
	const headers = { ':status': 200, 'content-type': 'application/grpc' };
	if (messages.length === 0) {
		stream.respond({ ...headers, ...status }, { endStream: true });
		return;
	}
	stream.respond(headers, { waitForTrailers: true });
	stream.on('wantTrailers', () => stream.sendTrailers(status));
	for (const message of messages) stream.write(frame(message));
	if (!staysOpen) stream.end();
}
