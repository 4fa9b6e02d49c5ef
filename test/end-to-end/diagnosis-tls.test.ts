import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHistory, record } from '../../source/cluster/history.ts';
import { wantedFamilies } from '../../source/cluster/metric-names.ts';
import { tlsExaminer } from '../../source/collect/examiners/tls.ts';
import { live } from '../../source/collect/live.ts';
import { connect } from '../../source/connect.ts';
import { type ClusterOptions, type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';
import { parseEndpoint } from '../../source/etcd/endpoint.ts';
import { lookAtTls } from '../../source/etcd/look.ts';
import type { ConnectionProfile } from '../../source/etcd/profile.ts';
import { realEtcd, releaseLines } from '../demo/real-etcd.ts';
import { type Certificate, type CertificateOptions, makeCertificate } from '../support/certificates.ts';
import { plainProfile } from '../support/profile.ts';
import { etcdctl, runPiped } from '../support/programs.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const dayMs = 86_400_000;
const ofTls = /^(?:certificate-|plain-http$|authentication-off$)/;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);

describe.each(releaseLines)('how connections to etcd %s are protected', line => {
	const directory = mkdtempSync(join(tmpdir(), 'etcdtop-posture-'));
	const clusters: LocalCluster[] = [];
	const make = (name: string, options: Partial<CertificateOptions> = {}) =>
		makeCertificate({ directory, name, ...options });
	const hosts = ['127.0.0.1'];
	let ca: Certificate;
	let client: Certificate;
	beforeAll(() => {
		ca = make('ca');
		client = make('client', { issuer: ca });
	});
	afterAll(async () => {
		await Promise.all(clusters.map(cluster => cluster.stop()));
		rmSync(directory, { recursive: true });
	});

	const filesOf = ({ certificateFile, keyFile }: Certificate, authority = ca) => ({
		caFile: authority.certificateFile,
		certificateFile,
		keyFile,
	});
	const start = async (options: Partial<ClusterOptions> = {}) => {
		const cluster = await startCluster({ binaries: await realEtcd(line), members: 1, fast: true, ...options });
		clusters.push(cluster);
		return cluster;
	};

	/** What is found once the ports have been looked at, the monitor's own readings and judgement in between. */
	async function findingsOf(cluster: LocalCluster, tls: Partial<ConnectionProfile['tls']> = {}) {
		const patience = { dialTimeoutSeconds: 10 };
		const profile = {
			...plainProfile,
			...patience,
			endpoints: cluster.endpoints,
			tls: { ...plainProfile.tls, ...tls },
		};
		const history = createHistory({ quotaFlagBytes: null });
		const calls = connect(profile);
		const end = new AbortController();
		const intervals = { statusIntervalSeconds: 1, metricsIntervalSeconds: 2 };
		const options = { calls, profile, ...intervals, wantedFamilies, watch: { off: 'not here' } };
		for await (const reading of live({ ...options, examiners: [tlsExaminer()] }, end.signal)) {
			record(history, reading);
			if (reading.kind === 'examination' && reading.examination.topic === 'tls') end.abort();
		}
		calls.close();
		const found = diagnose(history, history.latestMs!).filter(({ rule }) => ofTls.test(rule));
		return new Map(found.map(finding => [finding.rule, finding]));
	}

	const rulesOf = (found: ReadonlyMap<string, Finding>) => [...found.keys()].sort();
	const logOf = (cluster: LocalCluster) => readFileSync(cluster.members[0]!.logFile, 'utf8');
	const refusals = (cluster: LocalCluster) =>
		logOf(cluster)
			.split('\n')
			.filter(entry => entry.includes('rejected connection'));

	it.concurrent('a cluster with everything in order gives no finding, and its log no line', async () => {
		const server = make('server', { issuer: ca, hosts });
		const tls = { ...filesOf(server), requireClientCertificate: true };
		const cluster = await start({ members: 3, tls, peerTls: filesOf(server) });
		const before = refusals(cluster).length;
		const found = await findingsOf(cluster, filesOf(client));
		expect(found).toEqual(new Map());
		// A refusal would be written by now: the members have answered since.
		expect(refusals(cluster)).toHaveLength(before);
	});

	it.concurrent('an expired certificate is named with its date although nobody can be read', async () => {
		const to = inDays(-3);
		const old = make('old', { issuer: ca, hosts, from: inDays(-400), to });
		const cluster = await start({ tls: filesOf(old) });
		const found = await findingsOf(cluster, { caFile: ca.certificateFile });
		expect(rulesOf(found)).toEqual(['certificate-server']);
		const date = to.toISOString().slice(0, 16).replace('T', ' ');
		expect(found.get('certificate-server')).toMatchObject({
			severity: 'critical',
			title: expect.stringContaining('server certificate expired 3 days ago'),
			evidence: expect.stringContaining(`CN=old at ${cluster.endpoints[0]} expired on ${date} UTC`),
		});
	});

	it.concurrent('everything that ends soon is told apart, and how soon', async () => {
		const authority = make('short-ca', { to: inDays(25.5) });
		const server = make('soon', { issuer: authority, hosts, to: inDays(5.5) });
		const peer = make('later', { issuer: authority, hosts, to: inDays(20.5) });
		const own = make('own', { issuer: authority, to: inDays(6.5) });
		const tls = { ...filesOf(server, authority), requireClientCertificate: true };
		const cluster = await start({ tls, peerTls: filesOf(peer, authority) });
		const found = await findingsOf(cluster, filesOf(own, authority));
		const said = (rule: string) => [found.get(rule)?.severity, found.get(rule)?.title];
		expect(rulesOf(found)).toEqual([
			'certificate-authority',
			'certificate-client',
			'certificate-peer',
			'certificate-server',
		]);
		expect(said('certificate-server')).toEqual(['critical', 'm1: server certificate expiring in 5 days']);
		expect(said('certificate-peer')).toEqual(['warning', 'm1: peer certificate expiring in 20 days']);
		expect(said('certificate-client')).toEqual(['critical', 'our client certificate expiring in 6 days']);
		expect(said('certificate-authority')).toEqual(['warning', 'our CA certificate expiring in 25 days']);
		// A single reading judges what its own connection has shown.
		const { code, out } = await runPiped([
			'status',
			`--endpoints=${cluster.endpoints[0]}`,
			`--cacert=${authority.certificateFile}`,
			...[`--cert=${own.certificateFile}`, `--key=${own.keyFile}`, '--output=json', '--dial-timeout=10s'],
		]);
		const told: readonly Finding[] = JSON.parse(out).findings;
		expect(told.map(({ rule }) => rule).filter(rule => ofTls.test(rule))).toEqual([
			'certificate-server',
			'certificate-client',
			'certificate-authority',
		]);
		expect(code).toBe(2);
	});

	it.concurrent('a certificate for another name is why nobody can be read', async () => {
		const other = make('other', { issuer: ca, hosts: ['m1.example.test'] });
		const cluster = await start({ tls: filesOf(other) });
		const found = await findingsOf(cluster, { caFile: ca.certificateFile });
		expect(rulesOf(found)).toEqual(['certificate-names']);
		expect(found.get('certificate-names')).toMatchObject({
			severity: 'critical',
			evidence: expect.stringContaining('for m1.example.test'),
		});
	});

	it.concurrent('plain http on loopback is an information, and so is that nobody has to log in, until somebody has to', async () => {
		const cluster = await start();
		const found = await findingsOf(cluster);
		expect(rulesOf(found)).toEqual(['authentication-off', 'plain-http']);
		expect([...found.values()].map(({ severity }) => severity)).toEqual(['info', 'info']);
		expect(found.get('plain-http')?.evidence).toContain(cluster.endpoints[0]);
		const ctl = etcdctl(cluster.binaries, cluster.endpoints[0]!);
		await ctl('user', 'add', 'root:secret');
		await ctl('user', 'grant-role', 'root', 'root');
		await ctl('auth', 'enable');
		const login = await findingsOf(cluster);
		expect(rulesOf(login)).toEqual(['plain-http']);
	});

	it.concurrent('peers of another authority cost one line, and a renewed file is seen without a restart', async () => {
		const peers = make('peers-ca');
		const server = make('renewed', { issuer: ca, hosts, to: inDays(5) });
		const peer = make('peer', { issuer: peers, hosts, to: inDays(20.5) });
		const tls = { ...filesOf(server), requireClientCertificate: true };
		const cluster = await start({ tls, peerTls: filesOf(peer, peers) });
		const before = refusals(cluster).length;
		const found = await findingsOf(cluster, filesOf(client));
		expect(rulesOf(found)).toEqual(['certificate-peer', 'certificate-server']);
		await vi.waitFor(() => expect(refusals(cluster)).toHaveLength(before + 1), { timeout: 10_000 });
		const next = make('next', { issuer: ca, hosts });
		copyFileSync(next.certificateFile, server.certificateFile);
		copyFileSync(next.keyFile, server.keyFile);
		const url = cluster.endpoints[0]!;
		const options = { endpoint: parseEndpoint(url)!, tls: client, timeoutSeconds: 10 };
		const { chain } = await lookAtTls(url, { ...options, signal: new AbortController().signal });
		expect(chain[0]?.subject).toBe('CN=next');
	});
});
