import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf, smallestSize } from '../../source/control/layout.ts';
import { type PaneId, paneIds } from '../../source/control/state.ts';

const footerRows = 1;

const idsOf = (columns: number, rows: number, focus: PaneId = 'members', members = 3) => {
	const layout = layoutOf({ columns, rows, members, focus, isZoomed: false });
	return layout.kind === 'too-small' ? [] : layout.bands.map(({ panes }) => panes.map(({ id }) => id));
};

describe('the layout', () => {
	it('fills every screen exactly, with the pane that has the focus and the members on it', () => {
		for (let columns = 60; columns <= 300; columns += 7)
			for (let rows = 15; rows <= 100; rows++)
				for (const focus of paneIds)
					for (const members of [0, 3, 7, 40]) {
						const layout = layoutOf({ columns, rows, members, focus, isZoomed: false });
						if (layout.kind === 'too-small') throw new Error(`too small at ${columns}x${rows}`);
						const { headerRows, bands } = layout;
						const panes = bands.flatMap(band => band.panes);
						const ids = panes.map(({ id }) => id);
						const problems = [
							headerRows + footerRows + bands.reduce((sum, band) => sum + band.rows, 0) === rows || 'rows',
							bands.every(band => band.panes.reduce((sum, pane) => sum + pane.columns, 0) === columns) || 'columns',
							ids.includes(focus) || 'focus',
							ids.includes('members') || 'members',
							new Set(ids).size === ids.length || 'twice',
							bands.every(band => band.rows >= 4) || 'flat',
							panes.every(pane => pane.columns >= 30) || 'narrow',
						].filter(problem => problem !== true);
						if (problems.length > 0)
							throw new Error(`${problems} at ${columns}x${rows}, ${focus}, ${members}: ${JSON.stringify(layout)}`);
					}
	});

	it('gives a zoomed pane all of the body', () => {
		for (const focus of paneIds)
			expect(layoutOf({ columns: 100, rows: 30, members: 3, focus, isZoomed: true })).toEqual({
				kind: 'panes',
				headerRows: 3,
				bands: [{ rows: 26, panes: [{ id: focus, columns: 100 }] }],
			});
	});

	it('is too small in either direction, and only then', () => {
		fc.assert(
			fc.property(fc.nat(400), fc.nat(200), (columns, rows) => {
				const { kind } = layoutOf({ columns, rows, members: 3, focus: 'members', isZoomed: false });
				const isSmall = columns < smallestSize.columns || rows < smallestSize.rows;
				return (kind === 'too-small') === isSmall;
			}),
		);
	});

	it('lets panes give way in the order that it says', () => {
		expect(idsOf(60, 15)).toEqual([['members'], ['database']]);
		expect(idsOf(80, 24)).toEqual([['members'], ['database', 'disk'], ['watch']]);
		expect(idsOf(120, 40)).toEqual([['members'], ['database', 'disk'], ['findings', 'watch']]);
		expect(idsOf(200, 50)).toEqual([['members'], ['database', 'disk', 'leaders'], ['findings', 'watch']]);
		expect(idsOf(60, 40)).toEqual([['members'], ['database'], ['disk'], ['watch'], ['findings']]);
		expect(idsOf(80, 50)).toEqual([['members'], ['database', 'disk'], ['findings'], ['watch']]);
		expect(idsOf(200, 20)).toEqual([['members'], ['database', 'disk', 'watch']]);
	});

	it('shows the pane that has the focus in the place of the last one', () => {
		expect(idsOf(60, 15, 'watch')).toEqual([['members'], ['watch']]);
		expect(idsOf(80, 24, 'findings')).toEqual([['members'], ['database', 'disk'], ['findings']]);
		expect(idsOf(120, 40, 'leaders')).toEqual([['members'], ['database', 'disk'], ['findings', 'leaders']]);
		expect(idsOf(80, 24, 'leaders')).toEqual([['members'], ['database', 'disk'], ['leaders']]);
		expect(idsOf(200, 20, 'leaders')).toEqual([['members'], ['database', 'disk', 'leaders']]);
	});

	it('leaves the members no more than their share', () => {
		const layout = layoutOf({ columns: 120, rows: 40, members: 64, focus: 'members', isZoomed: false });
		const rows = layout.kind === 'panes' ? layout.bands[0]!.rows : 0;
		expect(rows).toBe(16);
	});
});
