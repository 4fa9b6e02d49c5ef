import { setTimeout as delay } from 'node:timers/promises';
import type { FailureKind } from '../../source/cluster/failure.ts';
import type { Member, MemberStatus } from '../../source/cluster/member.ts';
import type { MetricSamples } from '../../source/cluster/reading.ts';
import {
	type Alarm,
	CallError,
	type CallOptions,
	type EtcdCalls,
	type MemberCalls,
	type WatchMessage,
	type WatchRequest,
} from '../../source/etcd/calls.ts';

/** How a call ends: with an answer, with a failure at once, or with a timeout after its deadline. */
export type Conduct = 'answer' | 'hang' | FailureKind;

/** One member of the play; whatever is changed here holds from the next call on. */
export type FakeMember = {
	readonly id: string;
	name: string;
	clientUrls: readonly string[];
	isLearner: boolean;
	conduct: Conduct;
	/** Where a single call behaves otherwise. */
	conductOf: Partial<Record<'Status' | 'MemberList' | 'Alarm' | 'Watch', Conduct>>;
	status: Partial<MemberStatus>;
	/** Resolves or throws each Status call instead of the conduct: a bug, for example. */
	onStatus: (() => void) | null;
};

export type FakeWatch = {
	readonly endpoint: string;
	readonly request: WatchRequest;
	readonly signal: AbortSignal;
	/** Hands a message to the reader of the stream. */
	send(message: WatchMessage): void;
	fail(kind: FailureKind): void;
	/** The server ends the stream without a word. */
	end(): void;
};

export type FakeCluster = {
	readonly calls: EtcdCalls;
	readonly members: FakeMember[];
	/** Who answers at a URL, in turn where there are several; nobody refuses the connection. */
	readonly at: Map<string, readonly FakeMember[]>;
	readonly pages: Map<string, MetricSamples | Conduct>;
	alarms: readonly Alarm[];
	/** Authentication is on. */
	needsLogin: boolean;
	/** Every call so far: `Status http://…`. */
	readonly log: string[];
	count(call: string): number;
	/** Streams that were opened, the ended ones too. */
	readonly watches: FakeWatch[];
	/** Answered by every stream that is opened; null says nothing. */
	headRevision: bigint | null;
};

export const urlOf = (id: string) => `http://10.0.0.${id}:2379`;

export const fakeMember = (id: string, patch: Partial<FakeMember> = {}): FakeMember => ({
	id,
	name: `m${id}`,
	clientUrls: [urlOf(id)],
	isLearner: false,
	conduct: 'answer',
	conductOf: {},
	status: {},
	onStatus: null,
	...patch,
});

const unscripted = () => Promise.reject(new Error('not in the play'));

const failure = (kind: FailureKind, where: string, call: string) => new CallError({ kind, where, call, detail: '' });

