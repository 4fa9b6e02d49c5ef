import type { LocalCluster } from '../../source/demo/cluster.ts';

/** The size at which the monitor is watched unless a row says otherwise. */
export const ordinarySize = { columns: 120, rows: 40 };

/** The rows of these members' tables are on the screen, and each of them says that it serves. */
export const showsServing =
	(names: readonly string[]) =>
	(screen: string): boolean =>
		names.every(name => new RegExp(`^\\S ${name} .*\\bserving\\b`, 'm').test(screen));

export const namesOf = ({ members }: LocalCluster): readonly string[] => members.map(({ name }) => name);

/** Every member's name is in what `status` printed. */
export function expectNames(output: string, names: readonly string[]): void {
	const missing = names.filter(name => !new RegExp(`\\b${name}\\b`).test(output));
	if (missing.length > 0) throw new Error(`status did not tell of ${missing.join(', ')}:\n${output}`);
}
