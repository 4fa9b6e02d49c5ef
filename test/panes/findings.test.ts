import { describe, expect, it } from 'vitest';
import type { State } from '../../source/control/state.ts';
import type { KnownFinding } from '../../source/diagnosis/finding-log.ts';
import { displayWidth } from '../../source/format/width.ts';
import { found, foundJudge, pendingAlert } from '../control/found.ts';
import { paintedRows, plain } from './draw.tsx';
import { pressed, situations, stateOf } from './scenes.ts';

const sizes = [
	{ columns: 60, rows: 15 },
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
	{ columns: 200, rows: 50 },
];

const many = Array.from({ length: 30 }, (_, index) =>
	found({
		rule: `rule-${index}`,
		title: `title ${index}.`,
		severity: index < 3 ? 'critical' : index < 20 ? 'warning' : 'info',
		evidence: 'a long sentence of evidence '.repeat(index % 7),
		remedy: null,
	}),
);

const having = (findings: readonly KnownFinding[], size: State['size']): State => ({
	...stateOf(situations.healthy, size),
	judge: foundJudge(findings, [pendingAlert()]),
});

const shown = (state: State) => paintedRows(state).map(plain);
const rowWith = (state: State, text: string) => shown(state).find(row => row.includes(text));

describe('the pane of the findings', () => {
	it('keeps the chosen one in view, however many there are and however small it is', () => {
		for (const size of sizes)
			for (const count of [0, 1, 5, 17, 29]) {
				const state = pressed(having(many, size), ['f', ...Array<string>(count).fill('down')]);
				expect(shown(state).join('\n'), `${size.columns}x${size.rows}`).toContain(` title ${count}.`);
				expect([...new Set(shown(state).map(displayWidth))]).toEqual([size.columns]);
				expect(shown(state).join('\n')).toContain(`${count + 1} of 31`);
			}
	});

	it('is on the screen without a key wherever it has a place, whether anything is wrong or not', () => {
		for (const findings of [[], many]) {
			expect(rowWith(having(findings, sizes[2]!), '╭ Findings')).toBeDefined();
			expect(rowWith(having(findings, sizes[3]!), '╭ Findings')).toBeDefined();
			expect(rowWith(having(findings, sizes[1]!), 'Findings')).toBeUndefined();
		}
	});

	it('tells age, count and that one is gone for the moment', () => {
		const size = { columns: 200, rows: 50 };
		const { atMs } = stateOf(situations.healthy, size).now;
		const row = (patch: Partial<KnownFinding>) =>
			rowWith(having([found({ title: 'what is wrong', sinceMs: atMs - 12_000, ...patch })], size), '▲ what is wrong');
		expect(row({})).toMatch(/ for 12s [│┃]/);
		expect(row({ count: 3 })).toMatch(/ 3x in the last hour, for 12s [│┃]/);
		expect(row({ count: 3, goneAtMs: atMs - 5000 })).toMatch(/ 3x in the last hour, gone 5s ago [│┃]/);
		expect(row({ sinceMs: atMs })).toMatch(/ new [│┃]/);
		// It held already when reading began: for how long before that nobody knows.
		expect(row({ sinceMs: 1000 })).toMatch(/ for >9m 59s [│┃]/);
	});

	it('claims that nothing is wrong only of a cluster that was read', () => {
		const size = { columns: 200, rows: 50 };
		expect(rowWith(having([], size), '✓ nothing is wrong')).toBeDefined();
		expect(rowWith(having([found({ severity: 'info' })], size), 'nothing is wrong; worth knowing')).toBeDefined();
		expect(rowWith(having([found()], size), 'nothing is wrong')).toBeUndefined();
		expect(rowWith(having([found({ goneAtMs: 0, count: 2 })], size), 'nothing is wrong')).toBeDefined();
		const silent = stateOf(situations['auth-denied'], size);
		expect(rowWith({ ...silent, judge: foundJudge([]) }, 'nothing can be judged')).toBeDefined();
	});
});

describe('a finding that is open', () => {
	const size = { columns: 120, rows: 40 };

	it('names the key that helps only where it can be had, and nothing where nothing may be changed', () => {
		const finding = found({ member: '91bc3c398fb3c146', remedy: { operation: 'defragment-member', member: null } });
		const open = (patch: Partial<State> = {}) =>
			shown(pressed({ ...having([finding], size), ...patch }, ['f', 'enter'])).join('\n');
		expect(open()).toContain('press d or Enter: Defragment one member');
		expect(open({ readOnly: true })).not.toMatch(/press|Defragment/);
		expect(open()).toContain('warning  m2, for');
		const past = pressed(having([finding], size), ['space', 'f', 'enter']);
		expect(shown(past).join('\n')).toMatch(/Defragment one member helps; not now: paused; Esc, then Space goes live/);
	});

	it('says that it has gone, and offers nothing any more', () => {
		const state = { ...pressed(having([found()], size), ['f', 'enter']), judge: foundJudge([]) };
		expect(shown(state).join('\n')).toContain('it holds no more');
		expect(shown(state).join('\n')).not.toContain('press');
	});

	it('has every kind of chart, and does without one where nothing was measured', () => {
		const chart = (drawn: KnownFinding['chart']) =>
			shown(pressed(having([found({ chart: drawn })], size), ['f', 'enter'])).join('\n');
		expect(chart({ kind: 'latency', latency: 'fsync', member: null })).toMatch(/WAL fsync p99 {2}● m1 {2}● m2 {2}● m3/);
		expect(chart({ kind: 'latency', latency: 'commit', member: '91bc3c398fb3c146' })).toMatch(
			/backend commit p99 {2}● m2/,
		);
		expect(chart({ kind: 'latency', latency: 'peerRtt', member: null })).toContain('peer round trip p99');
		expect(chart({ kind: 'gauge', gauge: 'dbSize', member: null })).toMatch(/database file.*\n.*2\.1 GB┤/);
		expect(chart({ kind: 'gauge', gauge: 'inUse', member: null })).toContain('data in use');
		expect(chart({ kind: 'gauge', gauge: 'latency', member: null })).toContain('latency of Status');
		expect(chart({ kind: 'writes' })).toMatch(/write transactions.*\n.*\/s┤/);
		expect(chart({ kind: 'latency', latency: 'fsync', member: 'nobody' })).not.toContain('Chart');
	});
});
