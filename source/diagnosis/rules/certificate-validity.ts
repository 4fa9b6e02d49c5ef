import { formatDuration, formatIsoTime } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import type { Severity } from '../finding.ts';
import type { Verdict } from '../rule.ts';
import type { Held } from './certificate-holders.ts';

const dayMs = 24 * 3600 * 1000;
/** A last working week to act in: after that nobody gets a new connection. */
const criticalMs = 7 * dayMs;
const warningMs = 30 * dayMs;

/** How a certificate stands to a moment; `decisiveMs` is the date that matters. */
type Trouble = {
	readonly kind: 'expired' | 'early' | 'soon';
	readonly severity: Exclude<Severity, 'info'>;
	readonly decisiveMs: number;
};

/** What the certificates of one kind are called, and what is to be done. */
export type CertificateWords = {
	/** For example `server certificate`, after `m1: `, or in the plural before ` of m1 and m2`. */
	readonly noun: string;
	readonly reasoning: readonly string[];
	readonly advice: (worst: Held) => string;
};

/**
 * One verdict at most for all certificates of a kind: those of a cluster are renewed together and end together. The
 * worst gives the title and the severity, with whoever has the same date; the others follow in the evidence.
 */
export function judgeValidity(held: readonly Held[], timeMs: number, words: CertificateWords): readonly Verdict[] {
	const troubled = held
		.flatMap(each => {
			const trouble = troubleOf(each, timeMs);
			return trouble === null ? [] : [{ ...each, trouble }];
		})
		.sort(byGravity);
	const [worst] = troubled;
	if (worst === undefined) return [];
	const isAlike = ({ trouble, isIssuer }: Troubled) =>
		isIssuer === worst.isIssuer &&
		trouble.kind === worst.trouble.kind &&
		Math.abs(trouble.decisiveMs - worst.trouble.decisiveMs) < dayMs;
	const holders = unique(troubled.filter(isAlike).flatMap(({ holder }) => holder ?? []));
	const members = unique(troubled.flatMap(({ member }) => member ?? []));
	const others = troubled.filter(each => !isAlike(each));
	const noun = worst.isIssuer ? `issuer of the ${words.noun}` : words.noun;
	return [
		{
			severity: worst.trouble.severity,
			member: members.length === 1 ? members[0]! : null,
			title: `${titled(noun, holders, worst.isIssuer)} ${endOf(worst.trouble, timeMs)}`,
			evidence: [evidenceOf(worst, timeMs), ...laterOnes(others)].join('; '),
			advice: words.advice(worst),
			reasoning: [
				...words.reasoning,
				...(worst.trouble.kind === 'early' ? ['by the clock of this machine: it may be the one that is wrong'] : []),
			],
		},
	];
}

type Troubled = Held & { readonly trouble: Trouble };

function troubleOf({ certificate: { validFromMs, validToMs }, isIssuer }: Held, timeMs: number): Trouble | null {
	const leftMs = validToMs - timeMs;
	if (leftMs <= 0) return { kind: 'expired', severity: worstOf(isIssuer), decisiveMs: validToMs };
	if (validFromMs > timeMs) return { kind: 'early', severity: worstOf(isIssuer), decisiveMs: validFromMs };
	if (leftMs > warningMs) return null;
	return { kind: 'soon', severity: leftMs > criticalMs ? 'warning' : worstOf(isIssuer), decisiveMs: validToMs };
}

/** An issuer that the server sends along may have a successor in the files of those who verify. */
const worstOf = (isIssuer: boolean) => (isIssuer ? 'warning' : 'critical');

const kindsByGravity: readonly Trouble['kind'][] = ['expired', 'early', 'soon'];

const byGravity = (one: Troubled, other: Troubled) =>
	Number(one.trouble.severity !== 'critical') - Number(other.trouble.severity !== 'critical') ||
	kindsByGravity.indexOf(one.trouble.kind) - kindsByGravity.indexOf(other.trouble.kind) ||
	one.trouble.decisiveMs - other.trouble.decisiveMs;

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];

const mostHolders = 3;

function titled(noun: string, holders: readonly string[], isIssuer: boolean): string {
	if (holders.length === 0) return `our ${noun}`;
	if (holders.length === 1) return `${holders[0]}: ${noun}`;
	const whose =
		holders.length > mostHolders
			? `${holders.length} members`
			: `${holders.slice(0, -1).join(', ')} and ${holders.at(-1)}`;
	return `${isIssuer ? noun : `${noun}s`} of ${whose}`;
}

function endOf({ kind, decisiveMs }: Trouble, timeMs: number): string {
	switch (kind) {
		case 'expired':
			return `expired ${daysOf(timeMs - decisiveMs)} ago`;
		case 'early':
			return 'not valid yet';
		case 'soon':
			return `expiring in ${daysOf(decisiveMs - timeMs)}`;
	}
}

/** Days are what people plan with; the last two are told in hours. */
const daysOf = (spanMs: number) =>
	spanMs >= 2 * dayMs ? `${Math.floor(spanMs / dayMs)} days` : formatDuration(spanMs / 1000);

/** `2026-03-01 12:00 UTC`. */
const dateOf = (timeMs: number) => `${formatIsoTime(timeMs).slice(0, -8).replace('T', ' ')} UTC`;

function evidenceOf({ certificate, where, isRemembered, trouble }: Troubled, timeMs: number): string {
	const spanText = formatDuration(Math.abs(trouble.decisiveMs - timeMs) / 1000);
	const date = dateOf(trouble.decisiveMs);
	const span = {
		expired: `expired on ${date}, ${spanText} ago`,
		early: `not valid before ${date}, in ${spanText}`,
		soon: `valid until ${date}, ${spanText} left`,
	}[trouble.kind];
	const who = certificate.subject === '' ? 'a certificate without a name' : safeText(certificate.subject, 80);
	return `${who} at ${safeText(where, 120)}${isRemembered ? ', as last seen,' : ''} ${span}`;
}

const mostOthers = 3;

function laterOnes(others: readonly Troubled[]): readonly string[] {
	if (others.length === 0) return [];
	const named = others.slice(0, mostOthers).map(({ holder, where, certificate, isIssuer, trouble }) => {
		const subject = holder ?? safeText(certificate.subject || where, 60);
		return `${isIssuer ? `issuer of ${subject}` : subject} ${dateOf(trouble.decisiveMs).slice(0, 10)}`;
	});
	const more = others.length - named.length;
	return [`next: ${unique(named).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}
