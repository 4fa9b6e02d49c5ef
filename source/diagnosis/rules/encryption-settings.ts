import type { EncryptionConfiguration } from '../../cluster/examinations/control-plane.ts';
import { safeText } from '../../format/safe.ts';
import type { Case } from '../rule.ts';
import { ownApiServer } from './own-control-plane.ts';
import type { StoredKey } from './stored-forms.ts';

type Rule = Extract<EncryptionConfiguration['outcome'], { readonly kind: 'read' }>['rules'][number];
export type Provider = Rule['providers'][number];

/** What this machine's kube-apiserver is told about one resource. `file`: the configuration's, safe to show. */
export type EncryptionSettings =
	/** No `--encryption-provider-config`: it writes plain and cannot read what is encrypted. */
	| { readonly kind: 'none'; readonly manifest: string }
	/** In their order; the first writes. Empty where the configuration leaves the resource out. */
	| {
			readonly kind: 'configured';
			readonly manifest: string;
			readonly file: string;
			readonly providers: readonly Provider[];
	  };

/** Null where it cannot be known from here. */
export function encryptionSettings(subject: Case, resource: string): EncryptionSettings | null {
	const own = ownApiServer(subject);
	if (own === null || own.settings.encryption === 'unknown') return null;
	const { encryption } = own.settings;
	if (encryption === null) return { kind: 'none', manifest: own.file };
	if (encryption.outcome.kind !== 'read') return null;
	const rule = encryption.outcome.rules.find(({ resources }) => resources.some(each => fits(each, resource)));
	return {
		kind: 'configured',
		manifest: own.file,
		file: safeText(encryption.path, 200),
		providers: rule?.providers ?? [],
	};
}

/** `*.` are all of the core group, `*.GROUP` all of a group, `*.*` all. Ours are `RESOURCE` or `GROUP/RESOURCE`. */
function fits(pattern: string, resource: string): boolean {
	const [name, group] = resource.includes('/') ? resource.split('/').reverse() : [resource, ''];
	return [name, `${name}.${group}`, `*.${group}`, '*.*'].includes(pattern) && (pattern !== name || group === '');
}

/** The first provider writes; without one everything is written plain. */
export const writesPlain = ({ providers }: { readonly providers: readonly Provider[] }): boolean =>
	providers.length === 0 || providers[0]!.kind === 'identity';

/** Whether a provider with this key is configured. A name that is told by its beginning only may be any that begins so. */
export function canRead(providers: readonly Provider[], { provider, keyName }: StoredKey): boolean {
	const beginning = keyName.replace(/…$/, '');
	const isName = (name: string) => (beginning === keyName ? name === keyName : name.startsWith(beginning));
	return providers.some(({ kind, names }) => kind === provider && (keyName === '' || names.some(isName)));
}

/** Why things are stored plain, as far as this machine's settings tell. */
export function plainReasoning(settings: EncryptionSettings | null): readonly string[] {
	if (settings === null) return [];
	if (settings.kind === 'none') return [`${settings.manifest} has no --encryption-provider-config`];
	if (writesPlain(settings))
		return [
			`in ${settings.file} ${settings.providers.length === 0 ? 'no provider is named for them' : 'the first provider is identity'}: it writes plain`,
		];
	const [first] = settings.providers;
	return [
		`${settings.file} has ${safeText(first!.kind, 30)} first: they were written before, or kube-apiserver was not restarted since`,
	];
}
