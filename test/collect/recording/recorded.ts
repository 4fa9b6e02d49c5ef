import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../../../source/cluster/reading.ts';
import type { Recorded } from '../../../source/collect/recording/line-reader.ts';
import { LineWriter } from '../../../source/collect/recording/line-writer.ts';
import { openRecording } from '../../../source/collect/recording/read.ts';
import { openRecorder, type RecorderOptions } from '../../../source/collect/recording/recorder.ts';
import { memberOf, startTimeMs, statusOf } from '../../cluster/story.ts';

export const options = {
	createdBy: 'etcdtop test',
	statusIntervalSeconds: 1,
	metricsIntervalSeconds: 2,
	quotaBytes: null,
};

export const stamp = (atMs: number) => ({ atMs, timeMs: startTimeMs + atMs });

export const members = [memberOf('1'), memberOf('2'), memberOf('3')];

export const listed = (atMs: number, list = members): Reading => ({
	...stamp(atMs),
	kind: 'members',
	clusterId: 'c1',
	members: list,
	failure: null,
	targets: list.map(({ id, clientUrls }) => ({ key: id, endpoint: clientUrls[0]! })),
});

export const answered = (atMs: number, key: string, patch: Parameters<typeof statusOf>[1] = {}): Reading => ({
	...stamp(atMs),
	kind: 'status',
	key,
	endpoint: `http://${key}:2379`,
	outcome: { kind: 'answered', status: statusOf(key, patch), latencySeconds: 0.001 },
});

export const scraped = (atMs: number, key: string, samples: Readonly<Record<string, number>>): Reading => ({
	...stamp(atMs),
	kind: 'metrics',
	key,
	outcome: {
		kind: 'answered',
		url: `http://${key}:2379/metrics`,
		samples: new Map(Object.entries(samples)),
		serverTimeMs: null,
	},
});

/** The lines of a recording of these readings, its end included. */
export function linesOf(readings: readonly Reading[]): readonly Record<string, unknown>[] {
	const writer = new LineWriter(options);
	const text = readings.map(reading => writer.take(reading)).join('') + writer.end(stamp(1e9), null);
	return text
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
}

/** Records into a new file in a folder; its path. */
export async function recordInto(
	folder: string,
	name: string,
	readings: readonly Reading[],
	patch: Partial<RecorderOptions> = {},
): Promise<string> {
	const path = join(folder, name);
	const recorder = await openRecorder({
		...options,
		path,
		now: () => stamp(1e9),
		onTrouble: text => {
			throw new Error(text);
		},
		...patch,
	});
	for (const reading of readings) recorder.take(reading);
	await recorder.end();
	return path;
}

/** Everything in a recording. */
export async function played(path: string): Promise<readonly Recorded[]> {
	const items: Recorded[] = [];
	for await (const item of (await openRecording(path)).play()) items.push(item);
	return items;
}

/** The readings among it, on the clock of the story that was recorded. */
export const readingsOf = (items: readonly Recorded[]): readonly Reading[] =>
	items.flatMap(item => (item.kind === 'operation' ? [] : [{ ...item, atMs: item.atMs - startTimeMs }]));

export const textOf = (path: string): string => readFileSync(path, 'utf8');