/** A cluster whose every call is scripted; each member answers at its client URLs. */
export function fakeCluster(members: FakeMember[], clusterId = 'c1'): FakeCluster {
	const turns = new Map<string, number>();
	const cluster: FakeCluster = {
		calls: { member: endpoint => memberAt(endpoint), close: () => {} },
		members,
		at: new Map(members.flatMap(member => member.clientUrls.map(url => [url, [member]]))),
		pages: new Map(),
		alarms: [],
		needsLogin: false,
		log: [],
		count: call => cluster.log.filter(entry => entry === call || entry.startsWith(`${call} `)).length,
		watches: [],
		headRevision: 100n,
	};

	const behave = async (conduct: Conduct, where: string, call: string, { timeoutSeconds, signal }: CallOptions) => {
		cluster.log.push(`${call} ${where}`);
		if (conduct === 'hang') {
			await delay(timeoutSeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
			throw failure('timeout', where, call);
		}
		if (conduct !== 'answer') throw failure(conduct, where, call);
	};

	const answering = (endpoint: string): FakeMember | null => {
		const who = cluster.at.get(endpoint) ?? [];
		const turn = turns.get(endpoint) ?? 0;
		turns.set(endpoint, turn + 1);
		return who[turn % Math.max(1, who.length)] ?? null;
	};

	const asked = async (endpoint: string, call: 'Status' | 'MemberList' | 'Alarm', options: CallOptions) => {
		const member = answering(endpoint);
		if (member === null) {
			await behave('refused', endpoint, call, options);
			throw new Error('unreachable');
		}
		await behave(member.conductOf[call] ?? member.conduct, endpoint, call, options);
		return member;
	};

	const listed = (): Member[] =>
		cluster.members.map(({ id, name, clientUrls, isLearner }) => ({ id, name, clientUrls, isLearner, peerUrls: [] }));

	const memberAt = (endpoint: string): MemberCalls => ({
		endpoint,
		async status(options) {
			const member = await asked(endpoint, 'Status', options);
			member.onStatus?.();
			return statusOf(member, clusterId);
		},
		async memberList(options) {
			const member = await asked(endpoint, 'MemberList', options);
			return { clusterId, answeredBy: member.id, members: listed() };
		},
		async alarms(options) {
			await asked(endpoint, 'Alarm', options);
			return cluster.alarms;
		},
		async metrics(url, wanted, options) {
			const page = cluster.pages.get(url) ?? 'refused';
			await behave(typeof page === 'string' ? page : 'answer', url, 'GET', options);
			const samples = [...(page as MetricSamples)].filter(([name]) => wanted.has(name.replace(/\{.*/, '')));
			return { samples: new Map(samples), serverTimeMs: Math.floor(Date.now() / 1000) * 1000 };
		},
		watch: (request, signal) => watchAt(endpoint, request, signal),
		hashKv: unscripted,
		countKeys: unscripted,
		shownCertificate: () => null,
		async needsLogin(options) {
			await behave('answer', endpoint, 'Range', options);
			return cluster.needsLogin;
		},
		openHeads: () => ({ first: unscripted, close: () => {} }),
		compact: unscripted,
		defragment: unscripted,
		moveLeader: unscripted,
		disarm: unscripted,
		dryWrite: unscripted,
		get: unscripted,
		addMember: unscripted,
		removeMember: unscripted,
		updateMember: unscripted,
		promoteMember: unscripted,
		snapshot: () => {
			throw new Error('not in the play');
		},
		close: () => {},
	});

	async function* watchAt(endpoint: string, request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchMessage> {
		cluster.log.push(`Watch ${endpoint}`);
		const member = answering(endpoint);
		const conduct = member === null ? 'refused' : (member.conductOf.Watch ?? member.conduct);
		if (conduct !== 'answer' && conduct !== 'hang') throw failure(conduct, endpoint, 'Watch');
		const queue: (WatchMessage | Error | null)[] = [];
		let wake = () => {};
		const push = (item: WatchMessage | Error | null) => {
			queue.push(item);
			wake();
		};
		if (conduct === 'answer' && cluster.headRevision !== null)
			queue.push({ kind: 'created', revision: cluster.headRevision });
		signal.addEventListener('abort', () => push(failure('unreachable', endpoint, 'Watch')), { once: true });
		cluster.watches.push({
			endpoint,
			request,
			signal,
			send: push,
			fail: kind => push(failure(kind, endpoint, 'Watch')),
			end: () => push(null),
		});
		while (true) {
			const item = queue.shift();
			if (item === undefined) {
				await new Promise<void>(resolve => {
					wake = resolve;
				});
				continue;
			}
			if (item === null) return;
			if (item instanceof Error) throw item;
			yield item;
		}
	}

	return cluster;
}

const statusOf = ({ id, isLearner, status }: FakeMember, clusterId: string): MemberStatus => ({
	clusterId,
	memberId: id,
	version: '3.5.30',
	revision: 100n,
	dbSizeBytes: 20_000_000,
	dbInUseBytes: 10_000_000,
	leaderId: '1',
	raftTerm: 5n,
	raftIndex: 1000n,
	raftAppliedIndex: 1000n,
	errors: [],
	isLearner,
	storageVersion: null,
	dbSizeQuotaBytes: null,
	downgradeTarget: null,
	...status,
});
