import type { Failure } from '../cluster/failure.ts';
import { CallError, type MemberListAnswer } from '../etcd/calls.ts';
import { pause } from './clock.ts';
import type { LiveOptions } from './options.ts';
import { statusTimeoutSeconds } from './options.ts';

/** The list changes rarely and every member answers it from memory: a small call now and then finds a new member soon. */
const listIntervalMs = 5000;
/** Until the first answer, the list is what the rows wait for. */
const firstListIntervalMs = 500;
/** Who may not read the list should not be refused twice a second for weeks: etcd logs every refusal. */
const hastyRounds = 20;

export type ListLoop = {
	/** Where to ask: members that answer come first. */
	endpoints(): readonly string[];
	listed(endpoint: string, answer: MemberListAnswer): void;
	notListed(failure: Failure): void;
};

/** Reads the member list until the signal aborts: at first from all endpoints at once, later from one that answers. */
export async function listLoop(options: LiveOptions, loop: ListLoop, signal: AbortSignal): Promise<void> {
	const timeoutSeconds = statusTimeoutSeconds(options.profile);
	const ask = async (endpoint: string) => ({
		endpoint,
		answer: await options.calls.member(endpoint).memberList({ timeoutSeconds, signal }),
	});
	let isKnown = false;
	let failedRounds = 0;
	while (!signal.aborted) {
		const endpoints = loop.endpoints();
		const found: Found = isKnown ? await firstInTurn(endpoints, ask) : await firstOfAll(endpoints, ask);
		if (signal.aborted) return;
		if (found.first !== null) loop.listed(found.first.endpoint, found.first.answer);
		else if (found.failure !== null) loop.notListed(found.failure);
		isKnown = found.first !== null;
		failedRounds = isKnown ? 0 : failedRounds + 1;
		await pause(isKnown || failedRounds > hastyRounds ? listIntervalMs : firstListIntervalMs, signal);
	}
}

type Asked = { readonly endpoint: string; readonly answer: MemberListAnswer };
type Found = { readonly first: Asked | null; readonly failure: Failure | null };

function failureOf(error: unknown): Failure {
	if (error instanceof CallError) return error.failure;
	throw error;
}

async function firstOfAll(endpoints: readonly string[], ask: (endpoint: string) => Promise<Asked>): Promise<Found> {
	try {
		return { first: await Promise.any(endpoints.map(ask)), failure: null };
	} catch (error) {
		return {
			first: null,
			failure: error instanceof AggregateError && error.errors.length > 0 ? failureOf(error.errors[0]) : null,
		};
	}
}

/** A member that hangs costs its deadline here and nothing elsewhere: this loop is alone. */
async function firstInTurn(endpoints: readonly string[], ask: (endpoint: string) => Promise<Asked>): Promise<Found> {
	let failure: Failure | null = null;
	for (const endpoint of endpoints) {
		try {
			return { first: await ask(endpoint), failure: null };
		} catch (error) {
			failure ??= failureOf(error);
		}
	}
	return { first: null, failure };
}
