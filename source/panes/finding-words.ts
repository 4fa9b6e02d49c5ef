import { earliestMs } from '../cluster/history.ts';
import type { Glyphs } from '../components/glyphs.ts';
import type { View } from '../control/view.ts';
import type { AlertRun } from '../diagnosis/alerts/alert.ts';
import type { Severity } from '../diagnosis/finding.ts';
import type { KnownFinding } from '../diagnosis/finding-log.ts';
import { formatDuration } from '../format/duration.ts';
import type { Segment, Tone } from '../format/line.ts';
import { safeText } from '../format/safe.ts';

const looks: Readonly<Record<Severity, { readonly glyph: 'cross' | 'warning' | 'bullet'; readonly tone: Tone }>> = {
	critical: { glyph: 'cross', tone: 'critical' },
	warning: { glyph: 'warning', tone: 'warning' },
	info: { glyph: 'bullet', tone: 'muted' },
};

export const severityTone = (severity: Severity): Tone => looks[severity].tone;

/** The sign of a severity, and a blank; muted where what it stands for is over. */
export const severitySign = (severity: Severity, glyphs: Glyphs, isOver = false): Segment => ({
	text: `${glyphs[looks[severity].glyph]} `,
	tone: isOver ? 'muted' : looks[severity].tone,
});

/** What held when reading began has held for longer than anybody knows. */
const firstLookMs = 5000;

/** How long a finding has held, or since when it is gone: `for 12s`, `for >10m 00s`, `gone 20s ago`, `new`. */
export function ageOf({ sinceMs, goneAtMs }: KnownFinding, { state: { history }, atMs }: View): string {
	if (goneAtMs !== null) return `gone ${formatDuration(Math.max(0, (atMs - goneAtMs) / 1000))} ago`;
	const seconds = Math.max(0, (atMs - sinceMs) / 1000);
	if (seconds < 1) return 'new';
	const isAtLeast = sinceMs - (earliestMs(history) ?? sinceMs) < firstLookMs;
	return `for ${isAtLeast ? '>' : ''}${formatDuration(seconds)}`;
}

/** How often it came; nothing where it came once. */
export const timesOf = ({ count }: KnownFinding): string => (count > 1 ? `${count}x in the last hour` : '');

/** `firing for 3m 00s`, `pending for 2m 10s of 10m 00s`. */
export function alertAge({ rule, pendingAtMs, firingAtMs }: AlertRun, atMs: number): string {
	if (firingAtMs !== null) return `firing for ${formatDuration(Math.max(0, (atMs - firingAtMs) / 1000))}`;
	const pending = formatDuration(Math.max(0, (atMs - pendingAtMs) / 1000));
	return `pending for ${pending} of ${formatDuration(rule.forSeconds)}`;
}

/** Labels that say nothing beyond what is on the screen anyway. */
const plainLabels: readonly string[] = ['job', 'instance'];

/** Whom an alert is about: the member by its name, and the labels that tell it from others of its name. */
export function alertSubject({ labels }: AlertRun, { snapshot }: View): string {
	const { instance } = labels;
	const member = instance === undefined ? undefined : snapshot.members.find(({ key }) => key === instance);
	const rest = Object.entries(labels).filter(([name]) => !plainLabels.includes(name));
	// A peer is told by its id.
	const shown = (value: string) => snapshot.list.find(({ id }) => id === value)?.name || value;
	const words = [
		...(instance === undefined ? [] : [member?.name ?? instance]),
		...rest.map(([name, value]) => `${name}=${shown(value)}`),
	];
	return safeText(words.join(' '), 200);
}

/** The members that an alert is about, each once; nothing where it is about the cluster. */
export const alertMembers = (runs: readonly AlertRun[], view: View): string =>
	[
		...new Set(
			runs.map(({ labels: { instance } }) => (instance === undefined ? '' : memberOf({ member: instance }, view))),
		),
	].join(', ');

/** The name of the member that a finding is about; empty where it is about the cluster. */
export function memberOf({ member: id }: Pick<KnownFinding, 'member'>, { snapshot }: View): string {
	if (id === null) return '';
	const known = snapshot.members.find(row => row.id === id || row.key === id) ?? snapshot.list.find(m => m.id === id);
	return safeText(known === undefined || known.name === '' ? id : known.name, 60);
}
