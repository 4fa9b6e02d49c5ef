import { describe, expect, it } from 'vitest';
import type {
	ApiServerSettings,
	ControlPlaneExamination,
	EncryptionConfiguration,
} from '../../source/cluster/examinations/control-plane.ts';
import type { EncryptionForm, EncryptionSample } from '../../source/cluster/examinations/encryption.ts';
import { record } from '../../source/cluster/history.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { healthOf } from '../../source/diagnosis/health.ts';
import { failureOf, type Story } from '../cluster/story.ts';
import { findings, healthy } from './judged.ts';

const cbc = (keyName: string): EncryptionForm => ({ kind: 'encrypted', provider: 'aescbc', keyName });
const plain: EncryptionForm = { kind: 'plain', format: 'protobuf' };
const unknown: EncryptionForm = { kind: 'unknown' };

const sampleOf = (...forms: readonly (readonly [EncryptionForm, number])[]): EncryptionSample => ({
	kind: 'sampled',
	total: 240,
	sampled: forms.reduce((sum, [, count]) => sum + count, 0),
	forms: forms.map(([form, count]) => ({ form, count })),
	receivedBytes: 2304,
	calls: 60,
});

type Outcome = EncryptionSample | { readonly kind: 'failed'; readonly failure: ReturnType<typeof failureOf> };

/** A healthy cluster, looked into. */
function stored(outcome: Outcome, more: readonly { resource: string; outcome: Outcome }[] = []): Story {
	const told = healthy();
	const examination = { topic: 'encryption', resources: [{ resource: 'secrets', outcome }, ...more] } as const;
	record(told.history, { atMs: 0, timeMs: 0, kind: 'examination', examination });
	return told;
}

type Provider = { readonly kind: string; readonly names: readonly string[] };
const aescbc = (...names: readonly string[]): Provider => ({ kind: 'aescbc', names });
const identity: Provider = { kind: 'identity', names: [] };

const configured = (providers: readonly Provider[], resources = ['secrets']): EncryptionConfiguration => ({
	path: '/etc/kubernetes/enc.yaml',
	outcome: { kind: 'read', rules: [{ resources, providers }] },
});

/** Adds the settings of this machine's kube-apiserver, which names a member of the cluster. */
function withSettings(told: Story, encryption: ApiServerSettings['encryption'], server = 'http://1:2379'): Story {
	const settings = { etcdServers: [server], compactionSeconds: 'default', files: [], encryption } as const;
	const apiServer = { kind: 'read', file: '/m/kube-apiserver.yaml', settings } as const;
	const examination: ControlPlaneExamination = { topic: 'control-plane', apiServer, etcd: null };
	record(told.history, { atMs: 0, timeMs: 0, kind: 'examination', examination });
	return told;
}

const rules = (told: Story) => {
	const names = [
		'secrets-plain',
		'encryption-mixed',
		'encryption-keys',
		'encryption-unknown',
		'secrets-encrypted',
		'apiserver-encryption',
	];
	return diagnose(told.history, 0)
		.map(({ rule }) => rule)
		.filter(rule => names.includes(rule));
};
const only = (told: Story, rule: string) => {
	expect(rules(told)).toEqual([rule]);
	return findings(told, 0, rule)[0]!;
};

describe('secrets', () => {
	it('that are all plain are worth knowing, with coverage, cost and how to mend it', () => {
		const found = only(stored(sampleOf([plain, 12])), 'secrets-plain');
		expect(found).toMatchObject({ severity: 'info', member: null, title: 'secrets are stored plain' });
		expect(found.evidence).toBe('secrets: 12 of 240 looked at: 12 plain (protobuf); 2.3 kB read, no value kept');
		expect(found.advice).toContain('kubectl get secrets -A -o json | kubectl replace -f -');
	});

	it('that are all plain are a warning where encryption is configured', () => {
		const told = withSettings(stored(sampleOf([plain, 12])), configured([aescbc('key1')]));
		expect(findings(told, 0, 'secrets-plain')).toMatchObject([{ severity: 'warning' }]);
		const never = withSettings(stored(sampleOf([plain, 12])), null);
		expect(findings(never, 0, 'secrets-plain')).toMatchObject([{ severity: 'info' }]);
	});

	it('of which some are plain are a warning of another name', () => {
		const found = only(stored(sampleOf([cbc('key1'), 9], [plain, 3])), 'encryption-mixed');
		expect(found).toMatchObject({ severity: 'warning', title: 'some secrets are stored plain' });
		expect(found.evidence).toContain('9 aescbc key1, 3 plain (protobuf)');
	});

	it('that need two keys are worth knowing', () => {
		const told = stored(sampleOf([cbc('key2'), 9], [cbc('key1'), 3]));
		expect(only(told, 'encryption-keys')).toMatchObject({ severity: 'info', title: 'secrets need 2 encryption keys' });
		const others = [{ resource: 'configmaps', outcome: sampleOf([cbc('key1'), 9], [cbc('key3'), 3]) }];
		expect(only(stored(sampleOf([cbc('key2'), 9], [cbc('key1'), 3]), others), 'encryption-keys').title).toBe(
			'secrets and configmaps need 3 encryption keys',
		);
		const reasoned = only(withSettings(told, configured([aescbc('key2', 'key1')])), 'encryption-keys');
		expect(reasoned.reasoning).toEqual([
			'by the settings of this machine new secrets are written with aescbc key2; any other key is an old one',
		]);
	});

	it('that are encrypted leave the cluster healthy, and it is told that they are', () => {
		const told = stored(sampleOf([cbc('key1'), 12]));
		expect(only(told, 'secrets-encrypted')).toMatchObject({
			severity: 'info',
			title: 'secrets are encrypted: aescbc key1',
		});
		expect(healthOf(snapshotAt(told.history, 0), diagnose(told.history, 0)).level).toBe('healthy');
	});

	it('that may not be read are told to be unknown', () => {
		const failure = failureOf('permission-denied', { call: 'Range' });
		expect(only(stored({ kind: 'failed', failure }), 'encryption-unknown')).toMatchObject({
			severity: 'info',
			evidence: 'permission denied for Range at http://127.0.0.1:2379',
		});
	});

	it('are no matter where none were looked at, or none are of a known form', () => {
		expect(rules(healthy())).toEqual([]);
		expect(rules(stored(sampleOf([unknown, 3])))).toEqual([]);
	});

	it('are not called encrypted where some are of no known form', () => {
		const told = stored(sampleOf([cbc('key1'), 3], [unknown, 1]));
		expect(rules(told)).toEqual(['encryption-unknown']);
		expect(only(told, 'encryption-unknown').evidence).toContain('3 aescbc key1, 1 of an unknown form');
	});

	it('are judged together with other resources', () => {
		const more = [{ resource: 'example.io/keys', outcome: sampleOf([plain, 1]) }];
		const found = only(stored(sampleOf([plain, 2]), more), 'secrets-plain');
		expect(found.title).toBe('secrets and example.io/keys are stored plain');
		expect(found.advice).toContain('kubectl get secrets,keys.example.io -A');
	});

	it('are written about in safe words', () => {
		const found = only(stored(sampleOf([cbc('\x1b[2J'), 2])), 'secrets-encrypted');
		expect(found.title).toBe('secrets are encrypted: aescbc \\x1b[2J');
	});
});

