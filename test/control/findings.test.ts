import { describe, expect, it } from 'vitest';
import { entriesIn } from '../../source/control/finding-entries.ts';
import { bindingFor } from '../../source/control/keymap.ts';
import type { State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import type { AlertRun } from '../../source/diagnosis/alerts/alert.ts';
import { alertRules } from '../../source/diagnosis/alerts/rules.ts';
import type { Remedy } from '../../source/diagnosis/finding.ts';
import { found, foundJudge, pendingAlert } from './found.ts';
import { effectsOf, key, nowMs, press } from './operator.ts';
import { begun, ready } from './plans.ts';

const three = [
	found(),
	found({ rule: 'fsync-slow', member: '1', remedy: { operation: 'move-leader', member: '2' } }),
	found({ rule: 'no-spare-voter', member: null, severity: 'info', remedy: null }),
];

const having = (findings = three, patch: Partial<State> = {}): State => ({
	...ready(patch),
	judge: foundJudge(findings, [pendingAlert()]),
});

const titleOf = ({ mode }: State) =>
	mode.kind !== 'finding'
		? mode.kind
		: mode.entry.kind === 'finding'
			? mode.entry.finding.rule
			: mode.entry.runs[0].rule.name;

const helped = (remedy: Remedy, patch: Partial<State> = {}) => press(having([found({ remedy })], patch), 'f', 'enter');

const requestOf = (state: State, name: string) => {
	const [effect] = effectsOf(state, name);
	return effect?.kind === 'prepare' ? effect.request : null;
};

describe('the pane of the findings', () => {
	it('is gone to by its key from every pane, and back', () => {
		for (const focus of ['members', 'watch', 'disk'] as const) {
			const there = press(having(three, { focus }), 'f');
			expect(there.focus).toBe('findings');
			expect(press(there, 'f').focus).toBe(focus);
		}
		expect(press(having(three, { focus: 'findings' }), 'f').focus).toBe('members');
	});

	it('is gone through by arrows, findings and then alerts, and stops at both ends', () => {
		const state = press(having(), 'f');
		const rule = (...keys: string[]) => titleOf(press(state, ...keys, 'enter'));
		expect(rule()).toBe('fragmentation');
		expect(rule('down')).toBe('fsync-slow');
		expect(rule('end')).toBe('etcdMembersDown');
		expect(rule('end', 'down')).toBe('etcdMembersDown');
		expect(rule('end', 'up')).toBe('no-spare-voter');
		expect(rule('end', 'home', 'up')).toBe('fragmentation');
	});

	it('begins at the gravest for whoever comes anew', () => {
		const left = press(having(), 'f', 'down', 'f');
		const later = { ...left, judge: foundJudge([found({ rule: 'nospace', severity: 'critical' }), ...three]) };
		expect(titleOf(press(later, 'f', 'enter'))).toBe('nospace');
	});

	it('joins what one alert says of several members, firing before pending and the longest first', () => {
		const of = (instance: string, patch: Partial<AlertRun> = {}) => pendingAlert({ labels: { instance }, ...patch });
		const other = pendingAlert({ rule: alertRules[1]! });
		const alerts = [
			of('late', { pendingAtMs: 5 }),
			of('early', { pendingAtMs: 1 }),
			other,
			of('firing', { firingAtMs: 9 }),
		];
		const entries = entriesIn({ findings: [], alerts });
		expect(
			entries.map(entry => (entry.kind === 'alert' ? entry.runs.map(({ labels }) => labels.instance) : null)),
		).toEqual([['firing', 'early', 'late'], [undefined]]);
	});

	it('keeps the choice where others come before it, and starts anew when it is gone', () => {
		const chosen = press(having(), 'f', 'down');
		const later = { ...chosen, judge: foundJudge([found({ rule: 'nospace', severity: 'critical' }), ...three]) };
		expect(titleOf(press(later, 'enter'))).toBe('fsync-slow');
		const gone = { ...chosen, judge: foundJudge([found({ rule: 'nospace' })]) };
		expect(titleOf(press(gone, 'enter'))).toBe('nospace');
	});

	it('tells two findings of one rule about one member apart', () => {
		const state = press(having([found({ title: 'one' }), found({ title: 'two' })]), 'f', 'down', 'enter');
		expect(state.mode).toMatchObject({ entry: { finding: { title: 'two' } } });
	});

	it('says that there is nothing to open', () => {
		const state = press({ ...ready(), judge: foundJudge([]) }, 'f', 'enter');
		expect([state.mode.kind, state.isZoomed]).toEqual(['browse', false]);
		expect(state.notice?.text).toContain('nothing is wrong');
	});

	it('is zoomed by a key of its own, which zooms others too', () => {
		expect(press(having(), 'f', 'z').isZoomed).toBe(true);
		expect(press(having(), 'f', 'z', 'escape').isZoomed).toBe(false);
		expect(press(having(), 'z').isZoomed).toBe(true);
	});
});

describe('a finding that is open', () => {
	it('gives way to the next one and the one before, from its start', () => {
		const state = press(having(), 'f', 'enter', 'pagedown', 'down');
		expect(titleOf(state)).toBe('fsync-slow');
		expect(state.mode).toMatchObject({ offset: 0 });
		expect(titleOf(press(state, 'up', 'up'))).toBe('fragmentation');
		expect(titleOf(press(state, 'end'))).toBe('etcdMembersDown');
	});

	it('is scrolled no further than it is long', () => {
		const state = press(having(), 'f', 'enter', 'pagedown', 'pagedown', 'pagedown');
		expect(update(state, { kind: 'drawn', lastOffset: 2, panelRows: 5 })[0].mode).toMatchObject({ offset: 2 });
		expect(press(state, 'pageup', 'pageup', 'pageup', 'pageup').mode).toMatchObject({ offset: 0 });
	});

	it('is closed by Escape, back at the list, and at the operation below it', () => {
		const closed = press(having(), 'f', 'down', 'enter', 'escape');
		expect([closed.mode.kind, closed.focus]).toEqual(['browse', 'findings']);
		expect(titleOf(press(closed, 'enter'))).toBe('fsync-slow');
		const running = { ...begun(), judge: foundJudge(three) };
		expect(press(running, 'f', 'enter').mode.kind).toBe('finding');
		expect(press(running, 'f', 'enter', 'escape').mode.kind).toBe('run');
	});

	it('stays what it was when it has gone', () => {
		const state = { ...press(having(), 'f', 'enter'), judge: foundJudge([]) };
		expect(titleOf(update(state, { kind: 'tick', now: { atMs: nowMs + 1000, timeMs: 0 } })[0])).toBe('fragmentation');
		expect(effectsOf(state, 'enter')).toEqual([]);
		expect(effectsOf(state, 'd')).toEqual([]);
	});
});

describe('the operation that helps', () => {
	it.each([
		['defragment-member', '2', 'd', { operation: 'defragment-member', member: 'm2', rule: null }],
		['defragment-cluster', null, 'D', { operation: 'defragment-cluster', rule: null }],
		['move-leader', '2', 'm', { operation: 'move-leader', to: 'm2' }],
		['member-remove', '3', 'M', { operation: 'member-remove', member: 'm3' }],
		['check-hash', null, 'h', { operation: 'check-hash' }],
	] as const)('%s is asked for by Enter and by its key, for the right member', (operation, member, name, request) => {
		// Another member is selected on the screen: the finding counts.
		const state = helped({ operation, member }, { selectedKey: '1' });
		for (const pressed of ['enter', name]) {
			expect(requestOf(state, pressed)).toEqual(request);
			expect(press(state, pressed).mode.kind).toBe('confirm');
		}
	});

	it.each([
		['compact', null, 'compact'],
		['snapshot', '2', 'snapshot'],
		['defragment-member', null, 'defragment-member'],
		['defragment-member', 'nobody', 'defragment-member'],
		['member-add', null, 'members'],
	] as const)('%s for %s leads to its menu', (operation, member, menu) => {
		const after = press(helped({ operation, member }, { selectedKey: '1' }), 'enter');
		expect(after.mode).toMatchObject({ kind: 'menu', menu });
		expect(after.selectedKey).toBe('1');
	});

	it('has no key where none helps, or another one would', () => {
		const state = helped({ operation: 'check-hash', member: null });
		expect(bindingFor(state, 'd')).toBeNull();
		expect(bindingFor(press(having([found({ remedy: null })]), 'f', 'enter'), 'enter')).toBeNull();
	});

	it('cannot be had while the cluster does not let it, and not at all where nothing may be changed', () => {
		const full = { operation: 'recover-space', member: null } as const;
		for (const patch of [{}, { readOnly: true }])
			for (const name of ['enter', 'a']) expect(effectsOf(helped(full, patch), name)).toEqual([]);
		expect(effectsOf(helped({ operation: 'check-hash', member: null }, { readOnly: true }), 'enter')).toEqual([]);
	});

	it('cannot be had for a past screen', () => {
		const past = press(having([found()]), 'space', 'f', 'enter');
		expect(past.mode.kind).toBe('finding');
		expect(effectsOf(past, 'enter')).toEqual([]);
		expect(update(past, key('d'))[0].mode.kind).toBe('finding');
	});
});
