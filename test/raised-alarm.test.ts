import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../source/cluster/snapshot.ts';
import { raisedAlarm } from '../source/raised-alarm.ts';
import { cluster, member } from './report/situations.ts';

const withAlarms = (...alarms: Snapshot['alarms']) => cluster([member(1), member(2), member(3)], { alarms });
const asked = (changes: { readonly member?: string; readonly type?: 'NOSPACE' | 'CORRUPT' } = {}) =>
	({ operation: 'disarm-alarm', member: null, type: null, ...changes }) as const;

const noSpace = { member: 'a1', type: 'NOSPACE' } as const;
const corrupt = { member: 'a2', type: 'CORRUPT' } as const;

describe('the alarm that is meant', () => {
	it('is the only one that is raised', () => {
		expect(raisedAlarm(asked(), withAlarms(noSpace))).toEqual({
			operation: 'disarm-alarm',
			member: 'a1',
			type: 'NOSPACE',
		});
		expect(raisedAlarm(asked(), withAlarms())).toBeNull();
	});

	it('is never guessed where there are several', () => {
		expect(() => raisedAlarm(asked(), withAlarms(noSpace, corrupt))).toThrow(
			'2 alarms are raised: NOSPACE by m1 and CORRUPT by m2; choose one with --member NAME and --type TYPE',
		);
	});

	it.each([
		[{ type: 'CORRUPT' }, corrupt],
		[{ member: 'm1' }, noSpace],
		[{ member: 'a2' }, corrupt],
		[{ member: 'http://127.0.0.1:22379' }, corrupt],
		[{ member: 'm3' }, null],
		[{ member: 'm1', type: 'CORRUPT' }, null],
	] as const)('fits what was named: %j', (named, alarm) => {
		const request = raisedAlarm(asked(named), withAlarms(noSpace, corrupt));
		expect(request).toEqual(alarm === null ? null : { operation: 'disarm-alarm', ...alarm });
	});

	it('needs a member that there is, and one that is known', () => {
		expect(() => raisedAlarm(asked({ member: 'm9' }), withAlarms(noSpace))).toThrow('there is no member m9');
		const unknown = withAlarms({ member: null, type: 'NOSPACE' });
		expect(() => raisedAlarm(asked(), unknown)).toThrow(
			'NOSPACE by a member that is not known is raised; say whose with',
		);
		expect(raisedAlarm(asked({ member: 'm2' }), unknown)).toMatchObject({ member: 'a2', type: 'NOSPACE' });
	});
});
