import { expect, vi } from 'vitest';
import type { Reading } from '../../source/cluster/reading.ts';
import { live } from '../../source/collect/live.ts';
import type { LiveOptions } from '../../source/collect/options.ts';
import type { ConnectionProfile } from '../../source/etcd/profile.ts';
import type { FakeCluster } from '../support/fake-calls.ts';

export const profileOf = (endpoints: readonly string[], patch: Partial<ConnectionProfile> = {}): ConnectionProfile => ({
	endpoints,
	source: '--endpoints',
	tls: { caFile: null, certificateFile: null, keyFile: null, skipVerify: false },
	login: null,
	dialTimeoutSeconds: 0.2,
	commandTimeoutSeconds: 0.2,
	metricsUrls: [],
	discovery: true,
	...patch,
});

/** Short intervals, so that many rounds pass while a test waits for its condition. */
export const optionsOf = (
	{ calls }: FakeCluster,
	endpoints: readonly string[],
	patch: Partial<LiveOptions> & { readonly profile?: ConnectionProfile } = {},
): LiveOptions => ({
	calls,
	profile: profileOf(endpoints),
	statusIntervalSeconds: 0.02,
	metricsIntervalSeconds: 0.03,
	wantedFamilies: new Set(['up']),
	watch: { off: 'not here' },
	...patch,
});

type Kind = Reading['kind'];
type Of<K extends Kind> = Extract<Reading, { kind: K }>;

export type Reader = {
	readonly readings: readonly Reading[];
	/** Ends the reading and waits until it has ended. */
	stop(): Promise<void>;
	of<K extends Kind>(kind: K): readonly Of<K>[];
	last<K extends Kind>(kind: K): Of<K> | undefined;
	/** The rows that are read now. */
	rows(): readonly string[];
	/** The outcome of the last Status of a row. */
	stateOf(key: string): string | undefined;
	/** Settles when the reading ended, with its error where it threw. */
	readonly ended: Promise<void>;
};

/** Reads live and keeps what came. */
export function read(options: LiveOptions): Reader {
	const end = new AbortController();
	const readings: Reading[] = [];
	const ended = (async () => {
		for await (const reading of live(options, end.signal)) readings.push(reading);
	})();
	ended.catch(() => undefined);
	const of = <K extends Kind>(kind: K) => readings.filter((each): each is Of<K> => each.kind === kind);
	const last = <K extends Kind>(kind: K) => of(kind).at(-1);
	return {
		readings,
		ended,
		of,
		last,
		rows: () => last('members')?.targets.map(({ key }) => key) ?? [],
		stateOf: key => {
			const outcome = of('status').findLast(each => each.key === key)?.outcome;
			return outcome === undefined || outcome.kind === 'answered' ? outcome?.kind : outcome.failure.kind;
		},
		async stop() {
			end.abort();
			await ended.catch(() => undefined);
		},
	};
}

/** Waits for a condition, looking often. */
export const until = (condition: () => void | Promise<void>) => vi.waitFor(condition, { timeout: 20_000, interval: 5 });

/** Waits until a number that rises has risen by so much: as many rounds as something must *not* happen in. */
export async function rounds(count: () => number, by: number): Promise<void> {
	const from = count();
	await until(() => expect(count()).toBeGreaterThanOrEqual(from + by));
}
