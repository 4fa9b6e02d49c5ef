import { describe, expect, it } from 'vitest';
import type { CertificateFacts, TlsExamination, TlsPort } from '../../source/cluster/examinations/tls.ts';
import { record } from '../../source/cluster/history.ts';
import { failureOf, type Story, startTimeMs } from '../cluster/story.ts';
import { findings, healthy, severity } from './judged.ts';

const dayMs = 86_400_000;
const atMs = 1000;
/** The wall clock of the moment that is judged. */
const nowMs = startTimeMs + atMs;

const certificateOf = (daysLeft: number, patch: Partial<CertificateFacts> = {}): CertificateFacts => ({
	subject: 'CN=etcd',
	issuer: 'CN=ca',
	names: ['10.0.0.1'],
	validFromMs: nowMs - 300 * dayMs,
	validToMs: nowMs + daysLeft * dayMs,
	...patch,
});

type TlsOutcome = Extract<TlsPort['outcome'], { readonly kind: 'tls' }>;

const portOf = (
	key: string,
	chain: readonly CertificateFacts[],
	patch: Partial<Omit<TlsPort, 'outcome'>> & Partial<Omit<TlsOutcome, 'kind'>> = {},
): TlsPort => {
	const { isForHost = true, asksForCertificate = true, isRemembered = false, ...place } = patch;
	return {
		key,
		role: 'client',
		url: `https://10.0.0.${key}:2379`,
		isAdvertised: true,
		isLocal: false,
		outcome: { kind: 'tls', chain, isForHost, asksForCertificate, isRemembered },
		...place,
	};
};

const plainPort = (key: string, patch: Partial<TlsPort> = {}): TlsPort => ({
	key,
	role: 'client',
	url: `http://10.0.0.${key}:2379`,
	isAdvertised: true,
	isLocal: false,
	outcome: { kind: 'plain' },
	...patch,
});

function examined(
	ports: readonly TlsPort[],
	rest: Partial<Omit<TlsExamination, 'topic' | 'ports'>> = {},
	told: Story = healthy(atMs),
): Story {
	const examination = { topic: 'tls', ports, files: [], authentication: 'unknown', ...rest } as const;
	record(told.history, { atMs, timeMs: nowMs, kind: 'examination', examination });
	return told;
}

const only = (told: Story, rule: string) => {
	const found = findings(told, atMs, rule);
	expect(found).toHaveLength(1);
	return found[0]!;
};

const certificateRules = [
	'certificate-server',
	'certificate-peer',
	'certificate-client',
	'certificate-authority',
	'certificate-names',
];
const rules = [...certificateRules, 'plain-http', 'authentication-off'];
const allFindings = (told: Story) => rules.flatMap(rule => findings(told, atMs, rule));

describe('what says nothing', () => {
	it('is a cluster that was not examined, ports that were not reached, and certificates with much time left', () => {
		expect(allFindings(healthy(atMs))).toEqual([]);
		const unseen = { kind: 'unseen', failure: failureOf('timeout') } as const;
		expect(allFindings(examined([portOf('1', [], { outcome: unseen } as object)]))).toEqual([]);
		const fine = [certificateOf(31), certificateOf(3000)];
		const files = (['client', 'authority'] as const).map(role => ({
			role,
			file: '/pki/some.crt',
			outcome: { kind: 'read', certificates: fine.map(each => ({ ...each, isInUse: true })) } as const,
		}));
		const ports = ['1', '2', '3'].flatMap(key => [portOf(key, fine), portOf(key, fine, { role: 'peer' })]);
		expect(allFindings(examined(ports, { files }))).toEqual([]);
		const unreadable = { role: 'client', file: '/x', outcome: { kind: 'unreadable', reason: 'gone' } } as const;
		expect(allFindings(examined([], { files: [unreadable] }))).toEqual([]);
	});

	it('is a member that has left since', () => {
		expect(allFindings(examined([portOf('9', [certificateOf(-1)])]))).toEqual([]);
	});
});

