import type { TlsPort } from '../../cluster/examinations/tls.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { safeText } from '../../format/safe.ts';
import { type Case, idOf, listNames, type Rule } from '../rule.ts';
import { rowOf, tlsAt } from './certificate-holders.ts';

type Misnamed = {
	readonly row: MemberView;
	readonly port: TlsPort;
	readonly names: readonly string[];
	/** It is why we cannot read the member. */
	readonly isFailing: boolean;
};

/** A URL that only we were given may lead through a tunnel: there the name matters where it makes us fail. */
function misnamed(subject: Case): readonly Misnamed[] {
	const ports = tlsAt(subject)?.ports ?? [];
	return ports.flatMap(port => {
		const row = rowOf(subject, port);
		if (row === undefined || port.outcome.kind !== 'tls' || port.outcome.isForHost) return [];
		const { state } = row;
		const isFailing =
			state.kind === 'unreachable' && state.failure.kind === 'tls-wrong-name' && row.endpoint === port.url;
		if (!port.isAdvertised && !isFailing) return [];
		return [{ row, port, names: port.outcome.chain[0]?.names ?? [], isFailing }];
	});
}

const mostNames = 4;

function namesText(names: readonly string[]): string {
	if (names.length === 0) return 'no name or address';
	const more = names.length - mostNames;
	const first = names.slice(0, mostNames).map(name => safeText(name, 60));
	return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const callers = { client: 'clients', peer: 'the other members' };

/** A certificate is not for the host of the URL under which others are told to find its member. */
export const certificateNames: Rule = {
	name: 'certificate-names',
	isOne: true,
	judge(subject) {
		const found = misnamed(subject).toSorted((a, b) => Number(b.isFailing) - Number(a.isFailing));
		const [worst] = found;
		if (worst === undefined) return [];
		const rows = [...new Set(found.map(({ row }) => row))];
		const { role, url } = worst.port;
		return [
			{
				severity: worst.isFailing ? 'critical' : 'warning',
				member: rows.length === 1 ? idOf(rows[0]!) : null,
				title: `${listNames(rows)}: certificate for another name`,
				evidence: [
					`${safeText(url, 120)} shows a certificate for ${namesText(worst.names)}`,
					...(found.length > 1 ? [`${found.length - 1} more such URL${found.length > 2 ? 's' : ''}`] : []),
				].join('; '),
				advice: `issue one that lists the host of that URL among its subject alternative names, or change the URL that the member advertises`,
				reasoning: [
					`whoever verifies refuses it: ${callers[role]} that use this URL`,
					...(worst.names.length === 0
						? ['a common name alone does not count: programs in Go, etcd among them, ignore it']
						: []),
				],
			},
		];
	},
};
