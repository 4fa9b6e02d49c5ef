import type { NamedFile } from '../../cluster/examinations/control-plane.ts';
import { formatIsoTime } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import type { Severity } from '../finding.ts';
import { severities } from '../finding.ts';
import type { Verdict } from '../rule.ts';

const dayMs = 24 * 3600 * 1000;

export type FileTrouble = {
	readonly severity: Exclude<Severity, 'info'>;
	/** A few words: `is missing`, `expired`. */
	readonly what: string;
	/** With flag and file, safe to show. */
	readonly text: string;
	readonly flag: string;
};

/** From how many days before its end on a certificate is worth a word. */
export type Notice = { readonly criticalDays: number; readonly warningDays: number };

/** kubeadm's names of the certificates that it can renew. */
const kubeadmNames: Readonly<Record<string, string>> = {
	'--etcd-certfile': 'apiserver-etcd-client',
	'--tls-cert-file': 'apiserver',
	'--cert-file': 'etcd-server',
	'--peer-cert-file': 'etcd-peer',
};

const dateOf = (timeMs: number) => formatIsoTime(timeMs).slice(0, 10);

/** What is the matter with files that flags name, the gravest first. */
export const fileTroubles = (files: readonly NamedFile[], timeMs: number, notice: Notice): readonly FileTrouble[] =>
	files
		.flatMap(file => {
			const found = troubleOf(file, timeMs, notice);
			const where = `${file.flag} ${safeText(file.path, 160)}`;
			return found === null ? [] : [{ flag: file.flag, ...found, text: `${where} ${found.detail}` }];
		})
		.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));

type Trouble = Pick<FileTrouble, 'severity' | 'what'> & { readonly detail: string };

function troubleOf({ outcome }: NamedFile, timeMs: number, notice: Notice): Trouble | null {
	switch (outcome.kind) {
		case 'missing':
			return { severity: 'warning', what: 'is missing', detail: 'is missing' };
		case 'broken':
			return { severity: 'warning', what: 'is broken', detail: `is broken: ${safeText(outcome.reason, 120)}` };
		case 'certificate':
			return validityOf(outcome, timeMs, notice);
		case 'present':
		case 'unreadable':
			return null;
	}
}

function validityOf(
	{ validFromMs, validToMs }: { readonly validFromMs: number; readonly validToMs: number },
	timeMs: number,
	{ criticalDays, warningDays }: Notice,
): Trouble | null {
	const date = dateOf(validToMs);
	if (validToMs <= timeMs) return { severity: 'critical', what: 'has expired', detail: `expired on ${date}` };
	if (validFromMs > timeMs)
		return { severity: 'warning', what: 'is not valid yet', detail: `is not valid before ${dateOf(validFromMs)}` };
	const days = (validToMs - timeMs) / dayMs;
	if (days > warningDays) return null;
	const what = `expires in ${Math.floor(days)} days`;
	return { severity: days > criticalDays ? 'warning' : 'critical', what, detail: `${what}, on ${date}` };
}

/** One verdict for all files of a program; none without troubles. */
export function filesVerdict(
	program: string,
	manifest: string,
	troubles: readonly FileTrouble[],
): readonly Omit<Verdict, 'member'>[] {
	const [worst] = troubles;
	if (worst === undefined) return [];
	const renewable = kubeadmNames[worst.flag];
	const renew = renewable === undefined ? '' : ` (kubeadm certs renew ${renewable})`;
	return [
		{
			severity: worst.severity,
			title: `${program} here: the file of ${worst.flag} ${worst.what}`,
			evidence: troubles.map(({ text }) => text).join('; '),
			advice: /missing|broken/.test(worst.what)
				? `put the file back, or correct ${worst.flag} in ${manifest}: at its next start ${program} fails without it`
				: `renew it${renew}, then restart ${program}`,
		},
	];
}
