import type { CallOptions, MemberCalls, SnapshotChunk, WatchMessage, WatchRequest } from './calls.ts';
import { withDeadline } from './deadline.ts';
import { parseEndpoint } from './endpoint.ts';
import { callError, Fault } from './fault.ts';
import { answer, messages } from './grpc.ts';
import { Line } from './link.ts';
import type { Login } from './login.ts';
import {
	decodeAlarms,
	decodeHashKv,
	decodeMemberList,
	decodeSnapshot,
	decodeStatus,
	encodeHashKv,
} from './messages.ts';
import { MetricsReader } from './metrics.ts';
import type { ConnectionProfile } from './profile.ts';
import type { TlsFiles } from './tls-files.ts';
import { decodeWatch, encodeWatch, maxBatchEvents } from './watch.ts';

/** What all members of a run share. */
export type Shared = { readonly profile: ConnectionProfile; readonly files: TlsFiles; readonly login: Login };

/** Requests whose fields all have their default values: serializable, of everybody, to look and not to change. */
const empty = new Uint8Array();

/** One endpoint's calls over one connection, which is dialled at once. */
export function connectMember(endpoint: string, { profile, files, login }: Shared): MemberCalls {
	const line = new Line({ endpoint: parseEndpoint(endpoint), files, dialTimeoutSeconds: profile.dialTimeoutSeconds });
	line.open().catch(() => {});
	const metrics = new MetricsReader(files, profile.dialTimeoutSeconds);

	/** Logs in when a call is refused for want of a login, once: Status and the member list often need none. */
	const ask = async (path: string, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array> => {
		const { token } = login;
		try {
			return await answer(line, { path, request, token }, signal);
		} catch (error) {
			const renewed = isLoginRequired(error) ? await login.renew(line, token, signal) : null;
			if (renewed === null) throw error;
			return answer(line, { path, request, token: renewed }, signal);
		}
	};

	/** One request, one answer. */
	const unary = async <T>(
		call: string,
		path: string,
		request: Uint8Array,
		options: CallOptions,
		decode: (bytes: Uint8Array) => T,
	): Promise<T> => {
		try {
			return decode(await withDeadline(options, signal => ask(path, request, signal)));
		} catch (error) {
			throw options.signal?.aborted ? options.signal.reason : callError(error, endpoint, call);
		}
	};

	/** Logs in first, and where even so the login is refused before anything came, once more. */
	async function* stream<T>(
		call: string,
		request: { readonly path: string; readonly request: Uint8Array; readonly staysOpen: boolean },
		signal: AbortSignal,
		decode: (bytes: Uint8Array) => Iterable<T>,
	): AsyncGenerator<T, void> {
		let hasBegun = false;
		try {
			signal.throwIfAborted();
			let token = await login.renew(line, null, signal);
			while (true)
				try {
					for await (const bytes of messages(line, { ...request, token }, signal))
						for (const part of decode(bytes)) {
							hasBegun = true;
							yield part;
						}
					return;
				} catch (error) {
					const renewed = isLoginRequired(error) && !hasBegun ? await login.renew(line, token, signal) : null;
					if (renewed === null) throw error;
					hasBegun = true;
					token = renewed;
				}
		} catch (error) {
			throw signal.aborted ? signal.reason : callError(error, endpoint, call);
		}
	}

	async function* watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchMessage, void> {
		const call = { path: '/etcdserverpb.Watch/Watch', request: encodeWatch(request), staysOpen: true };
		for await (const message of stream('Watch', call, signal, decodeWatch)) {
			yield message;
			if (message.kind === 'compacted' || message.kind === 'canceled') return;
			// A large message is taken in several batches: timers and keys get their turn between them.
			if (message.kind === 'events' && message.events.length >= maxBatchEvents)
				await new Promise(resolve => setImmediate(resolve));
		}
	}

	const snapshot = (signal: AbortSignal): AsyncGenerator<SnapshotChunk, void> => {
		const call = { path: '/etcdserverpb.Maintenance/Snapshot', request: empty, staysOpen: false };
		return stream('Snapshot', call, signal, bytes => [decodeSnapshot(bytes)]);
	};

	return {
		endpoint,
		status: options => unary('Status', '/etcdserverpb.Maintenance/Status', empty, options, decodeStatus),
		memberList: options => unary('MemberList', '/etcdserverpb.Cluster/MemberList', empty, options, decodeMemberList),
		alarms: options => unary('Alarm', '/etcdserverpb.Maintenance/Alarm', empty, options, decodeAlarms),
		hashKv: (revision, options) =>
			unary('HashKV', '/etcdserverpb.Maintenance/HashKV', encodeHashKv(revision), options, decodeHashKv),
		snapshot,
		watch,
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

const isLoginRequired = (error: unknown) => error instanceof Fault && error.kind === 'login-required';
