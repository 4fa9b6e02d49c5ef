import type { Quota } from './snapshot.ts';

/** etcd's default of `--quota-backend-bytes`. */
const defaultQuotaBytes = 2 * 1024 ** 3;

/** From this share of its quota on a file is near it: somebody should plan. */
export const nearShare = 0.8;
/**
 * From this share on somebody has to act: NOSPACE, once raised, comes back with the next writes after it was lifted. The
 * etcd-mixin's 95 % leaves no room for that.
 */
export const fullShare = 0.9;

/** What is known of a member's quota; null where that source says nothing. */
export type QuotaSources = {
	/** 3.6+: `dbSizeQuota` of its Status. */
	readonly statusBytes: number | null;
	/** `etcd_server_quota_backend_bytes`. */
	readonly metricBytes: number | null;
	/** `--quota`. */
	readonly flagBytes: number | null;
};

const known = (bytes: number, source: 'status' | 'metrics' | 'flag'): Quota =>
	bytes < 0 ? { kind: 'unlimited' } : { kind: 'known', bytes: bytes === 0 ? defaultQuotaBytes : bytes, source };

/**
 * The member's own word first, then the user's, then etcd's default. 0 means the default (which 3.6.0 to 3.6.5 answer
 * for it, and the flag's meaning), negative means that there is no quota.
 */
export function quotaFrom({ statusBytes, metricBytes, flagBytes }: QuotaSources): Quota {
	if (statusBytes !== null && Number.isFinite(statusBytes)) return known(statusBytes, 'status');
	if (metricBytes !== null) return known(metricBytes, 'metrics');
	if (flagBytes !== null && Number.isFinite(flagBytes)) return known(flagBytes, 'flag');
	return { kind: 'assumed', bytes: defaultQuotaBytes };
}

/** The bytes of a quota; null where there is none. */
export const quotaBytes = (quota: Quota): number | null => (quota.kind === 'unlimited' ? null : quota.bytes);
