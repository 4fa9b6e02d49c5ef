import { describe, expect, it } from 'vitest';
import type { PastRun } from '../../source/operations/record.ts';
import { effectsOf, press } from './operator.ts';
import { having, ready } from './plans.ts';
import { pastRun } from './situations.ts';

const named = (id: string): PastRun => ({ ...pastRun, id });
const read = (...ids: string[]) => ({ kind: 'journal', journal: { runs: ids.map(named), trouble: null } }) as const;
const open = having(press(ready(), 'J'), read('c', 'b', 'a'));

describe('the journal', () => {
	it('is read when it is opened', () => {
		expect(effectsOf(ready(), 'J')).toEqual([{ kind: 'read-journal' }]);
	});

	it('moves along its operations, and opens and closes one', () => {
		const second = press(open, 'down');
		expect(second.mode).toMatchObject({ index: 1, isOpen: false });
		expect(press(open, 'end', 'down').mode).toMatchObject({ index: 2 });
		const whole = press(second, 'enter');
		expect(whole.mode).toMatchObject({ index: 1, isOpen: true, offset: 0 });
		expect(press(whole, 'down').mode).toMatchObject({ index: 1, offset: 1 });
		expect(press(whole, 'escape').mode).toMatchObject({ kind: 'journal', index: 1, isOpen: false });
		expect(press(whole, 'escape', 'escape').mode).toEqual({ kind: 'browse' });
	});

	it('stays with the operation that is looked at when a newer one comes', () => {
		const whole = press(open, 'down', 'enter');
		expect(having(whole, read('d', 'c', 'b', 'a')).mode).toMatchObject({ index: 2, isOpen: true });
		expect(having(whole, read('d')).mode).toMatchObject({ index: 0, isOpen: false });
	});

	it('stays with the newest operation of the list while nothing else was chosen', () => {
		expect(having(open, read('d', 'c', 'b', 'a')).mode).toMatchObject({ index: 0, isOpen: false });
		expect(having(press(open, 'down'), read('d', 'c', 'b', 'a')).mode).toMatchObject({ index: 2 });
	});

	it('opens nothing where there is nothing', () => {
		const empty = having(press(ready(), 'J'), read());
		expect(press(empty, 'enter').mode).toMatchObject({ isOpen: false });
		expect(press(press(ready(), 'J'), 'enter', 'down').mode).toMatchObject({ index: 0, isOpen: false });
	});
});
