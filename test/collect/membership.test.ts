import { describe, expect, it } from 'vitest';
import { createMembership, type Row } from '../../source/collect/membership.ts';
import { compareNames } from '../../source/collect/names.ts';
import { memberOf } from '../cluster/story.ts';

const endpoint = 'http://1:2379';
const listOf = (...ids: string[]) => ({ clusterId: 'c1', answeredBy: ids[0]!, members: ids.map(id => memberOf(id)) });

function watched(endpoints: readonly string[] = [endpoint], discovery = true) {
	const rows: { readonly row: Row; readonly signal: AbortSignal }[] = [];
	const forgotten: string[] = [];
	const membership = createMembership({
		endpoints,
		discovery,
		signal: new AbortController().signal,
		startRow: (row, signal) => rows.push({ row, signal }),
		forgetKey: key => forgotten.push(key),
		startStray: () => {},
		announce: () => {},
	});
	membership.begin();
	const running = () => rows.filter(({ signal }) => !signal.aborted).map(({ row }) => row.key);
	return { membership, rows, forgotten, running };
}

describe('the rows that are read', () => {
	it('go on under the id of the member that answered first, without being asked again', () => {
		const { membership, rows, forgotten, running } = watched();
		expect(membership.identify(endpoint, '1', 'c1')).toBe('1');
		expect([rows.length, running(), forgotten]).toEqual([1, ['1'], [endpoint]]);
	});

	it('go on under the id that the list tells, beside new rows for the other members', () => {
		const { membership, rows, running } = watched();
		membership.listed(endpoint, listOf('1', '2', '10'));
		expect([rows.length, running()]).toEqual([3, ['1', '2', '10']]);
	});

	it('end with their member', () => {
		const { membership, forgotten, running } = watched();
		membership.listed(endpoint, listOf('1', '2'));
		membership.listed(endpoint, listOf('1'));
		expect([running(), forgotten]).toEqual([['1'], [endpoint, '2']]);
	});

	it('show a given endpoint of another cluster, and ask nothing else of it', () => {
		const other = 'http://other:2379';
		const { membership, running } = watched([endpoint, other]);
		membership.identify(other, '9', 'c2');
		membership.listed(endpoint, listOf('1', '2'));
		expect([running(), membership.isForeign(other), membership.isForeign(endpoint)]).toEqual([
			['1', '9', '2'],
			true,
			false,
		]);
	});

	it('take a cluster that was made anew at the same address for the one to watch', () => {
		const { membership, running } = watched();
		membership.listed(endpoint, listOf('1', '2'));
		membership.identify(endpoint, '8', 'c2');
		expect(membership.isForeign(endpoint)).toBe(false);
		membership.listed(endpoint, { ...listOf('8', '9'), clusterId: 'c2' });
		expect([running(), membership.isForeign(endpoint)]).toEqual([['8', '9'], false]);
	});

	it('become one where two endpoints are of one member', () => {
		const { membership, running } = watched([endpoint, 'http://other:2379'], false);
		membership.identify(endpoint, '1', 'c1');
		membership.identify('http://other:2379', '1', 'c1');
		expect(running()).toEqual(['1']);
	});
});

describe('the order of names', () => {
	it('counts numbers as numbers', () => {
		const names = ['m10', 'm2', 'm', 'etcd-b', 'm2x', 'etcd-a', '10.0.0.9', '10.0.0.10', 'm02'];
		expect(names.toSorted(compareNames)).toEqual([
			'10.0.0.9',
			'10.0.0.10',
			'etcd-a',
			'etcd-b',
			'm',
			'm02',
			'm2',
			'm2x',
			'm10',
		]);
	});

	it('is an order', () => {
		expect(compareNames('m1', 'm1')).toBe(0);
		expect(Math.sign(compareNames('m1', 'm2'))).toBe(-Math.sign(compareNames('m2', 'm1')));
	});
});
