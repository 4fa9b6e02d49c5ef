import type { MemberState } from './snapshot.ts';

type Stateful = { readonly state: MemberState };

/** Whether what the member said last still holds, be it through its metrics only. */
export const isAnswering = ({ state }: Stateful): boolean =>
	state.kind === 'serving' || state.kind === 'no-leader' || state.kind === 'status-denied';

/** Whether it answers and knows a leader, so that a majority can be made with it. */
export const followsLeader = ({ state }: Stateful): boolean =>
	state.kind === 'serving' || (state.kind === 'status-denied' && state.hasLeader);
