import type { Member } from '../cluster/member.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { formatCounted } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import type { OperationId } from '../operations/plan.ts';
import type { Request } from '../operations/request.ts';
import { verdictOf } from '../operations/worth.ts';
import { nameFor, selectedMember, snapshotRequest } from './asking.ts';
import { formOf } from './forms.ts';
import type { Choice, FormId, MenuId } from './operating.ts';
import type { State } from './state.ts';

type Menu = {
	readonly title: string;
	readonly choices: (snapshot: Snapshot, state: State) => readonly Choice[];
};

const choice = (title: string, note: string, next: Request | FormId, disabled: string | null = null): Choice => ({
	title,
	note,
	next,
	disabled,
});

const isLeader = ({ leader }: Snapshot, id: string | null) => leader !== null && leader.id === id;

const roleOf = (snapshot: Snapshot, { id, isLearner }: MemberView): string =>
	isLearner ? 'learner' : isLeader(snapshot, id) ? 'leader' : 'follower';

/** Several members can have the same name, which some call `default`: then it takes the id to tell them apart. */
function shownName(snapshot: Snapshot, { name, id }: Pick<MemberView, 'name' | 'id'>): string {
	// A member that was added and has not started yet has no name.
	if (name === '') return `${id} (not started yet)`;
	return id !== null && nameFor(snapshot, { name, id }) === id ? `${safeText(name)} ${id}` : safeText(name);
}

function defragmentChoice(snapshot: Snapshot, member: MemberView): Choice {
	const { isWorth, because } = verdictOf(member);
	const request: Request = { operation: 'defragment-member', member: nameFor(snapshot, member), rule: null };
	const note = `${roleOf(snapshot, member)}; ${isWorth ? 'worth it' : 'not worth it'}: ${because}`;
	return choice(shownName(snapshot, member), note, request, member.isLearner ? 'a learner takes no such call' : null);
}

function leaderChoice(snapshot: Snapshot, member: MemberView): Choice {
	const reason = isLeader(snapshot, member.id) ? 'it leads already' : member.isLearner ? 'a learner cannot lead' : null;
	const lag =
		member.lagEntries === null ? 'lag not known' : `${formatCounted(member.lagEntries, 'entry', 'entries')} behind`;
	const request: Request = { operation: 'move-leader', to: nameFor(snapshot, member) };
	return choice(shownName(snapshot, member), `${roleOf(snapshot, member)}; ${lag}`, request, reason);
}

const shownUrls = ({ peerUrls }: Member): string => safeText(peerUrls.join(', '), 200);

const memberChoices = (snapshot: Snapshot): readonly Choice[] => [
	choice('add a learner…', 'has no vote until it is promoted: the safe way', 'new-learner'),
	choice('add a voter…', 'counts for the quorum before it has started', 'new-voter'),
	...snapshot.list
		.filter(({ isLearner }) => isLearner)
		.map(member =>
			choice(`promote ${shownName(snapshot, member)}`, 'a learner that has caught up becomes a voter', {
				operation: 'member-promote',
				member: nameFor(snapshot, member),
			}),
		),
	...snapshot.list.map(member =>
		choice(`change the peer URLs of ${shownName(snapshot, member)}…`, shownUrls(member), `peer-urls:${member.id}`),
	),
	...snapshot.list.map(member =>
		choice(
			`remove ${shownName(snapshot, member)}`,
			member.isLearner ? 'a learner' : isLeader(snapshot, member.id) ? 'the leader' : 'a voter',
			{
				operation: 'member-remove',
				member: nameFor(snapshot, member),
			},
		),
	),
];

function alarmChoices(snapshot: Snapshot): readonly Choice[] {
	const isShort = snapshot.alarms.some(({ type }) => type === 'NOSPACE');
	return [
		choice(
			'recover from NOSPACE',
			'compact, defragment rolling, disarm, see that a write works',
			{ operation: 'recover-space' },
			isShort ? null : 'NOSPACE is not raised',
		),
		...snapshot.alarms.map(({ member: id, type }) => {
			const member = snapshot.members.find(row => row.id === id);
			const on = member === undefined ? (id ?? 'a member that is not known') : shownName(snapshot, member);
			const request: Request = {
				operation: 'disarm-alarm',
				member: member === undefined ? (id ?? '') : nameFor(snapshot, member),
				type,
			};
			const note = type === 'NOSPACE' ? 'only once there is space again' : 'only once the data is known to be good';
			return choice(
				`disarm ${type} on ${on}`,
				note,
				request,
				id === null ? 'nobody tells which member raised it' : null,
			);
		}),
	];
}

/** Every menu. The first choice is the one to take where there is no reason for another. */
const menus: Readonly<Record<MenuId, Menu>> = {
	compact: {
		title: 'Compact: what stays?',
		choices: () => [
			choice('keep the last 5 minutes', 'as kube-apiserver does', {
				operation: 'compact',
				target: { kind: 'keep', seconds: 300 },
			}),
			choice('keep the last minute', 'watchers that were away for longer have to list again', {
				operation: 'compact',
				target: { kind: 'keep', seconds: 60 },
			}),
			choice('keep all from a revision…', 'to be typed', 'revision'),
			choice('keep the present only (HEAD)', 'every watcher that is behind has to list again', {
				operation: 'compact',
				target: { kind: 'head' },
			}),
		],
	},
	'defragment-member': {
		title: 'Defragment which member?',
		choices: snapshot => ownMembers(snapshot).map(member => defragmentChoice(snapshot, member)),
	},
	snapshot: {
		title: 'Save a snapshot where?',
		choices: (snapshot, state) => {
			const member = selectedMember(snapshot, state);
			const from =
				member === null ? 'from the healthiest follower' : `from ${shownName(snapshot, member)}, the chosen member`;
			return [
				choice(
					'to the current folder',
					`${from}; its name tells cluster and time`,
					snapshotRequest(snapshot, state, null),
				),
				choice('to another file or folder…', `${from}; to be typed`, 'snapshot-file'),
			];
		},
	},
	alarms: { title: 'Alarms', choices: alarmChoices },
	'move-leader': {
		title: 'Move the leader to whom?',
		choices: snapshot => ownMembers(snapshot).map(member => leaderChoice(snapshot, member)),
	},
	members: { title: 'Change the members', choices: memberChoices },
};

/** What stands above the choices. */
export const menuTitle = (menu: MenuId): string => menus[menu].title;

/** What can be chosen now. */
export const choicesOf = (menu: MenuId, snapshot: Snapshot, state: State): readonly Choice[] =>
	menus[menu].choices(snapshot, state);

/** The operation to which a choice leads. */
export const operationOf = ({ next }: Choice): OperationId =>
	typeof next === 'string' ? formOf(next).operation : next.operation;
