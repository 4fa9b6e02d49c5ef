import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourcePrefixes } from '../../source/registry/key.ts';
import { type StoredForm, storedForm, storedFormBytes } from '../../source/registry/stored-form.ts';

const formOf = (text: string) => storedForm(Buffer.from(text, 'latin1').subarray(0, storedFormBytes));
const encrypted = (provider: string, keyName: string): StoredForm => ({ kind: 'encrypted', provider, keyName });

describe('the form in which an object is stored', () => {
	it.each<[string, string, StoredForm]>([
		['AES-CBC', 'k8s:enc:aescbc:v1:key1:\xff\x00', encrypted('aescbc', 'key1')],
		['AES-GCM', 'k8s:enc:aesgcm:v1:2026-03:\x01', encrypted('aesgcm', '2026-03')],
		['secretbox', 'k8s:enc:secretbox:v1:new key:', encrypted('secretbox', 'new key')],
		['KMS v1', 'k8s:enc:kms:v1:vault:\x00\x10', encrypted('kms v1', 'vault')],
		['KMS v2', 'k8s:enc:kms:v2:cloud-kms_1:\x0a', encrypted('kms v2', 'cloud-kms_1')],
		[
			'k3s',
			'k8s:enc:aescbc:v1:aescbckey-2026-01-02T03_04_05Z:x',
			encrypted('aescbc', 'aescbckey-2026-01-02T03_04_05Z'),
		],
		['a provider of later', 'k8s:enc:xchacha:v1:key1:abc', encrypted('xchacha', '')],
		['nothing but the mark', 'k8s:enc:', { kind: 'unknown' }],
		['protobuf', 'k8s\0\n\x0c\n\x02v1\x12\x06Secret', { kind: 'plain', format: 'protobuf' }],
		['JSON', '{"kind":"Secret"}', { kind: 'plain', format: 'json' }],
		['CBOR', '\xd9\xd9\xf7\xa4', { kind: 'plain', format: 'cbor' }],
		['text', 'hunter2', { kind: 'unknown' }],
		['nothing', '', { kind: 'unknown' }],
	])('is told of %s', (_, value, form) => {
		expect(formOf(value)).toEqual(form);
	});

	it('tells the beginning of a name that does not end in what was read', () => {
		const name = 'n'.repeat(80);
		const form = formOf(`k8s:enc:aescbc:v1:${name}:secret`);
		expect(form).toEqual(encrypted('aescbc', `${'n'.repeat(storedFormBytes - 18)}…`));
	});

	it('takes nothing of what is encrypted for a name', () => {
		expect(formOf('k8s:enc:aescbc:v1:abc\xff\xfesecret')).toEqual(encrypted('aescbc', ''));
		const form = formOf('k8s:enc:vault:plain-text-that-somebody-put-here');
		expect(JSON.stringify(form)).not.toContain('plain-text');
	});

	it('keeps nothing but printable ASCII, whatever the bytes', () => {
		const any = fc.tuple(
			fc.constantFrom('', 'k8s:enc:', 'k8s:enc:aescbc:v1:', 'k8s:enc:kms:v2:'),
			fc.uint8Array({ maxLength: storedFormBytes }),
		);
		fc.assert(
			fc.property(any, ([beginning, rest]) => {
				const form = storedForm(Buffer.concat([Buffer.from(beginning), rest]));
				if (form.kind === 'encrypted') expect(form.provider + form.keyName).toMatch(/^[\x20-\x7e]*…?$/);
			}),
		);
	});
});

it('finds the keys of a resource under every root, old directories included', () => {
	expect(resourcePrefixes('secrets')).toEqual([
		'/registry/secrets/',
		'/kubernetes.io/secrets/',
		'/openshift.io/secrets/',
	]);
	expect(resourcePrefixes('oauthaccesstokens')[2]).toBe('/openshift.io/oauth/accesstokens/');
	expect(resourcePrefixes('cert-manager.io/certificates')[0]).toBe('/registry/cert-manager.io/certificates/');
});