describe('why secrets are plain', () => {
	const reasonWith = (encryption: ApiServerSettings['encryption']) =>
		findings(withSettings(stored(sampleOf([plain, 12])), encryption), 0, 'secrets-plain')[0]!.reasoning[0];

	it.each<[string, ApiServerSettings['encryption'], RegExp]>([
		['nothing is configured', null, /^\/m\/kube-apiserver.yaml has no --encryption-provider-config$/],
		['identity comes first', configured([identity, aescbc('key1')]), /first provider is identity/],
		['they are left out', configured([aescbc('key1')], ['configmaps']), /no provider is named for them/],
		['it was turned on later', configured([aescbc('key1'), identity]), /aescbc first: they were written before/],
		['it is not known', 'unknown', /^who has the database/],
	])('is told where %s', (_, encryption, text) => {
		expect(reasonWith(encryption)).toMatch(text);
	});
});

describe('kube-apiserver’s encryption', () => {
	const sealed = () => stored(sampleOf([cbc('key1'), 12]));
	const verdict = (told: Story) => findings(told, 0, 'apiserver-encryption')[0] ?? null;

	it('is a warning where it lacks a key that is in use', () => {
		const title = 'kube-apiserver here lacks the key of some secrets';
		expect(verdict(withSettings(sealed(), configured([aescbc('key2')])))).toMatchObject({ severity: 'warning', title });
		expect(verdict(withSettings(sealed(), configured([{ kind: 'secretbox', names: ['key1'] }])))).toMatchObject({
			title,
		});
		expect(verdict(withSettings(sealed(), null))).toMatchObject({ severity: 'warning', title });
	});

	it('is a warning where new ones would be plain', () => {
		const found = verdict(withSettings(sealed(), configured([identity, aescbc('key1')])));
		expect(found).toMatchObject({ severity: 'warning', title: 'kube-apiserver here writes secrets plain' });
	});

	it.each(['missing', 'broken'] as const)('is a warning where its configuration is %s', kind => {
		const outcome = kind === 'missing' ? { kind } : { kind, reason: 'it is not valid YAML' };
		const found = verdict(withSettings(sealed(), { path: '/enc.yaml', outcome }));
		expect(found).toMatchObject({ severity: 'warning', title: `kube-apiserver’s encryption configuration is ${kind}` });
	});

	it('is worth knowing where there is none and nothing is known of what is stored', () => {
		expect(verdict(withSettings(healthy(), null))).toMatchObject({ severity: 'info' });
		expect(verdict(withSettings(stored(sampleOf([plain, 2])), null))).toBeNull();
	});

	it.each<[string, EncryptionConfiguration]>([
		['by its own name', configured([aescbc('key2', 'key1')])],
		['by all of the core group', configured([aescbc('key1')], ['*.'])],
		['by everything', configured([aescbc('key1')], ['*.*'])],
	])('is in order where it fits %s', (_, encryption) => {
		expect(verdict(withSettings(sealed(), encryption))).toBeNull();
	});

	it('takes the beginning of a long name for the name', () => {
		const long = stored(sampleOf([cbc('a-very-long-na…'), 12]));
		expect(verdict(withSettings(long, configured([aescbc('a-very-long-name')])))).toBeNull();
		expect(verdict(withSettings(long, configured([aescbc('a-very-short-name')])))).not.toBeNull();
	});

	it('is not judged without its settings, nor where it uses another cluster', () => {
		expect(verdict(sealed())).toBeNull();
		expect(verdict(withSettings(sealed(), 'unknown'))).toBeNull();
		expect(verdict(withSettings(sealed(), null, 'https://elsewhere:2379'))).toBeNull();
		expect(verdict(withSettings(sealed(), null, 'https://127.0.0.1:2379'))).toBeNull();
	});
});
