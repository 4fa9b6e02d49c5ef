import { diagnose } from '../../source/diagnosis/diagnose.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';

export const three = [memberOf('1'), memberOf('2'), memberOf('3')];

/** A healthy cluster: three members that answer at `atMs`, led by m1. */
export function healthy(atMs = 0, members = three): Story {
	const told = story();
	told.list(atMs, members);
	for (const { id, isLearner } of members) told.answer(atMs, id, { isLearner });
	return told;
}

export const findings = (told: Story, atMs: number, rule: string): readonly Finding[] =>
	diagnose(told.history, atMs).filter(finding => finding.rule === rule);

/** The severity of the first finding of a rule, null where it is silent. */
export const severity = (told: Story, atMs: number, rule: string) => findings(told, atMs, rule)[0]?.severity ?? null;
