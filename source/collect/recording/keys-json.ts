import type { KeyChange, KeysReading, ResourceChanges, WatchState } from '../../cluster/reading.ts';
import { formatIsoTime } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import { failureFrom, failureJson } from './failure-json.ts';
import { bigintOf, type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from './fields.ts';

/** What a watch saw: counts by resource, and a line for each change that the screen could show. Never a value. */
export const keysJson = ({ revision, changes, lines, unlisted }: KeysReading): Fields => ({
	revision: String(revision),
	changes: Object.fromEntries(changes),
	...(lines.length === 0 ? {} : { lines: lines.map(changeJson) }),
	...(unlisted === 0 ? {} : { unlisted }),
});

const changeJson = ({ timeMs, revision, ...change }: KeyChange): Fields => ({
	time: formatIsoTime(timeMs),
	revision: String(revision),
	...change,
});

const mostResources = 5000;
const mostLines = 5000;

/** The part of a keys reading that a line tells; null where it is not understood. */
export function keysFrom(fields: Fields): Omit<KeysReading, 'kind' | 'atMs' | 'timeMs'> | null {
	const counted = fieldsOf(fields.changes);
	if (counted === null) return null;
	const lines = (listOf(fields.lines) ?? []).slice(0, mostLines).map(changeFrom);
	const changes = Object.entries(counted).slice(0, mostResources).map(countsFrom);
	if (lines.includes(null) || changes.includes(null)) return null;
	return {
		revision: bigintOf(fields.revision) ?? 0n,
		changes: new Map(changes.filter(count => count !== null)),
		lines: lines.filter(change => change !== null),
		unlisted: numberOf(fields.unlisted) ?? 0,
	};
}

function countsFrom([resource, value]: [string, unknown]): [string, ResourceChanges] | null {
	const count = fieldsOf(value);
	if (count === null) return null;
	const of = (name: keyof ResourceChanges) => Math.max(0, numberOf(count[name]) ?? 0);
	return [safeText(resource), { put: of('put'), delete: of('delete'), bytes: of('bytes') }];
}

const operations = ['create', 'update', 'delete'] as const;

function changeFrom(value: unknown): KeyChange | null {
	const fields = fieldsOf(value);
	const operation = operations.find(known => known === fields?.operation);
	const resource = textOf(fields?.resource);
	const name = textOf(fields?.name);
	const timeMs = timeOf(fields?.time);
	if (fields === null || operation === undefined || resource === null || name === null || timeMs === null) return null;
	return {
		timeMs,
		operation,
		resource: safeText(resource),
		name: safeText(name),
		revision: bigintOf(fields.revision) ?? 0n,
		sizeBytes: Math.max(0, numberOf(fields.sizeBytes) ?? 0),
		isNoise: fields.isNoise === true,
	};
}

/** How the watch was doing, with its revisions as text. */
export function watchJson(state: WatchState): Fields {
	switch (state.kind) {
		case 'off':
		case 'connecting':
			return state;
		case 'live':
			return { ...state, fromRevision: String(state.fromRevision) };
		case 'interrupted':
			return { kind: state.kind, failure: failureJson(state.failure) };
		case 'gap':
			return { ...state, fromRevision: String(state.fromRevision), toRevision: String(state.toRevision) };
	}
}

/** Null where it is not understood. */
export function watchFrom(value: unknown): WatchState | null {
	const fields = fieldsOf(value);
	const fromRevision = bigintOf(fields?.fromRevision);
	switch (fields?.kind) {
		case 'off':
			return { kind: 'off', reason: textOf(fields.reason) ?? '' };
		case 'connecting':
			return { kind: 'connecting' };
		case 'live':
			return fromRevision === null ? null : { kind: 'live', endpoint: textOf(fields.endpoint) ?? '', fromRevision };
		case 'interrupted': {
			const failure = failureFrom(fields.failure);
			return failure === null ? null : { kind: 'interrupted', failure };
		}
		case 'gap': {
			const toRevision = bigintOf(fields.toRevision);
			const reason = fields.reason === 'too-many' ? 'too-many' : 'compacted';
			return fromRevision === null || toRevision === null ? null : { kind: 'gap', fromRevision, toRevision, reason };
		}
		default:
			return null;
	}
}