describe('the end of a certificate', () => {
	it.each([
		[30.5, null],
		[29.9, 'warning'],
		[7.1, 'warning'],
		[6.9, 'critical'],
		[0.1, 'critical'],
		[-0.1, 'critical'],
	] as const)('%d days before: %s', (daysLeft, expected) => {
		const told = examined([portOf('1', [certificateOf(daysLeft)])]);
		expect(severity(told, atMs, 'certificate-server')).toBe(expected);
	});

	it('is judged by the wall clock of the moment, not by ours', () => {
		const told = examined([portOf('1', [certificateOf(10)])]);
		told.answer(atMs + 5000, '1');
		expect(findings(told, atMs + 5000, 'certificate-server')[0]?.severity).toBe('warning');
		expect(findings(told, atMs + 4 * dayMs, 'certificate-server')[0]?.severity).toBe('critical');
		expect(findings(told, atMs - 1, 'certificate-server')).toEqual([]);
	});

	it('names the member, the certificate, where it is and when it ends', () => {
		const finding = only(examined([portOf('2', [certificateOf(5.5)])]), 'certificate-server');
		expect(finding).toMatchObject({ member: '2', title: 'm2: server certificate expiring in 5 days' });
		expect(finding.evidence).toBe('CN=etcd at https://10.0.0.2:2379 valid until 2026-01-06 12:00 UTC, 5d 12h left');
		const gone = only(examined([portOf('2', [certificateOf(-3.25)])]), 'certificate-server');
		expect(gone.title).toBe('m2: server certificate expired 3 days ago');
		expect(gone.evidence).toContain('expired on 2025-12-28 18:00 UTC, 3d 6h ago');
	});

	it('is one finding where the cluster was renewed as one, with the others after it', () => {
		const ports = [
			...['1', '2'].map(key => portOf(key, [certificateOf(5)])),
			portOf('3', [certificateOf(20)]),
			// The same certificate at another of its URLs.
			portOf('1', [certificateOf(5)], { url: 'https://127.0.0.1:2379', isAdvertised: false, isLocal: true }),
		];
		const finding = only(examined(ports), 'certificate-server');
		expect(finding).toMatchObject({
			severity: 'critical',
			member: null,
			title: 'server certificates of m1 and m2 expiring in 5 days',
		});
		expect(finding.evidence).toMatch(/; next: m3 2026-01-21$/);
	});

	it('tells the issuer from the certificate itself, and less loudly', () => {
		const chain = [certificateOf(200), certificateOf(-1, { subject: 'CN=old-root' })];
		expect(only(examined([portOf('1', chain)]), 'certificate-server')).toMatchObject({
			severity: 'warning',
			title: 'm1: issuer of the server certificate expired 1d 0h ago',
			evidence: expect.stringContaining('CN=old-root'),
		});
	});

	it('knows one that is not valid yet, and that our clock may be wrong', () => {
		const early = certificateOf(400, { validFromMs: nowMs + dayMs });
		const finding = only(examined([portOf('1', [early])]), 'certificate-server');
		expect(finding).toMatchObject({ severity: 'critical', title: 'm1: server certificate not valid yet' });
		expect(finding.reasoning.join()).toContain('clock of this machine');
	});

	it('says when it was only seen before', () => {
		const told = examined([portOf('1', [certificateOf(5)], { isRemembered: true })]);
		expect(only(told, 'certificate-server').evidence).toContain('as last seen');
	});

	it('of peers is a finding of its own', () => {
		const told = examined([portOf('1', [certificateOf(5)], { role: 'peer', url: 'https://10.0.0.1:2380' })]);
		expect(findings(told, atMs, 'certificate-server')).toEqual([]);
		expect(only(told, 'certificate-peer')).toMatchObject({
			title: 'm1: peer certificate expiring in 5 days',
			advice: expect.stringContaining('--peer-cert-file'),
		});
	});

	it('lets nothing hostile through', () => {
		const subject = `CN=\u001b[2J\u202e${'x'.repeat(400)}`;
		const finding = only(examined([portOf('1', [certificateOf(5, { subject })])]), 'certificate-server');
		expect(finding.evidence).not.toMatch(/[\u0000-\u001f\u202e]/);
		expect(finding.evidence.length).toBeLessThan(300);
	});
});

describe('our own files', () => {
	const fileOf = (
		role: 'client' | 'authority',
		file: string,
		certificates: readonly (CertificateFacts & { readonly isInUse?: boolean })[],
	) => ({
		role,
		file,
		outcome: { kind: 'read', certificates: certificates.map(each => ({ isInUse: true, ...each })) } as const,
	});

	it('end with their names', () => {
		const files = [
			fileOf('client', '/etc/kubernetes/pki/etcd/healthcheck-client.crt', [certificateOf(-1)]),
			fileOf('authority', '/etc/kubernetes/pki/etcd/ca.crt', [certificateOf(20, { subject: 'CN=etcd-ca' })]),
		];
		const told = examined([portOf('1', [certificateOf(300)])], { files });
		expect(only(told, 'certificate-client')).toMatchObject({
			severity: 'critical',
			member: null,
			title: 'our client certificate expired 1d 0h ago',
			evidence: expect.stringContaining('/etc/kubernetes/pki/etcd/healthcheck-client.crt'),
			advice: 'on this node: kubeadm certs renew etcd-healthcheck-client',
		});
		expect(only(told, 'certificate-authority')).toMatchObject({
			severity: 'warning',
			title: 'our CA certificate expiring in 20 days',
			advice: expect.stringContaining('kubeadm renews no CA'),
		});
	});

	it('may hold an authority that was replaced', () => {
		const bundle = (certificates: readonly (CertificateFacts & { readonly isInUse?: boolean })[]) =>
			severity(examined([], { files: [fileOf('authority', '/ca', certificates)] }), atMs, 'certificate-authority');
		const old = certificateOf(-5, { subject: 'CN=ca' });
		expect(bundle([old, certificateOf(900, { subject: 'CN=ca' })])).toBeNull();
		expect(bundle([{ ...old, isInUse: false }, certificateOf(900, { subject: 'CN=new-ca' })])).toBeNull();
		expect(bundle([old, certificateOf(900, { subject: 'CN=new-ca' })])).toBe('critical');
		const unused = { isInUse: false };
		expect(
			bundle([
				{ ...old, ...unused },
				{ ...certificateOf(900, { subject: 'CN=n' }), ...unused },
			]),
		).toBeNull();
		expect(bundle([{ ...old, ...unused }])).toBe('critical');
	});
});

