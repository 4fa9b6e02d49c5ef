import { describe, expect, it } from 'vitest';
import { createTheme } from '../../source/components/theme.ts';
import { viewOf } from '../../source/control/view.ts';
import { plainText } from '../../source/format/line.ts';
import { headerLines } from '../../source/panes/header.ts';
import type { story } from '../cluster/story.ts';
import { nowMs, stateWith } from '../control/operator.ts';
import { healthy } from '../diagnosis/judged.ts';

const { glyphs } = createTheme('256', true);

const factsOf = (told: ReturnType<typeof story>): string =>
	plainText(headerLines(viewOf(stateWith({ history: told.history })), 120, 3, glyphs)[1]!);

describe('the facts of the header', () => {
	it('claim nothing of leader and alarms while nobody answers who could tell', () => {
		const told = healthy(nowMs - 2000);
		told.answer(nowMs - 1000, '1', { leaderId: null });
		for (const id of ['2', '3']) told.fail(nowMs - 1000, id);
		expect(factsOf(told)).toMatch(/no leader .*no alarms/);
		told.fail(nowMs - 500, '1');
		expect(factsOf(told)).toContain('0/3 members');
		expect(factsOf(told)).not.toMatch(/no leader|no alarms/);
	});
});
