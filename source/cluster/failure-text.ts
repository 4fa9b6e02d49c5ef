import { formatIsoTime } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import type { Failure, FailureKind } from './failure.ts';

/** A failure in words, each of one line and safe to show. */
export type FailureText = {
	/** For a cell of a table: `refused`. */
	readonly short: string;
	/** What and where: `m2: connection refused at http://127.0.0.1:2379`. */
	readonly line: string;
	/** What to try. */
	readonly advice: string;
};

type Wording = {
	readonly short: string;
	/** What happened, before ` at URL`. */
	readonly what: (failure: Failure) => string;
	readonly advice: (failure: Failure) => string;
	/** Whether what the other side said adds something. */
	readonly hasDetail?: true;
};

const always = (text: string) => () => text;

const isMetrics = ({ call }: Failure) => call.startsWith('GET');

/** `2026-03-01 12:00 UTC`. */
const dateOf = ({ certificateTimeMs }: Failure): string | null =>
	certificateTimeMs === undefined ? null : `${formatIsoTime(certificateTimeMs).slice(0, -8).replace('T', ' ')} UTC`;

const certificateWords = (without: string, before: string) => (failure: Failure) => {
	const date = dateOf(failure);
	return date === null ? without : `${before} ${date}`;
};

const wordings: Readonly<Record<FailureKind, Wording>> = {
	refused: {
		short: 'refused',
		what: always('connection refused'),
		advice: always('nothing listens there: is etcd running, and is the port right?'),
	},
	'name-not-found': {
		short: 'unknown name',
		what: always('host name not found'),
		advice: always('check the spelling and the DNS of this machine, or give an address'),
	},
	timeout: {
		short: 'no answer',
		// The wire says how long, and whether at least a connection was made.
		what: ({ call, detail }) => (detail === '' ? `no answer to ${call} in time` : `${call}: ${detail}`),
		advice: always(
			'look at its process and log: it is frozen, overloaded or defragmenting, or a firewall drops packets',
		),
	},
	unreachable: {
		short: 'unreachable',
		what: always('cannot be reached'),
		advice: ({ where }) =>
			where.startsWith('unix')
				? 'is etcd running, is the path of its socket right, and may this user open it?'
				: 'check the route, the firewall and whether the machine is up',
		hasDetail: true,
	},
	'tls-untrusted': {
		short: 'untrusted',
		what: always('its certificate is not signed by a trusted CA'),
		advice: always('give the cluster’s CA with --cacert (kubeadm: /etc/kubernetes/pki/etcd/ca.crt)'),
	},
	'tls-expired': {
		short: 'cert expired',
		what: certificateWords('its certificate expired', 'its certificate expired on'),
		advice: always('renew the server certificate (kubeadm certs renew etcd-server) and restart that etcd'),
	},
	'tls-not-yet-valid': {
		short: 'cert not valid yet',
		what: certificateWords('its certificate is not valid yet', 'its certificate is not valid before'),
		advice: always('compare the clocks of this machine and of the one that issued the certificate'),
	},
	'tls-wrong-name': {
		short: 'wrong name',
		what: always('its certificate is for another name'),
		advice: always('use a name or address that the certificate lists, or issue one for this address'),
		hasDetail: true,
	},
	'tls-client-certificate-required': {
		short: 'needs client cert',
		what: always('a client certificate is required'),
		advice: always('give --cert and --key (kubeadm: /etc/kubernetes/pki/etcd/healthcheck-client.crt and .key)'),
	},
	'tls-client-certificate-refused': {
		short: 'client cert refused',
		what: always('our client certificate was refused'),
		advice: always('check that --cert is valid today, for client use, and signed by the CA that etcd trusts'),
		hasDetail: true,
	},
	'tls-to-plain-port': {
		short: 'no TLS there',
		what: always('that port does not speak TLS'),
		advice: always('use http:// for this endpoint'),
	},
	'plain-to-tls-port': {
		short: 'speaks TLS',
		what: always('that port speaks TLS'),
		advice: always('use https:// for this endpoint, with --cacert, --cert and --key'),
	},
	'tls-other': {
		short: 'TLS failed',
		what: always('the TLS handshake failed'),
		advice: always('check the certificates on both sides; openssl s_client -connect shows the handshake'),
		hasDetail: true,
	},
	'not-etcd': {
		short: 'not etcd',
		what: always('something answers, but it is not etcd'),
		advice: always('check the port: clients use 2379, peers 2380'),
	},
	'wrong-password': {
		short: 'wrong password',
		what: always('user name or password is wrong'),
		advice: always('check --user and --password, or ETCDCTL_USER and ETCDCTL_PASSWORD'),
	},
	'login-required': {
		short: 'login required',
		what: ({ call }) => `${call} needs a login: authentication is on`,
		advice: always('give --user (the password is asked for)'),
	},
	'permission-denied': {
		short: 'not permitted',
		what: ({ call }) => `permission denied for ${call}`,
		advice: ({ call }) =>
			call === 'Status'
				? 'etcd 3.5.28–3.5.31 and 3.6.0–3.6.11 give Status to root only: use a user with the role root, or update etcd'
				: 'use a user whose role permits it; root may do everything',
	},
	rejected: {
		short: 'rejected',
		what: ({ call }) => `etcd rejected ${call}`,
		advice: always('its own words say why; the log of that member says more'),
		hasDetail: true,
	},
	'http-status': {
		short: 'HTTP error',
		what: ({ call }) => `${call} was answered with an error`,
		advice: failure =>
			isMetrics(failure)
				? 'metrics may be on another port: try --metrics-urls'
				: 'check that the URL is etcd’s client URL',
		hasDetail: true,
	},
	malformed: {
		short: 'not understood',
		what: ({ call }) => `the answer to ${call} was not understood`,
		advice: failure =>
			isMetrics(failure)
				? 'check that the URL is etcd’s metrics page, or try --metrics-urls'
				: 'check that nothing sits between here and etcd, such as a proxy',
		hasDetail: true,
	},
};

/** A failure in words. `name` is the member's, put in front of the line where it is given. */
export function failureText(failure: Failure, name?: string): FailureText {
	const { short, what, advice, hasDetail } = wordings[failure.kind];
	const detail = hasDetail && failure.detail !== '' ? ` (${safeText(failure.detail, 200)})` : '';
	const who = name === undefined ? '' : `${safeText(name, 80)}: `;
	const line = `${who}${safeText(what(failure))} at ${safeText(failure.where, 200)}${detail}`;
	return { short, line, advice: advice(failure) };
}
