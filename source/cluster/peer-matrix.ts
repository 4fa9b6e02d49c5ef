import type { History } from './history.ts';
import { lateAfterMs } from './late.ts';
import type { MemberId } from './member.ts';
import { isAnswering } from './member-state.ts';
import type { MetricTable } from './metric-table.ts';
import { ownMembers } from './own-members.ts';
import type { MemberView, Snapshot } from './snapshot.ts';
import type { Tier } from './tier.ts';

/**
 * How one member's own metrics tell of one of its peers.
 *
 * Measured on 3.4.23 and 3.5.30, three members, the links of one of them made a black hole (bytes are held, nothing is
 * refused): `etcd_network_peer_received_bytes_total{From}` stands still from the next scrape on, in exactly the
 * direction that is lost, while heartbeats let it rise ten times a second by default elsewhere. All other metrics are
 * slow or blind to it: `etcd_network_active_peers` falls to 0 after 5 s on 3.4, where a stream without a byte times out,
 * and stays 1 on 3.5 (seen for 40 s); `disconnected_peers_total` rises with that fall only; the sent and received
 * failures stay absent; the prober's round trips keep their last value and their pace of one in 30 s. A member that can
 * hear its leader and is not heard by it goes on to follow it, by its Status and its `has_leader`.
 */
export type PeerLink = {
	/** Who tells. */
	readonly by: MemberId;
	/** The peer that it tells of. */
	readonly of: MemberId;
	/**
	 * What of raft's messages came from there. `heard`: something came in the last seconds, `lastMs` is the scrape that told
	 * it. `quiet`: nothing came between these two moments (nor maybe before), which is as it should be between two followers:
	 * only the leader speaks all the time, and is answered. Null where it cannot be told.
	 */
	readonly hearing:
		| { readonly kind: 'heard'; readonly lastMs: number }
		| { readonly kind: 'quiet'; readonly fromMs: number; readonly toMs: number }
		| null;
	/** For how long at least it has had no connection to there; 0 while it has one, null where it does not say. */
	readonly disconnectedSeconds: number | null;
};

/** Who sees whom. */
export type PeerMatrix = {
	readonly links: readonly PeerLink[];
	/** What `by` tells of `of`; null where it tells nothing. */
	link(by: MemberId, of: MemberId): PeerLink | null;
};

/** Nobody is called quiet before: heartbeats come every 0.1 s by default, and never more seldom than elections are due. */
export const quietAfterMs = 5000;
/** How far back the beginning of a silence is looked for. */
export const lookBackSeconds = 60;

type Known = MemberView & { readonly id: MemberId };

/** Each member that answers with each of its peers, be they there or not, as the metrics of the first tell. */
export function peerMatrix(history: History, snapshot: Snapshot): PeerMatrix {
	const members = ownMembers(snapshot).filter((member): member is Known => member.id !== null);
	const links = members.filter(isAnswering).flatMap(by => {
		const page = pageOf(history, by, snapshot.atMs);
		if (page === null) return [];
		return members.filter(of => of.key !== by.key).map(of => linkOf(page, by, of));
	});
	const byPair = new Map(links.map(link => [`${link.by}>${link.of}`, link]));
	return { links, link: (by, of) => byPair.get(`${by}>${of}`) ?? null };
}

/** A member's scrapes of the last while. */
type Page = { readonly metrics: MetricTable; readonly tier: Tier; readonly last: number; readonly fromMs: number };

function pageOf({ rows, options }: History, { key }: MemberView, atMs: number): Page | null {
	const metrics = rows.get(key)?.metrics;
	if (metrics === undefined) return null;
	const fromMs = atMs - Math.max(lookBackSeconds * 1000, 3 * options.metricsIntervalMs);
	const tier = metrics.table.tierSince(fromMs);
	const last = tier.rowAt(atMs);
	if (last < 0 || atMs - tier.timeAt(last) > lateAfterMs(options.metricsIntervalMs, tier)) return null;
	return { metrics, tier, last, fromMs };
}

function linkOf(page: Page, by: Known, of: Known): PeerLink {
	// What was told while one of them was away says nothing of the way between them.
	const sinceMs = Math.max(page.fromMs, by.state.sinceMs, isAnswering(of) ? of.state.sinceMs : page.fromMs);
	const column = (metric: string, label: string) =>
		page.metrics.columnsOf(metric).find(({ labels }) => labels.get(label) === of.id)?.column ?? null;
	const active = column('etcd_network_active_peers', 'Remote');
	const received = column('etcd_network_peer_received_bytes_total', 'From');
	return {
		by: by.id,
		of: of.id,
		hearing: hearingOf(page, received, active, sinceMs),
		disconnectedSeconds: active === null ? null : disconnectedSeconds(page, active, sinceMs),
	};
}

/** From a member that never sent anything since this one started there is no sample, though it is known as a peer. */
function hearingOf(page: Page, received: number | null, active: number | null, sinceMs: number): PeerLink['hearing'] {
	const known = received ?? active;
	if (known === null) return null;
	const { tier, last } = page;
	const isFirst = received === null;
	const run = runOf(page, isFirst ? active! : received, sinceMs);
	if (run === null) return null;
	const [fromMs, toMs] = [tier.timeAt(run.first), tier.timeAt(last)];
	if (toMs - fromMs >= quietAfterMs) return { kind: 'quiet', fromMs, toMs };
	return run.hasChanged && !isFirst ? { kind: 'heard', lastMs: fromMs } : null;
}

function disconnectedSeconds(page: Page, active: number, sinceMs: number): number | null {
	const run = runOf(page, active, sinceMs);
	if (run === null) return null;
	if (page.tier.numberAt(active, page.last) > 0) return 0;
	return (page.tier.timeAt(page.last) - page.tier.timeAt(run.first)) / 1000;
}

/** Since which row a sample has had its present value; whether it had another before, as far as it was looked for. */
function runOf({ tier, last }: Page, column: number, sinceMs: number) {
	const value = tier.numberAt(column, last);
	if (Number.isNaN(value)) return null;
	let first = last;
	while (first > 0 && tier.timeAt(first - 1) >= sinceMs) {
		const before = tier.numberAt(column, first - 1);
		if (before !== value) return { first, hasChanged: !Number.isNaN(before) };
		first--;
	}
	return { first, hasChanged: false };
}
