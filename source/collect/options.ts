import type { EtcdCalls } from '../etcd/calls.ts';
import type { ConnectionProfile } from '../etcd/profile.ts';
import type { Examiner } from './examiner.ts';

/** What live reading needs from outside, and how often it reads. */
export type LiveOptions = {
	readonly calls: EtcdCalls;
	readonly profile: ConnectionProfile;
	readonly statusIntervalSeconds: number;
	readonly metricsIntervalSeconds: number;
	/** Families to take from the metrics pages. */
	readonly wantedFamilies: ReadonlySet<string>;
	/** Families of which there is much: taken from the first page, and then from one in so many seconds. */
	readonly rare?: { readonly families: ReadonlySet<string>; readonly everySeconds: number };
	/** Null turns the watch off, with the reason that the screen gives. */
	readonly watch: { readonly prefixes: readonly string[] } | { readonly off: string };
	/** Who looks into what changes rarely; nobody where a single reading is enough. */
	readonly examiners?: readonly Examiner[];
	/**
	 * Where learners have answered: they refuse the member list, and etcd counts that as an error of theirs. Kept up to
	 * date; handed on from one reading to the next, it spares them all refusals but the first.
	 */
	readonly learnersAt?: Set<string>;
};

/** How long a Status may take before the member counts as not answering: long enough for a distant member. */
export const statusTimeoutSeconds = (profile: ConnectionProfile) => profile.dialTimeoutSeconds / 2;
