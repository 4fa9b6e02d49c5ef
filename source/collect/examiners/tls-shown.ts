import type { TlsExamination, TlsPort } from '../../cluster/examinations/tls.ts';
import type { MemberKey } from '../../cluster/member.ts';
import type { EtcdCalls } from '../../etcd/calls.ts';
import { examineFiles } from '../../etcd/certificates.ts';
import { parseEndpoint } from '../../etcd/endpoint.ts';
import type { ConnectionProfile } from '../../etcd/profile.ts';
import { isLocal } from './tls-ports.ts';

/** A member that was read, and whether it tells others the endpoint at which that was. */
export type ReadMember = { readonly key: MemberKey; readonly endpoint: string; readonly isAdvertised: boolean };

/**
 * What a reading has seen of certificates without asking for more: those of the connections that it made, and those in
 * our own files. Null where there are none. Ports that it did not use, those without TLS, and whether a login is needed
 * are left to the monitor.
 */
export function shownTls(
	calls: EtcdCalls,
	tls: ConnectionProfile['tls'],
	members: readonly ReadMember[],
): TlsExamination | null {
	const ports = members.flatMap(({ endpoint: url, ...member }): readonly TlsPort[] => {
		const endpoint = parseEndpoint(url);
		const shown = calls.member(url).shownCertificate();
		if (shown === null || endpoint === null) return [];
		const { facts, isForHost } = shown;
		const outcome = { kind: 'tls', chain: [facts], isForHost, asksForCertificate: null, isRemembered: false } as const;
		return [{ ...member, role: 'client', url, isLocal: isLocal(endpoint), outcome }];
	});
	const files = examineFiles(tls, []);
	return ports.length + files.length === 0 ? null : { topic: 'tls', ports, files, authentication: 'unknown' };
}
