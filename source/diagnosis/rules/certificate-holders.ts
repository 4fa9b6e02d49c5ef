import type { CertificateFacts, CertificateFile, TlsExamination, TlsPort } from '../../cluster/examinations/tls.ts';
import { examinationAt } from '../../cluster/history.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { type Case, idOf, nameOf } from '../rule.ts';

/** A certificate and who holds it. */
export type Held = {
	readonly certificate: CertificateFacts;
	/** The member's name, safe to show; null for our own files. */
	readonly holder: string | null;
	readonly member: string | null;
	/** The URL or the file in which it was found; not escaped. */
	readonly where: string;
	/** Not the holder's own, but one of those that vouch for it. */
	readonly isIssuer: boolean;
	readonly isRemembered: boolean;
};

export const tlsAt = ({ history, atMs }: Case): TlsExamination | null => examinationAt(history, 'tls', atMs);

/** The row that a port belongs to; its key may have changed since from the endpoint to the member's id. */
export const rowOf = ({ snapshot }: Case, { key, url }: TlsPort): MemberView | undefined =>
	snapshot.members.find(member => member.key === key) ?? snapshot.members.find(({ endpoint }) => endpoint === url);

/** What the ports of one role present. Ports of members that have left are no longer of interest. */
export function heldAtPorts(subject: Case, role: TlsPort['role']): readonly Held[] {
	const ports = tlsAt(subject)?.ports.filter(port => port.role === role) ?? [];
	return ports.flatMap(port => {
		const row = rowOf(subject, port);
		const { outcome } = port;
		if (row === undefined || outcome.kind !== 'tls') return [];
		const { isRemembered } = outcome;
		const whose = { holder: nameOf(row), member: idOf(row), where: port.url, isRemembered };
		return outcome.chain.map((certificate, index) => ({ ...whose, certificate, isIssuer: index > 0 }));
	});
}

/**
 * What our own files hold. An authority that was replaced is left in the file for a while: of several of one name the
 * one that lives longest counts, and one that signed nothing of what is seen only where no other did.
 */
export function heldInFiles(subject: Case, role: CertificateFile['role']): readonly Held[] {
	const files = tlsAt(subject)?.files.filter(each => each.role === role) ?? [];
	return files.flatMap(({ file, outcome }) => {
		if (outcome.kind !== 'read') return [];
		const those = role === 'client' ? outcome.certificates : authoritiesThatCount(outcome.certificates);
		const whose = { holder: null, member: null, where: file, isRemembered: false };
		return those.map((certificate, index) => ({
			...whose,
			certificate,
			isIssuer: role === 'client' && index > 0,
		}));
	});
}

type InFile = Extract<CertificateFile['outcome'], { readonly kind: 'read' }>['certificates'][number];

function authoritiesThatCount(authorities: readonly InFile[]): readonly InFile[] {
	const byEnd = authorities.toSorted((a, b) => b.validToMs - a.validToMs);
	const inUse = byEnd.filter(({ isInUse }) => isInUse);
	if (inUse.length === 0) return byEnd.slice(0, 1);
	return inUse.filter(({ subject }, index) => inUse.findIndex(each => each.subject === subject) === index);
}

/** The paths of our own files, by which a distribution is known. */
export const ownFiles = (subject: Case): readonly string[] => tlsAt(subject)?.files.map(({ file }) => file) ?? [];
