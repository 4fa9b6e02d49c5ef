import { Box, Text } from 'ink';
import { use } from 'react';
import { StandInContext } from './stand-in-context.ts';
import type { Block } from './stand-ins.ts';

/**
 * Finished rows, one below the other, each of exactly that width. Ink is given a sign for each of them, so that it has
 * next to nothing to measure, to cut and to put together.
 */
export function Strings({ id, rows, width }: Block) {
	const standIns = use(StandInContext);
	const signs = standIns?.signsFor({ id, rows, width }) ?? rows;
	return (
		<Box flexDirection="column" width={width} height={signs.length} flexShrink={0}>
			{signs.map((sign, y) => (
				// A row that Ink finds too long is cut, never wrapped: a wrapped row would push all others down.
				// biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen, whatever it shows.
				<Text key={y} wrap="truncate">
					{sign}
				</Text>
			))}
		</Box>
	);
}
