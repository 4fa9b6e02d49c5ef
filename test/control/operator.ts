import { createHistory, type History } from '../../source/cluster/history.ts';
import type { Event } from '../../source/control/event.ts';
import { type FaultChoice, initialState, type State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import { createJudge } from '../../source/diagnosis/judge.ts';
import { changeOf, memberOf, startTimeMs, story } from '../cluster/story.ts';

/** The moment at which the operator sits down, on the monotonic clock. */
export const nowMs = 120_000;

export const at = (atMs: number) => ({ atMs, timeMs: startTimeMs + atMs });

/** Three members that were read for two minutes, eighty changes, of which every fourth is noise. */
export function quietHistory(): History {
	const told = story();
	told.list(
		0,
		['1', '2', '3'].map(id => memberOf(id)),
	);
	told.watch(0, { kind: 'connecting' });
	for (let second = 0; second <= 120; second++) for (const id of ['1', '2', '3']) told.answer(second * 1000, id);
	for (let index = 0; index < 80; index++)
		told.keys(30_000 + index * 1000, { pods: { put: 1 } }, [
			changeOf(`shop/pod-${index}`, { isNoise: index % 4 === 0, revision: BigInt(index) }),
		]);
	return told.history;
}

export const choices: readonly FaultChoice[] = [
	{ id: 'kill', title: 'Kill the leader', description: 'what it does', state: '', disabled: null },
	{ id: 'revive', title: 'Bring it back', description: 'what it does', state: '', disabled: 'all members are running' },
];

export const stateWith = (patch: Partial<State> = {}): State => ({
	...initialState({
		history: createHistory({ quotaFlagBytes: null }),
		judge: createJudge(null),
		now: at(nowMs),
		size: { columns: 120, rows: 40 },
		source: '--endpoints',
		faults: null,
		readOnly: false,
	}),
	...patch,
});

/** Long enough ago that what is pressed now is no key held down. */
export const letGo = (state: State): State => ({ ...state, lastKey: null });

export const key = (name: string): Event => ({
	kind: 'key',
	name,
	text: [...name].length === 1 ? name : name === 'space' ? ' ' : '',
});

/** The state after these keys; effects are left out. */
export const press = (state: State, ...names: string[]): State =>
	names.reduce((before, name) => update(before, key(name))[0], state);

export const effectsOf = (state: State, name: string) => update(state, key(name))[1];
