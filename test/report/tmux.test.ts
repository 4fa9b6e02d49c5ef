import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../source/format/width.ts';
import { exitCodeOf } from '../../source/report/exit-code.ts';
import { statusTmux } from '../../source/report/tmux.ts';
import {
	cluster,
	denied,
	deniedWithMetrics,
	finding,
	healthy,
	hostile,
	hostileName,
	measured,
	member,
	quorumLost,
	silent,
} from './situations.ts';

describe('status -o tmux', () => {
	it('is a few words for a healthy cluster', () => {
		expect(statusTmux(healthy, [])).toBe('#[fg=green]etcd healthy#[default] m1 db 22% lag 0');
	});

	it('tells the worst of all members', () => {
		const quick = member(1, { fsyncP99: measured(0.001, 0.002) });
		const slow = member(2, {
			fsyncP99: measured(0.128, 0.256),
			lagEntries: 12_345n,
			quota: { kind: 'known', bytes: 2_000_000_000, source: 'flag' },
		});
		expect(statusTmux(cluster([quick, slow, member(3)]), [])).toMatch(/ m1 db 95% lag 12k fsync 128–256 ms$/);
	});

	it('leaves out a member of another cluster', () => {
		const foreign = member(2, { quota: { kind: 'known', bytes: 1, source: 'status' }, fsyncP99: measured(1, 2) });
		const text = statusTmux(cluster([member(1), foreign], { foreignKeys: ['a2'] }), []);
		expect(text).toMatch(/ m1 db 22% lag 0$/);
	});

	it('names the cause, in its colour', () => {
		expect(statusTmux(cluster([member(1), silent(2), member(3)]), [finding('warning')])).toMatch(
			/^#\[fg=yellow\]etcd WARNING m2 does not answer#\[default\] m1 db 22% lag 0$/,
		);
		expect(statusTmux(quorumLost, [finding('critical', { title: 'no quorum' })])).toMatch(
			/^#\[fg=red,bold\]etcd CRITICAL no quorum#\[default\]/,
		);
		expect(statusTmux(deniedWithMetrics, [finding('warning')])).toMatch(/ m1 db 22% lag 0$/);
		expect(statusTmux(denied, [])).toMatch(/^#\[fg=red,bold\]etcd [^#]+#\[default\]$/);
	});

	it('lets no name speak to tmux', () => {
		const text = statusTmux(hostile, [finding('critical', { title: hostileName })]);
		expect(text.replaceAll('##', '')).toMatch(/^#\[fg=red,bold\][^#]*#\[default\][^#]*$/);
		expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	});

	it('stays short', () => {
		const name = 'a very long name of a member '.repeat(20);
		const long = cluster([member(1, { name })], {
			leader: { id: 'a1', name, term: 5n, sinceMs: 0, sinceIsAtLeast: true },
		});
		expect(displayWidth(statusTmux(long, [finding('critical', { title: name })]))).toBeLessThan(120);
	});
});

describe('exitCodeOf', () => {
	it('lets a mere warning pass where only what is critical counts', () => {
		const levels = ['healthy', 'warning', 'critical', 'unreachable', 'waiting'] as const;
		expect(levels.map(level => exitCodeOf(level, 'critical'))).toEqual([0, 0, 2, 3, 3]);
	});

	it('is what scripts rely on', () => {
		expect(
			(['healthy', 'warning', 'critical', 'unreachable', 'waiting'] as const).map(level => exitCodeOf(level)),
		).toEqual([0, 1, 2, 3, 3]);
	});
});
