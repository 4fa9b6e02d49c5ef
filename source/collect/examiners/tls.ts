import type { TlsExamination, TlsPort } from '../../cluster/examinations/tls.ts';
import { CallError } from '../../etcd/calls.ts';
import { examineFiles, factsOf, isForHost } from '../../etcd/certificates.ts';
import { type Look, lookAtPlain, lookAtTls } from '../../etcd/look.ts';
import type { ConnectionProfile } from '../../etcd/profile.ts';
import type { ExaminedCluster, Examiner } from '../examiner.ts';
import { type LiveOptions, statusTimeoutSeconds } from '../options.ts';
import { type PortPlace, portsOf } from './tls-ports.ts';

const everySeconds = 300;
/** Peers are often behind a firewall that answers nothing. */
const peerTimeoutSeconds = 2;
/** A server that turns us away writes a line into its log. Such a port is looked at less often while it is in order. */
const turnedAwaySeconds = { inOrder: 24 * 3600, outOfOrder: 1800 };
const soonMs = 30 * 24 * 3600 * 1000;

/** The last that was seen of a port, and from when on it may be looked at again (on `performance.now()`). */
type Memory = { readonly look: Look; readonly dueMs: number };

/**
 * Looks at the certificates of every port, with one handshake each that sends nothing, and at those in our own files.
 * What was seen of a port is remembered while it does not answer: certificates outlive a restart.
 */
export function tlsExaminer(): Examiner {
	const memories = new Map<string, Memory>();
	return {
		topic: 'tls',
		everySeconds,
		looksInSilence: true,
		async examine({ options, rows }, signal) {
			const places = portsOf(rows, options.profile.discovery);
			forgetOthers(memories, places);
			const ports = await Promise.all(places.map(place => lookAt(place, options, memories, signal)));
			const shown = [...memories.values()].flatMap(({ look }) => look.chain);
			const files = examineFiles(options.profile.tls, shown);
			return { topic: 'tls', ports, files, authentication: await authenticationOf(options, ports, rows, signal) };
		},
	};
}

function forgetOthers(memories: Map<string, Memory>, places: readonly PortPlace[]): void {
	const urls = new Set(places.map(({ url }) => url));
	for (const url of memories.keys()) if (!urls.has(url)) memories.delete(url);
}

async function lookAt(
	place: PortPlace,
	{ profile }: LiveOptions,
	memories: Map<string, Memory>,
	signal: AbortSignal,
): Promise<TlsPort> {
	const { key, role, url, isAdvertised, isLocal } = place;
	const port = { key, role, url, isAdvertised, isLocal };
	if (!place.endpoint.isSecure) return { ...port, outcome: await plainOutcome(place, profile, signal) };
	const memory = memories.get(url);
	if (memory !== undefined && performance.now() < memory.dueMs)
		return { ...port, outcome: tlsOutcome(place, memory.look, false) };
	try {
		const { endpoint } = place;
		const look = await lookAtTls(url, {
			endpoint,
			tls: profile.tls,
			timeoutSeconds: secondsFor(role, profile),
			signal,
			isOnlyNew: memory?.look.isOnlyNew ?? false,
		});
		memories.set(url, { look, dueMs: dueAfter(look) });
		return { ...port, outcome: tlsOutcome(place, look, false) };
	} catch (error) {
		if (!(error instanceof CallError)) throw error;
		if (memory === undefined) return { ...port, outcome: { kind: 'unseen', failure: error.failure } };
		// What answers there next may speak what this one did not.
		memories.set(url, { ...memory, look: { ...memory.look, isOnlyNew: false } });
		return { ...port, outcome: tlsOutcome(place, memory.look, true) };
	}
}

const secondsFor = (role: TlsPort['role'], profile: ConnectionProfile) =>
	Math.min(role === 'peer' ? peerTimeoutSeconds : Number.POSITIVE_INFINITY, statusTimeoutSeconds(profile));

/** Peers of a member without TLS speak to it as it tells them; nothing is to be found out there. */
async function plainOutcome(
	{ role, url, endpoint, isAnswering }: PortPlace,
	profile: ConnectionProfile,
	signal: AbortSignal,
): Promise<TlsPort['outcome']> {
	if (role === 'peer' || isAnswering) return { kind: 'plain' };
	const failure = await lookAtPlain(url, { endpoint, timeoutSeconds: secondsFor(role, profile), signal });
	return failure === null ? { kind: 'plain' } : { kind: 'unseen', failure };
}

const tlsOutcome = ({ endpoint, role }: PortPlace, look: Look, isRemembered: boolean): TlsPort['outcome'] => ({
	kind: 'tls',
	chain: look.chain.map(factsOf),
	isForHost: isForHost(look.chain[0]!, endpoint, role),
	asksForCertificate: look.asksForCertificate,
	isRemembered,
});

function dueAfter({ isLetIn, chain }: Look): number {
	if (isLetIn) return 0;
	const nowMs = Date.now();
	const isInOrder = chain.every(
		({ validFromDate, validToDate }) => validFromDate.getTime() <= nowMs && validToDate.getTime() - nowMs > soonMs,
	);
	return performance.now() + (isInOrder ? turnedAwaySeconds.inOrder : turnedAwaySeconds.outOfOrder) * 1000;
}

/**
 * Asked only of a port that lets in who shows no certificate: elsewhere the name in ours may be a user, and that etcd
 * lets it read says nothing.
 */
async function authenticationOf(
	{ calls, profile }: LiveOptions,
	ports: readonly TlsPort[],
	rows: ExaminedCluster['rows'],
	signal: AbortSignal,
): Promise<TlsExamination['authentication']> {
	const isOpen = ({ key, endpoint }: ExaminedCluster['rows'][number]) =>
		ports.some(port => port.key === key && port.role === 'client' && port.url === endpoint && isOpenTo(port.outcome));
	const row = rows.find(each => each.isAnswering && isOpen(each));
	if (row === undefined) return 'unknown';
	try {
		const timeoutSeconds = statusTimeoutSeconds(profile);
		return (await calls.member(row.endpoint).needsLogin({ timeoutSeconds, signal })) ? 'on' : 'off';
	} catch (error) {
		if (!(error instanceof CallError)) throw error;
		return 'unknown';
	}
}

const isOpenTo = (outcome: TlsPort['outcome']) =>
	outcome.kind === 'plain' || (outcome.kind === 'tls' && outcome.asksForCertificate === false);