describe('what to renew', () => {
	const adviceFor = (role: 'client' | 'peer', files: readonly string[], issuer = 'CN=ca') => {
		const told = examined([portOf('1', [certificateOf(5, { issuer })], { role })], {
			files: files.map(file => ({ role: 'authority', file, outcome: { kind: 'unreadable', reason: 'x' } }) as const),
		});
		return only(told, role === 'client' ? 'certificate-server' : 'certificate-peer').advice;
	};

	it('is said in the words of the distribution', () => {
		expect(adviceFor('client', ['/etc/kubernetes/pki/etcd/ca.crt'])).toContain('kubeadm certs renew etcd-server');
		expect(adviceFor('peer', ['/home/me/ca.crt'], 'CN=etcd-ca')).toContain('kubeadm certs renew etcd-peer');
		expect(adviceFor('client', ['/var/lib/rancher/k3s/server/tls/etcd/server-ca.crt'])).toContain('restart k3s');
		expect(adviceFor('client', ['/var/lib/rancher/rke2/server/tls/etcd/server-ca.crt'])).toContain('restart rke2');
		expect(adviceFor('client', ['/home/me/ca.crt'])).toContain('--cert-file');
	});
});

describe('the name of a certificate', () => {
	const wrong = { isForHost: false };
	const other = certificateOf(300, { names: ['m1.example.test', '10.9.9.9'] });

	it('that is not that of an advertised URL is a warning, and critical where it fails us', () => {
		const told = examined([portOf('1', [other], wrong)]);
		expect(only(told, 'certificate-names')).toMatchObject({
			severity: 'warning',
			member: '1',
			title: 'm1: certificate for another name',
			evidence: 'https://10.0.0.1:2379 shows a certificate for m1.example.test, 10.9.9.9',
		});
		const failing = healthy(atMs);
		failing.fail(atMs, '1', 'tls-wrong-name');
		const port = portOf('1', [other], { ...wrong, url: 'http://1:2379', isAdvertised: false });
		expect(severity(examined([port], {}, failing), atMs, 'certificate-names')).toBe('critical');
	});

	it('does not matter at a URL that only we use and that answers', () => {
		const port = portOf('1', [other], { ...wrong, url: 'https://tunnel.test:2379', isAdvertised: false });
		expect(findings(examined([port]), atMs, 'certificate-names')).toEqual([]);
	});

	it('is missing where there is only a common name', () => {
		const told = examined([portOf('1', [certificateOf(300, { names: [] })], wrong)]);
		expect(only(told, 'certificate-names').evidence).toContain('for no name or address');
		expect(only(told, 'certificate-names').reasoning.join()).toContain('common name');
	});
});

describe('ports without protection', () => {
	const local = { isLocal: true, url: 'http://127.0.0.1:2379' };

	it('without TLS are a warning, on loopback an information', () => {
		const exposed = examined([plainPort('1'), plainPort('1', { role: 'peer', url: 'http://10.0.0.1:2380' })]);
		expect(only(exposed, 'plain-http')).toMatchObject({
			severity: 'warning',
			member: null,
			title: 'no TLS for clients and peers',
			evidence: 'clients: http://10.0.0.1:2379; peers: http://10.0.0.1:2380',
		});
		expect(only(examined([plainPort('1', local)]), 'plain-http')).toMatchObject({
			severity: 'info',
			title: 'no TLS for clients, on loopback',
		});
		const many = ['1', '2', '3'].flatMap(key => [plainPort(key), plainPort(key, { url: `http://m${key}:2379` })]);
		expect(only(examined(many), 'plain-http').evidence).toMatch(/ and 3 more$/);
	});

	it('without authentication are open to anybody, as far as that was tried', () => {
		const off = { authentication: 'off' } as const;
		const rule = 'authentication-off';
		const open = portOf('1', [certificateOf(300)], { asksForCertificate: false });
		expect(only(examined([plainPort('1')], off), rule)).toMatchObject({ severity: 'warning', member: null });
		expect(severity(examined([open], off), atMs, rule)).toBe('warning');
		expect(severity(examined([plainPort('1', local)], off), atMs, rule)).toBe('info');
		for (const authentication of ['on', 'unknown'] as const)
			expect(findings(examined([plainPort('1'), open], { authentication }), atMs, rule)).toEqual([]);
		const closed = [true, null].map(asksForCertificate => portOf('1', [certificateOf(300)], { asksForCertificate }));
		expect(findings(examined(closed, off), atMs, rule)).toEqual([]);
		const peers = plainPort('1', { role: 'peer', url: 'http://10.0.0.1:2380' });
		expect(findings(examined([peers], off), atMs, rule)).toEqual([]);
	});
});
