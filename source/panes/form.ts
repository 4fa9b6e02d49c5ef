import type { Glyphs } from '../components/glyphs.ts';
import { formOf } from '../control/forms.ts';
import type { OperatingMode } from '../control/operating.ts';
import type { Line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { type Panel, panelWith } from './panel.ts';
import { endOf, hanging } from './words.ts';

/*
 *  ┏ Add a learner ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
 *  ┃ its name and its peer URLs: m4 http://10.0.0.4:2380                          ┃
 *  ┃ ▸ m4 http://10.0.▏                                                           ┃
 *  ┃ ✗ http://10.0. is no URL of a peer: it lacks the port                        ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 */

type Form = Extract<OperatingMode, { readonly kind: 'form' }>;

/** What a form always has room for below its input: an error of two rows. */
const errorRows = 2;
const leastFormRows = 7;

/** What has to be typed before there is a request. */
export function formPanel({ form, text, error }: Form, width: number, glyphs: Glyphs): Panel {
	const { title, hint } = formOf(form);
	const errors: readonly Line[] =
		error === null ? [] : hanging([{ text: `${glyphs.cross} `, tone: 'critical' }], safeText(error), width, 'warning');
	const blanks: readonly Line[] = Array.from({ length: Math.max(0, errorRows - errors.length) }, () => []);
	return panelWith({
		title: safeText(title),
		head: hanging([], safeText(hint), width, 'muted'),
		foot: [
			[
				{ text: `${glyphs.running} `, tone: 'focus' },
				{ text: endOf(safeText(text, 4096), width - 3, glyphs), tone: 'strong' },
				{ text: glyphs.inputCursor, tone: 'accent' },
			],
			...errors,
			...blanks,
		],
		leastRows: leastFormRows,
	});
}
