import { describe, expect, it } from 'vitest';
import { createTheme } from '../../source/components/theme.ts';
import type { State } from '../../source/control/state.ts';
import { screenOf } from './draw.tsx';
import { choices, maintenance, nothingYet, situations, sizes, stateOf } from './scenes.ts';

/** How many rules there are is not to be in every golden text: they would all change with each new one. */
const withoutCount = (row: string) => row.replaceAll(/\d(?=\d* rules)/g, '#');

/** What the screen shows, as files that a person reads: `screens/SCENE-COLUMNSxROWS.txt`. */
const compare = async (name: string, state: State, theme?: Parameters<typeof screenOf>[1]) => {
	const { columns, rows } = state.size;
	const shown = await screenOf(state, theme);
	await expect(`${shown.map(withoutCount).join('\n')}\n`).toMatchFileSnapshot(`screens/${name}-${columns}x${rows}.txt`);
};

describe('the screen of a cluster', () => {
	for (const [name, scene] of Object.entries(situations))
		for (const size of sizes) it(`${name} at ${size.columns}x${size.rows}`, () => compare(name, stateOf(scene, size)));

	for (const size of [sizes[0], sizes[2]])
		it(`nothing-yet at ${size.columns}x${size.rows}`, () => compare('nothing-yet', nothingYet(size)));
});

describe('the screen under the hands of a person', () => {
	for (const [name, scene] of Object.entries(choices))
		for (const size of scene.at)
			it(`${name} at ${size.columns}x${size.rows}`, () => compare(name, stateOf(scene, size)));
});

describe('the screen of maintenance', () => {
	for (const [name, scene] of Object.entries(maintenance))
		for (const size of scene.at)
			it(`${name} at ${size.columns}x${size.rows}`, () => compare(name, stateOf(scene, size)));
});

describe('the screen of another terminal', () => {
	it('says how large it has to be', () => compare('too-small', stateOf(situations.healthy, { columns: 59, rows: 14 })));

	for (const size of [sizes[0], sizes[2]])
		it(`does with ASCII at ${size.columns}x${size.rows}`, async () => {
			await compare('ascii', stateOf(situations['member-frozen'], size), createTheme('16', false));
		});

	for (const name of ['confirm-careful', 'confirm-forcible', 'run', 'run-failed', 'journal'] as const)
		it(`does with ASCII: ${name}`, async () => {
			await compare(`ascii-${name}`, stateOf(maintenance[name], sizes[1]), createTheme('16', false));
		});
});
