import type { Examination } from '../cluster/examination.ts';
import type { Member, MemberKey } from '../cluster/member.ts';
import type { LiveOptions } from './options.ts';

/** What an examiner may look at. */
export type ExaminedCluster = {
	readonly options: LiveOptions;
	/** Each row with the endpoint at which it answers, or where it is expected; no row of another cluster. */
	readonly rows: readonly {
		readonly key: MemberKey;
		readonly endpoint: string;
		readonly isAnswering: boolean;
		/** As the member list has it; null without one. */
		readonly member: Member | null;
	}[];
};

/**
 * Looks now and then into something that changes rarely and that no Status and no metrics tell. What cannot be read is
 * part of what it finds; it throws only on a bug. Answers within seconds, or ends with the signal.
 */
export type Examiner = {
	readonly topic: Examination['topic'];
	readonly everySeconds: number;
	/** It has its turns also while no member answers: what it looks at may be why. */
	readonly looksInSilence?: true;
	/** Null where there is nothing to look into, as on a machine without a control plane. */
	examine(cluster: ExaminedCluster, signal: AbortSignal): Promise<Examination | null>;
};
