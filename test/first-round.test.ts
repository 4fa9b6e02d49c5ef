import { describe, expect, it } from 'vitest';
import type { Reading } from '../source/cluster/reading.ts';
import { createFirstRound } from '../source/first-round.ts';
import { failureOf, memberOf, statusOf } from './cluster/story.ts';

const stamp = { atMs: 0, timeMs: 0 };
const list = (ids: readonly string[], failure = false): Reading => ({
	...stamp,
	kind: 'members',
	clusterId: 'c1',
	members: failure ? [] : ids.map(id => memberOf(id)),
	failure: failure ? failureOf('refused') : null,
	targets: ids.map(key => ({ key, endpoint: `http://${key}:2379` })),
});
const answer = (key: string): Reading => ({
	...stamp,
	kind: 'status',
	key,
	endpoint: `http://${key}:2379`,
	outcome: { kind: 'answered', status: statusOf(key), latencySeconds: 0.001 },
});
const failed = (key: string): Reading => ({
	...stamp,
	kind: 'status',
	key,
	endpoint: `http://${key}:2379`,
	outcome: { kind: 'failed', failure: failureOf('refused') },
});

async function isCompleteAfter(...readings: readonly Reading[]): Promise<boolean> {
	const round = createFirstRound();
	for (const reading of readings) round.note(reading);
	return Promise.race([round.complete.then(() => true), Promise.resolve().then(() => Promise.resolve(false))]);
}

describe('the first round', () => {
	it('is complete when every member of the list has answered or failed', async () => {
		expect(await isCompleteAfter(answer('1'), list(['1', '2']), answer('2'))).toBe(true);
		expect(await isCompleteAfter(list(['1', '2']), failed('1'), answer('2'))).toBe(true);
	});

	it('is complete without a list that cannot be had', async () => {
		expect(await isCompleteAfter(list(['1'], true), failed('1'))).toBe(true);
	});

	it('is not complete before', async () => {
		expect(await isCompleteAfter(answer('1'))).toBe(false);
		expect(await isCompleteAfter(list(['1', '2']), answer('1'))).toBe(false);
	});
});
