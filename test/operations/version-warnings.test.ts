import { describe, expect, it } from 'vitest';
import { type WarnedOperation, warningsFor } from '../../source/operations/version-warnings.ts';

describe('what to know of a version', () => {
	it.each<[WarnedOperation, string, number]>([
		['defragment', '3.3.27', 2],
		['defragment', '3.4.34', 2],
		['defragment', '3.4.35', 1],
		['defragment', '3.4.38', 0],
		['defragment', '3.5.0', 3],
		['defragment', '3.5.6', 2],
		['defragment', '3.5.17', 1],
		['defragment', '3.5.23', 0],
		['defragment', '3.6.4', 1],
		['defragment', '3.6.5', 0],
		['defragment', '3.7.0', 0],
		['defragment', '4.0.0', 0],
		['defragment-leader', '3.6.14', 1],
		['defragment-leader', '3.7.0', 0],
		['defragment-leader', '3.10.0', 0],
		['compact', '3.4.30', 2],
		['compact', '3.5.13', 1],
		['compact', '3.5.18', 0],
		['list-alarms', '3.4.23', 0],
		['list-alarms', '3.5.4', 1],
		['list-alarms', '3.5.5', 0],
		['member-update', '3.5.30', 1],
		['member-update', '3.6.12', 0],
		['defragment', '3.5.6-rc.1', 2],
	])('%s on %s: %i', (operation, version, count) => {
		expect(warningsFor(operation, version)).toHaveLength(count);
	});

	it('is nothing where the version is not known', () => {
		expect(warningsFor('defragment', null)).toEqual([]);
		expect(warningsFor('defragment', '\x1b[2J')).toEqual([]);
	});

	it('names the version and the releases that mended it', () => {
		expect(warningsFor('defragment', '3.6.0')).toEqual([
			'etcd 3.6.0: may corrupt its data if the leader sends it a snapshot meanwhile; mended in 3.4.38, 3.5.23 and 3.6.5',
		]);
	});
});
