import type { EncryptionConfiguration } from '../../cluster/examinations/control-plane.ts';
import { type Machine, readFile } from './machine.ts';
import { listOf, mapOf, parseYaml, textOf, textsOf, type YamlMap } from './yaml.ts';

type Outcome = EncryptionConfiguration['outcome'];
type Provider = { readonly kind: string; readonly names: readonly string[] };

const mostItems = 32;
const longestName = 60;

/** Reads which providers encrypt what. The keys in it are blanked before the file becomes text. */
export async function readEncryptionConfig(machine: Machine, path: string): Promise<Outcome> {
	const bytes = readFile(machine, path);
	if (bytes === 'missing') return { kind: 'missing' };
	if (!Buffer.isBuffer(bytes)) return { kind: 'unreadable', reason: bytes.unreadable };
	blankSecrets(bytes);
	const parsed = await parseYaml(bytes.toString('utf8'));
	bytes.fill(0);
	if (typeof parsed === 'string') return { kind: 'broken', reason: parsed };
	if (parsed.kind !== 'EncryptionConfiguration') return { kind: 'broken', reason: 'it is no EncryptionConfiguration' };
	const rules = listOf(parsed.resources).slice(0, mostItems).map(mapOf).map(ruleOf);
	return { kind: 'read', rules };
}

const word = Buffer.from('secret');
const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
const isQuote = (byte: number | undefined) => byte === 0x22 || byte === 0x27;
/** What base64 is made of. */
const isSealed = (byte: number | undefined) => byte !== undefined && /[A-Za-z0-9+/=_-]/.test(String.fromCharCode(byte));

/**
 * Blanks what stands behind every `secret:`. A text in memory cannot be wiped, so it must not become one. The word in the
 * name of a resource has no colon behind it, and a folded value (`>-`) is blanked to its first character that is none of
 * base64's.
 */
export function blankSecrets(bytes: Buffer): void {
	for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + 1)) {
		let next = at + word.length;
		while (isQuote(bytes[next]) || bytes[next] === 0x20) next++;
		if (bytes[next] !== 0x3a) continue;
		next++;
		while (isBlank(bytes[next]) || isQuote(bytes[next]) || /[>|+-]/.test(String.fromCharCode(bytes[next] ?? 0))) next++;
		while (isSealed(bytes[next])) bytes[next++] = 0x58;
	}
}

function ruleOf({ resources, providers }: YamlMap) {
	return {
		resources: textsOf(resources).slice(0, mostItems).map(cut),
		providers: listOf(providers).slice(0, mostItems).map(mapOf).flatMap(providerOf),
	};
}

const cut = (text: string) => Array.from(text.slice(0, longestName)).join('');

/** Each is a map with one key, its kind. */
function providerOf(entry: YamlMap): readonly Provider[] {
	const kind = Object.keys(entry)[0];
	if (kind === undefined) return [];
	const settings = mapOf(entry[kind]);
	if (kind === 'kms') {
		const version = textOf(settings.apiVersion) ?? 'v1';
		return [{ kind: cut(`kms ${version}`), names: [cut(textOf(settings.name) ?? '')] }];
	}
	const names = listOf(settings.keys)
		.slice(0, mostItems)
		.map(mapOf)
		.map(({ name }) => cut(textOf(name) ?? ''));
	return [{ kind: cut(kind), names }];
}
