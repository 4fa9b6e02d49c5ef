import type { Etcd3, IOptions } from 'etcd3';

/** What one call to one member said. */
export class NoMemberError extends Error {
	override readonly name = 'NoMemberError';
}

/** A client of all members that goes on while some of them are dead or hang. */
export type ClusterClient = {
	/** Runs a call against some member that answered lately; its failure is thrown, not retried. */
	call<Answer>(use: (client: Etcd3) => Promise<Answer>): Promise<Answer>;
	/** A client that speaks to this member only. */
	at(endpoint: string): Etcd3;
	close(): void;
};

type Policy = NonNullable<NonNullable<IOptions['faultHandling']>['global']>;

/**
 * Each call once. etcd3's own policies retry a call whose deadline has passed and then refuse to call a healthy member
 * for five seconds.
 */
const once = {
	execute: (use: (context: { signal: AbortSignal }) => unknown) => use({ signal: new AbortController().signal }),
} as unknown as Policy;

/** How often a member that failed is tried, so that a dead or frozen one slows down only a call now and then. */
const trialMs = 2000;
const deadlineMs = 2000;

/** One etcd3 client for each member: a client of several picks one at random for each call, dead or alive. */
export async function connectCluster(endpoints: readonly string[]): Promise<ClusterClient> {
	// The library reports connections that fail on stderr, which is the monitor's screen.
	process.env.GRPC_VERBOSITY ??= 'NONE';
	const { Etcd3 } = await import('etcd3');
	const members = endpoints.map(endpoint => ({
		endpoint,
		isFailing: false,
		/** While it fails, one call at this time and then is a trial; the others keep away. */
		nextTrialAt: 0,
		client: new Etcd3({
			hosts: endpoint,
			faultHandling: { host: () => once, global: once },
			grpcOptions: { 'grpc.max_receive_message_length': -1 },
			defaultCallOptions: context => (context.isStream ? {} : { deadline: Date.now() + deadlineMs }),
		}),
	}));
	let turn = 0;
	return {
		async call(use) {
			const now = performance.now();
			const ready = members.filter(member => !member.isFailing || member.nextTrialAt <= now);
			turn += 1;
			const choice = ready.length > 0 ? ready : members;
			const member = choice[turn % choice.length];
			if (member === undefined) throw new NoMemberError('the cluster has no members');
			member.nextTrialAt = now + trialMs;
			try {
				const answer = await use(member.client);
				member.isFailing = false;
				return answer;
			} catch (error) {
				member.isFailing = !isAnswer(error);
				throw error;
			}
		},
		at(endpoint) {
			const member = members.find(each => each.endpoint === endpoint);
			if (member === undefined) throw new NoMemberError(`no client for ${endpoint}`);
			return member.client;
		},
		close() {
			for (const { client } of members) client.close();
		},
	};
}

/** etcd answered that it cannot: the member itself is well. */
export const isAnswer = (error: unknown) => error instanceof Error && error.message.includes('etcdserver: ');

/** The quota is used up: only deletes and maintenance work until someone makes room. */
export const isNoSpace = (error: unknown) =>
	error instanceof Error && error.message.includes('database space exceeded');
