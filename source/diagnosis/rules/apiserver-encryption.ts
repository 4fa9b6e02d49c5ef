import { examinationAt } from '../../cluster/history.ts';
import { safeText } from '../../format/safe.ts';
import type { Case, Rule, Verdict } from '../rule.ts';
import { canRead, type EncryptionSettings, encryptionSettings, writesPlain } from './encryption-settings.ts';
import { ownApiServer } from './own-control-plane.ts';
import { coverage, keyText, rewriteCommand, type Stored, storedIn } from './stored-forms.ts';

/** What this machine's kube-apiserver is told to encrypt, against what is stored. */
export const apiServerEncryption: Rule = {
	name: 'apiserver-encryption',
	judge(subject) {
		const verdict = fileVerdict(subject) ?? storedVerdict(subject) ?? notConfigured(subject);
		return verdict === null ? [] : [verdict];
	},
};

/** The configuration itself is not to be had. */
function fileVerdict(subject: Case): Verdict | null {
	const own = ownApiServer(subject);
	const encryption = own?.settings.encryption ?? null;
	if (own === null || encryption === null || encryption === 'unknown') return null;
	const { path, outcome } = encryption;
	if (outcome.kind !== 'missing' && outcome.kind !== 'broken') return null;
	const detail = outcome.kind === 'missing' ? 'there is no such file' : safeText(outcome.reason, 120);
	return {
		severity: 'warning',
		member: null,
		title: `kube-apiserver’s encryption configuration is ${outcome.kind}`,
		evidence: `--encryption-provider-config ${safeText(path, 160)}: ${detail}`,
		advice: `put it back before kube-apiserver is restarted: it does not start without it, and encrypted objects cannot be read; the flag is in ${own.file}`,
	};
}

/** The configuration does not agree with what is stored. */
function storedVerdict(subject: Case): Verdict | null {
	for (const stored of storedIn(subject)) {
		const settings = encryptionSettings(subject, stored.resource);
		if (settings === null || stored.keys.length === 0) continue;
		const verdict = keyVerdict(stored, settings) ?? plainWriter(stored, settings);
		if (verdict !== null) return verdict;
	}
	return null;
}

function keyVerdict(stored: Stored, settings: EncryptionSettings): Verdict | null {
	const providers = settings.kind === 'none' ? [] : settings.providers;
	const foreign = stored.keys.filter(key => !canRead(providers, key));
	if (foreign.length === 0) return null;
	const keys = foreign.map(keyText).join(', ');
	const where =
		settings.kind === 'none'
			? `${settings.manifest} has no --encryption-provider-config`
			: `${settings.file} does not have it`;
	return {
		severity: 'warning',
		member: null,
		title: `kube-apiserver here lacks the key of some ${stored.resource}`,
		evidence: `${coverage(stored)}; ${keys}: ${where}`,
		advice: `put the key into the encryption configuration of every kube-apiserver before one is restarted: it cannot read those ${stored.resource} without it`,
	};
}

function plainWriter(stored: Stored, settings: EncryptionSettings): Verdict | null {
	if (settings.kind === 'none' || !writesPlain(settings)) return null;
	return {
		severity: 'warning',
		member: null,
		title: `kube-apiserver here writes ${stored.resource} plain`,
		evidence: `in ${settings.file} the first provider for ${stored.resource} is identity; ${coverage(stored)}`,
		advice: `put the provider that encrypts before identity in ${settings.file}, restart kube-apiserver, then ${rewriteCommand([stored])}; as it is, encryption is being given up`,
	};
}

/** Only where nothing is known of what is stored: else that has been said. */
function notConfigured(subject: Case): Verdict | null {
	const own = ownApiServer(subject);
	const isLookedInto = (examinationAt(subject.history, 'encryption', subject.atMs)?.resources ?? []).some(
		({ outcome }) => outcome.kind === 'sampled',
	);
	if (own === null || own.settings.encryption !== null || isLookedInto) return null;
	return {
		severity: 'info',
		member: null,
		title: 'kube-apiserver here does not encrypt secrets',
		evidence: `${own.file} has no --encryption-provider-config`,
		advice: 'turn on encryption at rest with --encryption-provider-config where snapshots and disks need it',
	};
}
