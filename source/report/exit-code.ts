import type { HealthLevel } from '../diagnosis/health.ts';

const codes: Readonly<Record<HealthLevel, number>> = {
	healthy: 0,
	warning: 1,
	critical: 2,
	unreachable: 3,
	// Nobody answered in the time that was given.
	waiting: 3,
};

/** The exit code of `etcdtop status`: scripts rely on it. With `critical` a mere warning is none. */
export const exitCodeOf = (health: HealthLevel, failOn: 'warning' | 'critical' = 'warning'): number =>
	health === 'warning' && failOn === 'critical' ? codes.healthy : codes[health];
