import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHistory } from '../source/cluster/history.ts';
import type { Reading } from '../source/cluster/reading.ts';
import type { Effect } from '../source/control/event.ts';
import type { View } from '../source/control/view.ts';
import { createJudge } from '../source/diagnosis/judge.ts';
import { type Monitor, startMonitor } from '../source/monitor.ts';
import { changeOf, memberOf, statusOf } from './cluster/story.ts';

const size = { columns: 80, rows: 24 };
/** How far a panel could be scrolled if there were one. */
const reach = { lastOffset: 7, panelRows: 5 };
let monitor: Monitor;
let views: View[];
let effects: Effect[];
const now = () => ({ atMs: performance.now(), timeMs: Date.now() });

beforeEach(() => {
	vi.useFakeTimers();
	views = [];
	effects = [];
	monitor = startMonitor({
		history: createHistory({ quotaFlagBytes: null }),
		judge: createJudge(null),
		now,
		size,
		source: '--endpoints',
		faults: null,
		readOnly: false,
		draw: view => {
			views.push(view);
			return reach;
		},
		perform: effect => void effects.push(effect),
	});
});

afterEach(() => {
	monitor.stop();
	vi.useRealTimers();
});

const members = (): Reading => ({
	...now(),
	kind: 'members',
	clusterId: 'c1',
	members: [memberOf('1')],
	failure: null,
	targets: [{ key: '1', endpoint: 'http://1:2379' }],
});
const status = (): Reading => ({
	...now(),
	kind: 'status',
	key: '1',
	endpoint: 'http://1:2379',
	outcome: { kind: 'answered', status: statusOf('1'), latencySeconds: 0.001 },
});
const keys = (): Reading => ({
	...now(),
	kind: 'keys',
	revision: 7n,
	changes: new Map([['pods', { put: 1, delete: 0, bytes: 1 }]]),
	lines: [changeOf('a')],
	unlisted: 0,
});

/** Frames that were drawn while so much time went by. */
function framesIn(milliseconds: number): number {
	const before = views.length;
	vi.advanceTimersByTime(milliseconds);
	return views.length - before;
}

describe('painting', () => {
	it('draws the first frame at once', () => {
		expect(views).toHaveLength(1);
		expect(views[0]?.health.level).toBe('waiting');
	});

	it('makes one frame of a round of answers', () => {
		monitor.read(members());
		for (let member = 0; member < 7; member++) monitor.read(status());
		expect(views).toHaveLength(1);
		expect(framesIn(100)).toBe(1);
		expect(views.at(-1)?.snapshot.members[0]?.state.kind).toBe('serving');
	});

	it('makes four frames a second of a storm of changes', () => {
		let frames = 0;
		for (let batch = 0; batch < 100; batch++) {
			monitor.read(keys());
			frames += framesIn(10);
		}
		expect(frames).toBeGreaterThanOrEqual(3);
		expect(frames).toBeLessThanOrEqual(4);
	});

	it('does not let a slow kind put off a quick one', () => {
		monitor.read(keys());
		monitor.read(status());
		expect(framesIn(60)).toBe(1);
	});

	it('goes on without readings, about once a second', () => {
		const frames = framesIn(10_000);
		expect(frames).toBeGreaterThanOrEqual(9);
		expect(frames).toBeLessThanOrEqual(10);
	});

	it('follows a key at once', () => {
		monitor.happen({ kind: 'key', name: '?', text: '?' });
		expect(views).toHaveLength(2);
		expect(views.at(-1)?.state.mode.kind).toBe('help');
	});

	it('records while it is paused, and draws only the clock', () => {
		monitor.read(members());
		monitor.read(status());
		framesIn(100);
		monitor.happen({ kind: 'key', name: 'space', text: ' ' });
		const paused = views.at(-1)!.atMs;
		let frames = 0;
		for (let turn = 0; turn < 20; turn++) {
			monitor.read(status());
			frames += framesIn(100);
		}
		expect(frames).toBeLessThanOrEqual(2);
		expect(views.at(-1)?.atMs).toBe(paused);
		monitor.happen({ kind: 'key', name: 'space', text: ' ' });
		expect(views.at(-1)!.atMs).toBeGreaterThan(paused + 1000);
		expect(views.at(-1)?.snapshot.members[0]?.numbers?.atMs).toBeGreaterThan(paused + 1000);
	});

	it('performs what was asked for, and draws nothing after its end', () => {
		monitor.happen({ kind: 'key', name: 'ctrl+l', text: '' });
		expect(effects).toEqual([{ kind: 'redraw' }]);
		monitor.stop();
		const drawn = views.length;
		monitor.read(status());
		monitor.happen({ kind: 'key', name: 'q', text: 'q' });
		vi.advanceTimersByTime(5000);
		expect([views.length, effects.length]).toEqual([drawn, 1]);
		expect(vi.getTimerCount()).toBe(0);
	});
});
