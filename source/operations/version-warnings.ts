import { releaseOf, releaseText } from '../cluster/version.ts';
import { type FaultOccasion, faultsOf, mendedIn } from '../cluster/version-faults.ts';

/** What a warning may be about. */
export type WarnedOperation = Exclude<FaultOccasion, 'running'>;

/** What to know of a server's version before an operation, one line each; nothing where the version is not known. */
export function warningsFor(operation: WarnedOperation, version: string | null): readonly string[] {
	const release = releaseOf(version);
	if (release === null) return [];
	return faultsOf(version)
		.filter(({ occasion }) => occasion === operation)
		.map(fault => `etcd ${releaseText(release)}: ${fault.text}; mended in ${mendedIn(fault)}`);
}
