import { describe, expect, it } from 'vitest';
import { plainText } from '../../source/format/line.ts';
import { type Column, layoutColumns } from '../../source/format/table.ts';
import { displayWidth } from '../../source/format/width.ts';

type Row = { readonly name: string; readonly size: string; readonly note: string };

const columns: readonly Column<Row>[] = [
	{ id: 'name', title: 'NAME', align: 'left', importance: 9, minWidth: 6, cell: row => row.name },
	{ id: 'size', title: 'DB SIZE', align: 'right', importance: 5, minWidth: 7, maxWidth: 9, cell: row => row.size },
	{
		id: 'note',
		title: 'NOTE',
		align: 'left',
		importance: 1,
		minWidth: 8,
		grow: 1,
		cell: row => ({ text: row.note, tone: 'warning' }),
	},
];

const rows: readonly Row[] = [
	{ name: 'etcd-long-name', size: '25 kB', note: 'slow' },
	{ name: '日本', size: '1.9 GB', note: '' },
];

const draw = (widthCells: number, of = rows) => {
	const { header, lines } = layoutColumns(columns, of, widthCells);
	return [header, ...lines].map(plainText);
};

describe('layoutColumns', () => {
	it('gives each column what it needs and the rest to those that grow', () => {
		expect(draw(50)).toEqual([
			'NAME            DB SIZE  NOTE                     ',
			'etcd-long-name    25 kB  slow                     ',
			'日本             1.9 GB  '.padEnd(48),
		]);
	});

	it('lets the least important column go first, whatever the rows hold', () => {
		const idsAt = (widthCells: number, of = rows) =>
			layoutColumns(columns, of, widthCells).columns.map(column => column.id);
		expect(idsAt(25)).toEqual(['name', 'size', 'note']);
		expect(idsAt(24)).toEqual(['name', 'size']);
		expect(idsAt(15)).toEqual(['name', 'size']);
		expect(idsAt(14)).toEqual(['name']);
		expect(idsAt(2)).toEqual(['name']);
		for (let width = 1; width < 60; width++) expect(idsAt(width, [])).toEqual(idsAt(width));
	});

	it('shortens values in what is left, the important column last', () => {
		expect(draw(20)).toEqual(['NAME         DB SIZE', 'etcd-long-…    25 kB', '日本          1.9 GB']);
		expect(draw(4)).toEqual(['NAME', 'etc…', '日本']);
	});

	it('never exceeds the width nor a column its greatest width', () => {
		const long = [{ name: 'n'.repeat(99), size: '9'.repeat(99), note: '🚀'.repeat(99) }];
		for (let width = 1; width < 120; width++)
			for (const text of draw(width, long)) expect(displayWidth(text)).toBeLessThanOrEqual(width);
		expect(layoutColumns(columns, long, 300).columns[1]!.widthCells).toBe(9);
	});

	it('keeps a column of fixed width still while its values change', () => {
		const fixed = { ...columns[1]!, minWidth: 9, maxWidth: 9 };
		const widthWith = (size: string) =>
			layoutColumns([columns[0]!, fixed], [{ name: 'm1', size, note: '' }], 80).columns.map(c => c.widthCells);
		expect(widthWith('1 B')).toEqual(widthWith('123456789012345'));
	});

	it('needs no width at all: the content decides', () => {
		expect(draw(Number.POSITIVE_INFINITY)[1]).toBe('etcd-long-name    25 kB  slow    ');
	});

	it('keeps tones, and the title tone for the heads', () => {
		const { header, lines } = layoutColumns(columns, rows, 60);
		expect(header.map(segment => segment.tone)).toEqual(['title', 'title', 'title']);
		expect(lines[0]!.map(segment => segment.tone)).toEqual([undefined, undefined, 'warning']);
	});
});
