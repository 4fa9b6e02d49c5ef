import type { CallOptions, MemberCalls, SnapshotChunk, ValueHeads, WatchMessage } from './calls.ts';
import { factsOf, isForHost } from './certificates.ts';
import { decodeCount, encodeCount } from './count.ts';
import { withDeadline } from './deadline.ts';
import { parseEndpoint } from './endpoint.ts';
import { callError, Fault } from './fault.ts';
import { type Answers, answer, type GrpcCall, startCall } from './grpc.ts';
import { Line } from './link.ts';
import type { Login } from './login.ts';
import {
	decodeAlarms,
	decodeGet,
	decodeHashKv,
	decodeMemberAdd,
	decodeMemberList,
	decodeSnapshot,
	decodeStatus,
	encodeCompaction,
	encodeDisarm,
	encodeDryWrite,
	encodeGet,
	encodeHashKv,
	encodeMemberAdd,
	encodeMemberId,
	encodeMemberUpdate,
} from './messages.ts';
import { MetricsReader } from './metrics.ts';
import type { ConnectionProfile } from './profile.ts';
import type { TlsFiles } from './tls-files.ts';
import { encodeFirst, headWindowBytes, readFirst } from './value-head.ts';
import { decodeWatch, encodeWatch, maxBatchEvents } from './watch.ts';

/** What all members of a run share. */
export type Shared = { readonly profile: ConnectionProfile; readonly files: TlsFiles; readonly login: Login };

/** Requests whose fields all have their default values: serializable, of everybody, to look and not to change. */
const empty = new Uint8Array();

const rangePath = '/etcdserverpb.KV/Range';

/** Calls that only say that it is done. */
const nothing = (): void => {};

/** A call with many answers, each of which may come apart into several parts. */
type Stream<Part> = Omit<GrpcCall, 'token'> & {
	readonly call: string;
	readonly decode: (bytes: Uint8Array) => Iterable<Part>;
	/** What follows a part; `rest` gives timers and keys their turn first. */
	readonly after: (part: Part) => 'go-on' | 'rest' | 'end';
};

const snapshotStream: Stream<SnapshotChunk> = {
	call: 'Snapshot',
	path: '/etcdserverpb.Maintenance/Snapshot',
	request: empty,
	decode: bytes => [decodeSnapshot(bytes)],
	after: () => 'go-on',
};

const watchStream: Omit<Stream<WatchMessage>, 'request'> = {
	call: 'Watch',
	path: '/etcdserverpb.Watch/Watch',
	staysOpen: true,
	decode: decodeWatch,
	after(message) {
		if (message.kind === 'compacted' || message.kind === 'canceled') return 'end';
		return message.kind === 'events' && message.events.length >= maxBatchEvents ? 'rest' : 'go-on';
	},
};

