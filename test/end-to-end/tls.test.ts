import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import { realEtcd, releaseLines } from '../demo/real-etcd.ts';
import { type Certificate, makeCertificate } from '../support/certificates.ts';
import { etcdctl, runPiped } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';

vi.setConfig({ testTimeout: 180_000 });

const hosts = ['127.0.0.1', 'localhost'];
const day = 86_400_000;
const noon = (days: number) => new Date(Math.floor(Date.now() / day) * day + days * day + day / 2);
const dateText = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ');

describe.each(releaseLines)('TLS to etcd %s', line => {
	const expiredOn = noon(-3);
	let directory: string;
	let authority: Certificate;
	let stranger: Certificate;
	let client: Certificate;
	/** Asks clients for a certificate; and one whose own has expired. */
	let strict: LocalCluster;
	let expired: LocalCluster;

	beforeAll(async () => {
		directory = mkdtempSync(join(tmpdir(), 'etcdtop-tls-'));
		const make = (name: string, options: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
			makeCertificate({ directory, name, ...options });
		authority = make('authority');
		stranger = make('stranger');
		const issued = { issuer: authority, hosts };
		client = make('client', issued);
		const server = make('server', issued);
		const old = make('old', { ...issued, from: noon(-30), to: expiredOn });
		const binaries = await realEtcd(line);
		const start = (certificate: Certificate, requireClientCertificate: boolean) => {
			const { certificateFile, keyFile } = certificate;
			const tls = { caFile: authority.certificateFile, certificateFile, keyFile, requireClientCertificate };
			return startCluster({ binaries, members: 1, fast: true, tls });
		};
		strict = await start(server, true);
		expired = await start(old, false);
	});
	afterAll(async () => {
		await strict?.stop();
		await expired?.stop();
		rmSync(directory, { recursive: true, force: true });
	});

	const flags = ({ certificateFile }: Certificate, own?: Certificate) => [
		`--cacert=${certificateFile}`,
		...(own === undefined ? [] : [`--cert=${own.certificateFile}`, `--key=${own.keyFile}`]),
	];

	it('with everything it takes is as good as without TLS', async () => {
		const args = [`--endpoints=${strict.endpoints[0]}`, ...flags(authority, client)];
		const run = runInTerminal(args);
		await run.see('HEALTHY', /m1 +★ leader .* serving/, 'watching from revision', /idle|~[\d.]+ ms/);
		await etcdctl(strict.binaries, strict.endpoints[0]!)(
			...flags(authority, client),
			...['put', '/registry/pods/default/over-tls', 'x'],
		);
		await run.see('default/over-tls');
		expect(await runPiped(['status', ...args])).toMatchObject({ code: 0, error: '' });
	});

	const cases = [
		{
			what: 'the CA is another one',
			args: () => [`--endpoints=${strict.endpoints[0]}`, ...flags(stranger, client)],
			short: 'untrusted',
			line: 'its certificate is not signed by a trusted CA',
			advice: '--cacert',
		},
		{
			what: 'a client certificate is required',
			args: () => [`--endpoints=${strict.endpoints[0]}`, ...flags(authority)],
			short: 'needs client cert',
			line: 'a client certificate is required',
			advice: '--cert and --key',
		},
		{
			what: 'the certificate has expired',
			args: () => [`--endpoints=${expired.endpoints[0]}`, ...flags(authority)],
			short: 'cert expired',
			line: `its certificate expired on ${dateText(expiredOn)} UTC`,
			advice: 'renew the server certificate',
		},
		{
			what: 'http is spoken to a TLS port',
			args: () => [`--endpoints=${strict.endpoints[0]!.replace('https:', 'http:')}`],
			short: 'speaks TLS',
			line: 'that port speaks TLS',
			advice: 'use https://',
		},
	] as const;

	it.each(cases)('says so when $what', async ({ args, short, line: text, advice }) => {
		const run = runInTerminal(args(), { columns: 200 });
		await run.see('UNREACHABLE', `no member can be read: ${short}`, `✗ ${short} `, text, advice);
		const { code, out, error } = await runPiped(['status', ...args()]);
		expect(code).toBe(3);
		expect(out + error).toContain(text);
		expect(out + error).toContain(advice);
		run.press('ctrl+c');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
	});

	it('names the key that does not fit the certificate', async () => {
		const args = [`--endpoints=${strict.endpoints[0]}`, `--cacert=${authority.certificateFile}`];
		const mixed = [`--cert=${client.certificateFile}`, `--key=${stranger.keyFile}`];
		const { code, out, error } = await runPiped(['status', ...args, ...mixed]);
		expect({ code, out }).toEqual({ code: 64, out: '' });
		expect(error).toMatch(
			/^etcdtop: .*the key does not belong to the certificate.*; check --cacert, --cert and --key\n$/,
		);
	});
});
