import type { Glyphs } from '../components/glyphs.ts';
import type { View } from '../control/view.ts';
import { type Coverage, coverageOf } from '../diagnosis/coverage.ts';
import { formatDuration } from '../format/duration.ts';
import type { Line } from '../format/line.ts';
import { hanging } from './words.ts';

/*
 *  judged: 38 rules over 10m 00s of readings
 *  looked into: certificates 3m 12s ago, member lists 20s ago
 *  not judged: disks, peers and requests of m3: no metrics (404)
 */

function judgedText({ rules, alerts, readSeconds }: Coverage): string {
	const over = readSeconds === null ? 'nothing read yet' : `over ${formatDuration(readSeconds)} of readings`;
	return `judged: ${rules} rules and ${alerts} alerts of the etcd-mixin, ${over}`;
}

const examinedText = ({ examined }: Coverage): string =>
	`looked into: ${examined.map(({ subject, ageSeconds }) => `${subject} ${formatDuration(ageSeconds)} ago`).join(', ')}`;

/** What the verdict rests on, and what could not be judged: silence that can be trusted. Each part is read whole. */
export function coverageParts(view: View, width: number, glyphs: Glyphs): readonly (readonly Line[])[] {
	const coverage = coverageOf(view.state.history, view.snapshot, view.atMs);
	const sign = { text: `${glyphs.bullet} `, tone: 'muted' } as const;
	return [
		hanging([sign], judgedText(coverage), width, 'muted'),
		...(coverage.examined.length === 0 ? [] : [hanging([sign], examinedText(coverage), width, 'muted')]),
		...coverage.blind.map(text =>
			hanging([{ text: `${glyphs.hollowBullet} `, tone: 'warning' }], `not judged: ${text}`, width, 'muted'),
		),
	];
}
