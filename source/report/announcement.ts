import type { Finding } from '../diagnosis/finding.ts';
import type { Judgement } from '../diagnosis/judge.ts';
import { formatIsoTime } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import { findingJson, healthWord } from './json.ts';
import { jsonText } from './json-text.ts';

/** Bars that show titles have no room for more. */
const longestTitle = 100;

/** The terminal's title: `etcdtop: CRITICAL m2 does not answer`. Safe to send, bounded. */
export const terminalTitle = ({ health: { level, cause } }: Judgement): string =>
	safeText(`etcdtop: ${level.toUpperCase()} ${cause}`, longestTitle);

/**
 * One finding for a program that passes it on, on one line with its newline: as in `status -o json`, and beside it
 * `version` (1), `time`, `clusterId` (null where it is not known) and `health`.
 */
export function announcementJson(finding: Finding, { snapshot, findings }: Judgement): string {
	const announcement = {
		version: 1,
		time: formatIsoTime(snapshot.timeMs),
		clusterId: snapshot.clusterId,
		health: healthWord(snapshot, findings),
		...findingJson(finding),
	};
	return `${jsonText(announcement)}\n`;
}