/** One endpoint's calls over one connection, which is dialled at once. */
export function connectMember(endpoint: string, { profile, files, login }: Shared): MemberCalls {
	const lineOptions = { endpoint: parseEndpoint(endpoint), files, dialTimeoutSeconds: profile.dialTimeoutSeconds };
	const line = new Line(lineOptions);
	line.open().catch(() => {});
	const metrics = new MetricsReader(files, profile.dialTimeoutSeconds);

	/** Logs in when a call is refused for want of a login, once: Status and the member list often need none. */
	const loggedIn = async <T>(signal: AbortSignal, ask: (token: string | null) => Promise<T>): Promise<T> => {
		const { token } = login;
		try {
			return await ask(token);
		} catch (error) {
			const renewed = isLoginRequired(error) ? await login.renew(line, token, signal) : null;
			if (renewed === null) throw error;
			return ask(renewed);
		}
	};

	/** A call in words of its caller: fails with a `CallError`, or with the reason of the caller's own signal. */
	const told = async <T>(call: string, options: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
		try {
			return await withDeadline(options, work);
		} catch (error) {
			throw options.signal?.aborted ? options.signal.reason : callError(error, endpoint, call);
		}
	};

	/** One request, one answer. */
	const unary = async <T>(
		call: string,
		path: string,
		request: Uint8Array,
		options: CallOptions,
		decode: (bytes: Uint8Array) => T,
	): Promise<T> =>
		told(call, options, async signal =>
			decode(await loggedIn(signal, token => answer(line, { path, request, token }, signal))),
		);

	/** A line of its own, because the window is the same for all streams of a connection. */
	const openHeads = (): ValueHeads => {
		const narrow = new Line({ ...lineOptions, windowBytes: headWindowBytes });
		return {
			first: (range, headBytes, options) =>
				told('Range', options, signal =>
					loggedIn(signal, token =>
						readFirst(narrow, { path: rangePath, request: encodeFirst(range), token }, headBytes, signal),
					),
				),
			close: () => narrow.close(),
		};
	};

	/** Logs in first, and where even so the login is refused before anything came, once more. */
	async function* stream<Part>(kind: Stream<Part>, signal: AbortSignal): AsyncGenerator<Part, void> {
		let answers: Answers | null = null;
		try {
			signal.throwIfAborted();
			let token = await login.renew(line, null, signal);
			let mayRenew = true;
			answers = await startCall(line, { ...kind, token }, signal);
			while (true) {
				try {
					const bytes = await answers.next();
					if (bytes === null) return;
					for (const part of kind.decode(bytes)) {
						mayRenew = false;
						yield part;
						const next = kind.after(part);
						if (next === 'end') return;
						if (next === 'rest') await new Promise(resolve => setImmediate(resolve));
					}
				} catch (error) {
					const renewed = mayRenew && isLoginRequired(error) ? await login.renew(line, token, signal) : null;
					if (renewed === null) throw error;
					mayRenew = false;
					token = renewed;
					answers.cancel();
					answers = await startCall(line, { ...kind, token }, signal);
				}
			}
		} catch (error) {
			throw signal.aborted ? signal.reason : callError(error, endpoint, kind.call);
		} finally {
			answers?.cancel();
		}
	}

	return {
		endpoint,
		status: options => unary('Status', '/etcdserverpb.Maintenance/Status', empty, options, decodeStatus),
		memberList: options => unary('MemberList', '/etcdserverpb.Cluster/MemberList', empty, options, decodeMemberList),
		alarms: options => unary('Alarm', '/etcdserverpb.Maintenance/Alarm', empty, options, decodeAlarms),
		hashKv: (revision, options) =>
			unary('HashKV', '/etcdserverpb.Maintenance/HashKV', encodeHashKv(revision), options, decodeHashKv),
		compact: ({ revision, isPhysical }, options) =>
			unary('Compact', '/etcdserverpb.KV/Compact', encodeCompaction(revision, isPhysical), options, nothing),
		defragment: options => unary('Defragment', '/etcdserverpb.Maintenance/Defragment', empty, options, nothing),
		moveLeader: (to, options) =>
			unary('MoveLeader', '/etcdserverpb.Maintenance/MoveLeader', encodeMemberId(to), options, nothing),
		disarm: (alarm, options) =>
			unary('Alarm', '/etcdserverpb.Maintenance/Alarm', encodeDisarm(alarm), options, nothing),
		dryWrite: (key, options) => unary('Txn', '/etcdserverpb.KV/Txn', encodeDryWrite(key), options, nothing),
		get: (key, options) =>
			unary('Range', rangePath, encodeGet(key, options.isSerializable ?? false), options, decodeGet),
		countKeys: (range, options) => unary('Range', rangePath, encodeCount(range), options, decodeCount),
		needsLogin: options => told('Range', options, signal => isLoginNeeded(line, signal)),
		shownCertificate() {
			const { certificate } = line;
			if (certificate === undefined || lineOptions.endpoint === null) return null;
			return { facts: factsOf(certificate), isForHost: isForHost(certificate, lineOptions.endpoint, 'client') };
		},
		openHeads,
		addMember: ({ peerUrls, isLearner }, options) =>
			unary(
				'MemberAdd',
				'/etcdserverpb.Cluster/MemberAdd',
				encodeMemberAdd(peerUrls, isLearner),
				options,
				decodeMemberAdd,
			),
		removeMember: (id, options) =>
			unary('MemberRemove', '/etcdserverpb.Cluster/MemberRemove', encodeMemberId(id), options, nothing),
		updateMember: (id, peerUrls, options) =>
			unary('MemberUpdate', '/etcdserverpb.Cluster/MemberUpdate', encodeMemberUpdate(id, peerUrls), options, nothing),
		promoteMember: (id, options) =>
			unary('MemberPromote', '/etcdserverpb.Cluster/MemberPromote', encodeMemberId(id), options, nothing),
		snapshot: signal => stream(snapshotStream, signal),
		watch: (request, signal) => stream({ ...watchStream, request: encodeWatch(request) }, signal),
		async metrics(url, wantedFamilies, options) {
			try {
				return await withDeadline(options, signal => metrics.read(url, wantedFamilies, signal));
			} catch (error) {
				throw options.signal?.aborted ? options.signal.reason : callError(error, url, 'GET /metrics');
			}
		},
		close() {
			line.close();
			metrics.close();
		},
	};
}

/** Exactly the key that is one zero byte; nobody has such a key. */
const hardlyAnyKey = encodeCount({ from: Uint8Array.of(0), end: Uint8Array.of(0, 0) });

async function isLoginNeeded(line: Line, signal: AbortSignal): Promise<boolean> {
	try {
		await answer(line, { path: rangePath, request: hardlyAnyKey, token: null }, signal);
		return false;
	} catch (error) {
		if (error instanceof Fault && (error.kind === 'login-required' || error.kind === 'permission-denied')) return true;
		throw error;
	}
}

const isLoginRequired = (error: unknown) => error instanceof Fault && error.kind === 'login-required';
