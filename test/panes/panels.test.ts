import { describe, expect, it } from 'vitest';
import type { State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import { viewOf } from '../../source/control/view.ts';
import { displayWidth } from '../../source/format/width.ts';
import type { PastRun } from '../../source/operations/record.ts';
import { drawingOf } from '../../source/panes/app.tsx';
import { paintedRows, plain, usualTheme } from './draw.tsx';
import { begins, ends, forcible, later, prepared, rolling, says, warned } from './maintenance.ts';
import { happened, maintenance, stateOf } from './scenes.ts';

type Name = keyof typeof maintenance;
const names = Object.keys(maintenance) as Name[];

/** Primes as steps, so that other widths meet other heights. */
const widths = [60, 61, 69, 80, 83, 97, 120, 149, 200];
const heights = [15, 16, 19, 20, 24, 29, 40, 53];

const drawn = (state: State) => drawingOf(viewOf(state), usualTheme);

const rowsOf = (state: State): readonly string[] => paintedRows(state).map(plain);

/** The rows of the panel, between its borders. */
const panelOf = (state: State): readonly string[] =>
	drawn(state)
		.picture.flat()
		.find(({ id }) => id === 'panel')!
		.rows.map(plain);

const key = (state: State, name: string) => update(state, { kind: 'key', name, text: '' })[0];

describe('panels of maintenance', () => {
	for (const name of names)
		it(`fill every size exactly: ${name}`, () => {
			for (const [index, columns] of widths.entries())
				for (const rows of heights.filter((_, at) => (at + index) % 3 === 0)) {
					const shown = rowsOf(stateOf(maintenance[name], { columns, rows }));
					const where = `${columns}x${rows}`;
					expect(shown, where).toHaveLength(rows);
					expect([...new Set(shown.map(displayWidth))], where).toEqual([columns]);
					expect(shown[1], where).toMatch(/^ \d\/\d members/);
				}
		});

	it('leave the members in view on a screen of 80x24 and more', () => {
		const whole = /^(?:journal|read-only|run-behind-help)/;
		for (const name of names.filter(each => !whole.test(each)))
			for (const [columns, rows] of [
				[80, 24],
				[120, 40],
			] as const) {
				const shown = rowsOf(stateOf(maintenance[name], { columns, rows }));
				expect(
					shown.some(row => /[╭┏] Members /.test(row)),
					`${name} at ${columns}x${rows}`,
				).toBe(true);
				for (const member of ['m1', 'm2', 'm3']) expect(shown.join('\n'), name).toMatch(new RegExp(`[│┃] ${member} `));
			}
	});

	it('have the frame of the focus once, and so has a pane while an operation leaves it the keys', () => {
		for (const name of names.filter(each => each !== 'snapshot-age' && each !== 'no-snapshot')) {
			const shown = rowsOf(stateOf(maintenance[name], { columns: 120, rows: 40 })).join('\n');
			expect(shown.match(/┏/g), name).toHaveLength(1);
		}
	});
});

const confirmations = names.filter(name => name.startsWith('confirm-') && name !== 'confirm-looking');

/** All that a panel shows while it is scrolled from its first row to its last. */
function scrolledThrough(state: State): { readonly screens: readonly string[]; readonly last: State } {
	const screens: string[] = [];
	let at = state;
	for (;;) {
		screens.push(panelOf(at).join('\n'));
		const next = update(key(at, 'down'), { kind: 'drawn', ...drawn(at).reach })[0];
		if (JSON.stringify(next.mode) === JSON.stringify(at.mode)) return { screens, last: at };
		at = next;
	}
}

describe('a confirmation', () => {
	const smallest = { columns: 60, rows: 15 };

	it('never scrolls away what to press, nor what stops it', () => {
		for (const name of confirmations)
			for (const columns of [60, 80, 120])
				for (const rows of [15, 20, 24]) {
					const { screens } = scrolledThrough(stateOf(maintenance[name], { columns, rows }));
					for (const screen of screens)
						expect(screen, name).toMatch(
							/▸ (?:y|Enter) to start|▸ (?:✗ nothing was started: )?type \S+ and press Enter|▸ Esc leaves/,
						);
					if (name === 'confirm-stopped') for (const screen of screens) expect(screen).toContain('✗ all voters serve');
					if (name === 'confirm-forcible')
						for (const screen of screens) {
							expect(screen).toContain('✗ writes go on without one voter');
							expect(screen).toContain('to do it all the same');
						}
				}
	});

	it('shows what it means before anything is scrolled, wherever it can be started', () => {
		for (const name of ['confirm-careful', 'confirm-dangerous', 'confirm-forcible', 'confirm-safe'] as const)
			for (const columns of widths)
				for (const rows of heights) {
					const shown = panelOf(stateOf(maintenance[name], { columns, rows })).join('\n');
					expect(shown, `${name} at ${columns}x${rows}`).toMatch(/Effect +● /);
				}
	});

	it('is turned page by page: nothing is passed over, and every page but the last is new but for a row', () => {
		for (const rows of [15, 24]) {
			const pages: (readonly string[])[] = [];
			let at = stateOf(maintenance['confirm-careful'], { columns: 80, rows });
			const seen = (of: State) =>
				panelOf(of)[0]!
					.match(/(\d+)–(\d+) of (\d+)/)!
					.slice(1)
					.map(Number);
			for (let [, to, all] = seen(at); to! < all!; ) {
				const shown = update(at, { kind: 'drawn', ...drawn(at).reach })[0];
				at = key(shown, 'pagedown');
				const [from, next] = seen(at);
				expect(next === all || from === to, `${from} after ${to}`).toBe(true);
				expect(from).toBeLessThanOrEqual(to!);
				to = next;
				pages.push(panelOf(at));
			}
			expect(pages.length).toBeGreaterThan(0);
		}
	});

	it('can be read to its end, and turns back at once there', () => {
		const { screens, last } = scrolledThrough(stateOf(maintenance['confirm-careful'], smallest));
		const all = screens.join('\n').replaceAll(/\s+┃\n┃\s+/g, ' ');
		for (const { title, warnings } of rolling.steps) {
			expect(all).toContain(title);
			for (const warning of warnings) expect(all).toContain(warning.slice(0, 30));
		}
		for (const { title } of warned.checks) expect(all).toContain(title);
		expect(screens.at(-1)).toContain('no CORRUPT alarm');
		expect(panelOf(key(last, 'up'))).not.toEqual(panelOf(last));
	});

	it('speaks of no stop where nothing is to be done', () => {
		const size = { columns: 80, rows: 40 };
		const plan = { ...forcible, steps: [], nothingToDo: 'no member is worth it' };
		const shown = panelOf(stateOf({ ...maintenance['confirm-forcible'], events: [prepared(plan)] }, size)).join('\n');
		expect(shown).not.toContain('Stopped');
		expect(shown).toMatch(/Checks {3}✗ writes go on without one voter/);
		expect(shown).toContain('✓ nothing to do: no member is worth it');
	});

	it('makes room for what has to be pressed, whatever happened earlier', () => {
		const told = stateOf(
			{
				...maintenance['confirm-careful'],
				events: [...maintenance['confirm-careful'].events, { kind: 'notice', text: 'interrupted', lastsMs: 60_000 }],
			},
			{ columns: 80, rows: 24 },
		);
		expect(rowsOf(told).at(-1)).toMatch(/y yes, do it/);
		expect(rowsOf(key(told, 'escape')).at(-1)).toMatch(/interrupted/);
	});

	it('speaks of more only where there is more', () => {
		const footerOf = (name: Name, rows: number) => rowsOf(stateOf(maintenance[name], { columns: 80, rows })).at(-1);
		expect(footerOf('confirm-careful', 24)).toContain('↓ more');
		expect(footerOf('confirm-careful', 53)).not.toContain('more');
		expect(footerOf('confirm-refused', 24)).not.toContain('more');
	});

	it('keeps the line that is typed in at its place', () => {
		const state = stateOf(maintenance['confirm-dangerous'], { columns: 80, rows: 24 });
		const typed = update(state, { kind: 'key', name: '3', text: '3' })[0];
		const place = (of: State) => panelOf(of).findIndex(row => row.includes('type m3 and press Enter'));
		expect(panelOf(typed).join('\n')).toContain('press Enter: m3▏');
		expect(place(typed)).toBe(place(state));
	});

	it('shows the end of what was typed where it is too long', () => {
		const state = stateOf(maintenance['confirm-dangerous'], smallest);
		const typed = update(state, { kind: 'key', name: 'paste', text: `${'x'.repeat(150)}end` })[0];
		expect(panelOf(typed).join('\n')).toMatch(/…x+end▏/);
	});
});

describe('an operation that runs', () => {
	const size = { columns: 80, rows: 24 };

	/** Cells that differ between two screens of the same size. */
	const differing = (one: readonly string[], other: readonly string[]) =>
		one.flatMap((row, y) => [...row].flatMap((cell, x) => (cell === other[y]![x] ? [] : [{ x, y, cell }])));

	it('changes no cell but those of its times while time goes by', () => {
		const before = stateOf(maintenance.run, size);
		const after = happened(before, [later(1)]);
		const changed = differing(panelOf(before), panelOf(after));
		expect(changed.length).toBeGreaterThan(0);
		expect(changed.every(({ cell }) => /[\d ]/.test(cell))).toBe(true);
		// Two times are on the screen: that of the operation and that of its step.
		expect(new Set(changed.map(({ y }) => y)).size).toBe(2);
	});

	it('keeps every step at its row, and its own height, from the first step to the end of the last', () => {
		let state = stateOf({ ...maintenance.run, events: maintenance.run.events.slice(0, 3) }, size);
		const places = (of: State) =>
			rolling.steps.map((_, index) => panelOf(of).findIndex(row => row.includes(` ${index + 1}  `)));
		const heightOf = (of: State) => panelOf(of).length;
		const first = { places: places(state), height: heightOf(state) };
		for (const index of rolling.steps.keys())
			for (const event of [
				begins(index),
				says(index, 'x'.repeat(200)),
				says(index, 'half', 0.5),
				ends(index, 'done'),
			]) {
				state = happened(state, [event]);
				expect({ places: places(state), height: heightOf(state) }).toEqual(first);
			}
	});

	it('shows the running step among many, on the smallest screen too', () => {
		for (const columns of widths)
			for (const rows of heights) {
				const shown = panelOf(stateOf(maintenance['run-many-steps'], { columns, rows })).join('\n');
				expect(shown, `${columns}x${rows}`).toMatch(/▸ 5 {2}defragment m6/);
				expect(shown).toMatch(/Esc leaves/);
			}
	});

	it('counts the steps that there is no room for', () => {
		const shown = panelOf(stateOf(maintenance['run-many-steps'], { columns: 60, rows: 15 }));
		expect(shown[0]).toMatch(/4 above, 3 below ╮$/);
		expect(panelOf(stateOf(maintenance['run-done'], { columns: 60, rows: 15 }))[0]).toMatch(/2 above ╮$/);
		expect(panelOf(stateOf(maintenance['run-many-steps'], { columns: 80, rows: 40 }))[0]).not.toMatch(/above|below/);
	});

	it('holds out no key that has to wait for its end', () => {
		const footerOf = (name: Name) => rowsOf(stateOf(maintenance[name], { columns: 200, rows: 50 })).at(-1);
		expect(footerOf('run')).not.toMatch(/compact|defrag|snapshot|alarms|move leader|members|check hash/i);
		expect(footerOf('run')).toMatch(/x operations {2}J journal/);
		expect(footerOf('run-done')).toMatch(/c compact {2}d defrag/);
	});

	it('does not say twice that it was stopped', () => {
		const over = happened(stateOf(maintenance.run, size), [
			{
				kind: 'ended',
				ticket: 1,
				outcome: { kind: 'stopped', text: 'stopped before “defragment m1”: no', advice: null, facts: {} },
			},
		]);
		expect(panelOf(over).join('\n')).toContain('○ stopped before “defragment m1”: no');
	});

	it('that was never begun is not said to be in the journal', () => {
		const begun = stateOf({ ...maintenance.run, events: maintenance.run.events.slice(0, 3) }, size);
		const over = happened(begun, [
			{
				kind: 'ended',
				ticket: 1,
				outcome: { kind: 'stopped', text: 'another operation is under way', advice: null, facts: {} },
			},
		]);
		expect(panelOf(over).join('\n')).toMatch(/stopped: another operation is under way[^J]*Esc closes this *┃?/);
		expect(panelOf(over).join('\n')).not.toContain('J shows');
		expect(panelOf(stateOf(maintenance['run-done'], size)).join('\n')).toContain('J shows all of it');
	});

	it('is said in the footer whatever else is on the screen, and until its end was seen', () => {
		for (const name of ['run-behind-help', 'run-behind-zoom', 'run-behind-filter'] as const)
			for (const columns of widths) {
				const footer = rowsOf(stateOf(maintenance[name], { columns, rows: 24 })).at(-1);
				expect(footer, `${name} at ${columns}`).toMatch(/▸ (?:Defragment the cluster · )?step 2 of 4 · 21s $/);
			}
		const ended = happened(stateOf(maintenance['run-behind-help'], size), [
			{ kind: 'ended', ticket: 1, outcome: { kind: 'failed', text: 'm2 is gone', advice: null, facts: {} } },
		]);
		expect(rowsOf(ended).at(-1)).toContain('✗ failed: Defragment the cluster');
	});

	it('shows its end above a zoomed pane', () => {
		const zoomed = stateOf(maintenance['run-behind-zoom'], size);
		const ended = happened(zoomed, [
			{
				kind: 'ended',
				ticket: 1,
				outcome: { kind: 'unknown', text: 'm2 may still be at it', advice: null, facts: {} },
			},
		]);
		expect(rowsOf(ended).join('\n')).toContain('? not known: m2 may still be at it');
	});
});

describe('the disks beside a panel', () => {
	it('are told in figures where a chart would be empty', () => {
		const shown = rowsOf(stateOf(maintenance.run, { columns: 80, rows: 24 })).join('\n');
		for (const member of ['m1', 'm2', 'm3']) expect(shown).toMatch(new RegExp(`● ${member} {2}~[\\d.]+ ms`));
	});
});

describe('the journal', () => {
	it('does not call a step running that nobody follows any more', () => {
		const shown = panelOf(stateOf(maintenance['journal-interrupted'], { columns: 80, rows: 24 })).join('\n');
		expect(shown).toMatch(/Steps {4}\? 1 {2}defragment m3 +not known/);
	});

	it('tells apart what is under way from what nobody knows the end of', () => {
		const opened = stateOf(maintenance['journal-interrupted'], { columns: 80, rows: 24 });
		const whenOf = (state: PastRun['state']) => {
			const seen = opened.journal!.runs.map(run => ({ ...run, state, endedMs: null }));
			return panelOf({ ...opened, journal: { runs: seen, trouble: null } }).join('\n');
		};
		expect(whenOf('running')).toMatch(/When +[-\d]+ [:\d]+, under way/);
		expect(whenOf('interrupted')).toMatch(/When +[-\d]+ [:\d]+; its end is not known/);
	});

	it('can be read to its end', () => {
		const entry = stateOf(maintenance['journal-snapshot'], { columns: 60, rows: 15 });
		const all = scrolledThrough(entry).screens.join('\n');
		expect(all).toContain('✓ room on the disk');
		// Nothing of what is copied is cut.
		expect(all.replaceAll(/[^0-9a-f]/g, '')).toContain(
			'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
		);
	});
});
