import type { Family } from '../bench.ts';
import { timed } from '../processes.ts';
import { ratio } from '../result.ts';
import { milliseconds } from '../statistics.ts';

/** CPU seconds of a frame, as the fixture prints them. */
type Frames = { readonly few: number; readonly many: number };

/** A frame whose table has 1,000 rows behind it, against one with 9; both show 9. */
export const frame: Family = {
	name: 'frame',
	async measure(bench) {
		const { output } = await timed(await bench.fixture('table'));
		const { few, many } = JSON.parse(output) as Frames;
		return [
			{
				name: 'a frame with 1,000 rows in a table',
				ours: milliseconds(many),
				yardstick: `with 9 rows: ${milliseconds(few)}`,
				must: ratio(many, few, 1.2),
				aim: ratio(many, few, 1.05),
			},
		];
	},
};
