import { describe, expect, it } from 'vitest';
import { chooseTarget, parseMark, type TargetEvidence } from '../../source/operations/compact-target.ts';
import { ageOf, type RevisionBefore, watchedSeconds } from '../../source/operations/history-of-revisions.ts';

const evidence = (patch: Partial<TargetEvidence> = {}): TargetEvidence => ({
	head: 10_000n,
	compacted: 2000n,
	seen: null,
	watchedSeconds: null,
	mark: { kind: 'none' },
	...patch,
});

const keep = (seconds: number, patch: Partial<TargetEvidence> = {}) =>
	chooseTarget({ kind: 'keep', seconds }, evidence(patch));
const mark = (revision: bigint) => ({ kind: 'read', revision }) as const;
const seen = (revision: bigint, ageSeconds = 301) => ({ revision, ageSeconds });

describe('keeping some minutes of history', () => {
	it('takes what this process has seen, or the mark of kube-apiserver, whichever frees more', () => {
		expect(keep(300, { seen: seen(8000n), mark: mark(7000n) })).toMatchObject({ kind: 'compact', revision: 8000n });
		expect(keep(300, { seen: seen(7000n), mark: mark(8000n) })).toMatchObject({
			kind: 'compact',
			revision: 8000n,
			isOldByMark: true,
		});
	});

	it('does not trust the mark with more than five minutes', () => {
		expect(keep(300, { mark: mark(8000n) })).toMatchObject({ kind: 'compact', revision: 8000n });
		expect(keep(301, { mark: mark(8000n) })).toMatchObject({ kind: 'stop' });
		expect(keep(3600, { mark: mark(8000n), seen: seen(5000n, 3601) })).toMatchObject({ revision: 5000n });
	});

	it('has nothing to do where kube-apiserver has just done it', () => {
		expect(keep(300, { mark: mark(2000n) })).toEqual({
			kind: 'nothing',
			text:
				'already compacted to 2,000 by kube-apiserver; 8,000 revisions of history are left; to drop more, ' +
				'give --revision N or --revision head, or leave the monitor running for 5m 00s',
		});
	});

	it('says that what is left is young where it has seen that', () => {
		expect(keep(300, { seen: seen(1500n, 320) })).toEqual({
			kind: 'nothing',
			text: 'already compacted to 2,000; 8,000 revisions of history are left, all younger than 5m 20s',
		});
	});

	it('names flags only where there is a command line', () => {
		const atMonitor = keep(300, { mark: mark(2000n), watchedSeconds: 42 });
		expect(atMonitor).toHaveProperty(
			'text',
			expect.stringContaining('; to drop more, choose a revision or the head, or'),
		);
		expect(keep(300, {})).toHaveProperty('why', expect.stringContaining('; give --revision N or --revision head, or'));
	});

	it('asks for a revision where nothing tells which one is old enough', () => {
		const choice = keep(300, { watchedSeconds: 42 });
		expect(choice).toMatchObject({ kind: 'stop' });
		expect(choice).toHaveProperty(
			'why',
			expect.stringMatching(/watched for only 42s.*; choose a revision or the head, or leave the monitor running/),
		);
		const unreadable = { kind: 'unreadable', why: 'compact_rev_key could not be read: permission denied' } as const;
		expect(keep(300, { mark: unreadable })).toHaveProperty('why', expect.stringContaining('permission denied'));
	});

	it('passes over a mark from another life of the cluster', () => {
		expect(keep(300, { mark: mark(10_001n) })).toMatchObject({ kind: 'stop' });
		expect(keep(300, { mark: mark(10_001n), seen: seen(9000n) })).toMatchObject({ revision: 9000n });
	});

	it('goes by the best guess where nobody tells how far history reaches', () => {
		expect(keep(300, { mark: mark(1n), compacted: null })).toMatchObject({ kind: 'compact', revision: 1n });
	});
});

describe('a chosen revision', () => {
	const choose = (revision: bigint, patch: Partial<TargetEvidence> = {}) =>
		chooseTarget({ kind: 'revision', revision }, evidence(patch));

	it('may be the head, and not beyond it', () => {
		expect(choose(10_000n)).toMatchObject({ kind: 'compact', isHead: true });
		expect(choose(9999n)).toMatchObject({ kind: 'compact', isHead: false });
		expect(choose(10_001n)).toEqual({
			kind: 'stop',
			why: '10,001 is a future revision: the newest is 10,000; give that or a lower one',
		});
	});

	it('is done already where history begins later', () => {
		expect(choose(2000n)).toEqual({
			kind: 'nothing',
			text: 'already compacted to 2,000; 8,000 revisions of history are left',
		});
		expect(choose(2001n)).toMatchObject({ kind: 'compact' });
		expect(choose(0n, { compacted: null })).toMatchObject({ kind: 'stop' });
	});

	it('has nothing left to do at a head that is compacted', () => {
		expect(chooseTarget({ kind: 'head' }, evidence({ compacted: 10_000n }))).toMatchObject({ kind: 'nothing' });
		expect(chooseTarget({ kind: 'head' }, evidence())).toMatchObject({ revision: 10_000n, isHead: true });
	});
});

describe('the mark', () => {
	const parse = (text: string) => parseMark(new TextEncoder().encode(text));

	it('is a revision in decimal, and 0 before the first compaction', () => {
		expect(parse('123456')).toEqual({ kind: 'read', revision: 123_456n });
		expect(parse('0')).toEqual({ kind: 'none' });
	});

	it.each(['', '-1', '12 ', '0x10', '1e6', 'ten', '\u001b[2J'])('is not %j', text => {
		expect(parse(text)).toEqual({ kind: 'unreadable', why: 'compact_rev_key holds no revision' });
	});
});

describe('the age of a revision', () => {
	/** Ten revisions a second up to 6000, watched for ten minutes. */
	const before: RevisionBefore = seconds =>
		seconds > 600 ? null : { revision: BigInt(6000 - Math.ceil(seconds) * 10), ageSeconds: Math.ceil(seconds) };

	it('is how long ago the cluster had it', () => {
		expect(ageOf(6000n - 3000n, before)).toEqual({ seconds: 300, isAtLeast: false });
		expect(ageOf(6000n, before)).toEqual({ seconds: 0, isAtLeast: false });
		expect(ageOf(6005n, before)).toEqual({ seconds: 0, isAtLeast: false });
	});

	it('is at least the time that was watched for what was there before', () => {
		expect(ageOf(0n, before)).toEqual({ seconds: 600, isAtLeast: true });
		expect(watchedSeconds(before)).toBe(600);
	});

	it('is not known where nothing was watched', () => {
		expect(ageOf(1n, () => null)).toBeNull();
		expect(watchedSeconds(() => null)).toBeNull();
	});
});
