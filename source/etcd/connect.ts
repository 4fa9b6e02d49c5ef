import type { EtcdCalls, MemberCalls } from './calls.ts';
import { Login } from './login.ts';
import { connectMember } from './member-calls.ts';
import type { ConnectionProfile } from './profile.ts';
import { TlsFiles } from './tls-files.ts';

/**
 * The wire to a cluster. Each endpoint has one HTTP/2 connection, dialled when `member` is first asked for it. A call
 * that its own signal ends rejects with the signal's reason; every other failure is a `CallError`.
 */
export function connectEtcd(profile: ConnectionProfile): EtcdCalls {
	const shared = { profile, files: new TlsFiles(profile.tls), login: new Login(profile.login) };
	const members = new Map<string, MemberCalls>();
	return {
		member(endpoint) {
			const member = members.get(endpoint) ?? connectMember(endpoint, shared);
			members.set(endpoint, member);
			return member;
		},
		close() {
			for (const member of members.values()) member.close();
			members.clear();
		},
	};
}
