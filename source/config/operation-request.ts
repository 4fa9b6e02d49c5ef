import { safeText } from '../format/safe.ts';
import { readPeerUrls } from '../operations/peer-urls.ts';
import type { MemberName, Request, RequestOf } from '../operations/request.ts';
import { parseRule } from '../operations/rule.ts';
import type { OperationCommand } from './commands.ts';
import { UsageError } from './errors.ts';
import type { Values } from './values.ts';

type AlarmType = RequestOf<'disarm-alarm'>['type'];

/** What was asked for; of an alarm the cluster may have to tell which is meant. */
export type AskedRequest =
	| Exclude<Request, { readonly operation: 'disarm-alarm' }>
	| {
			readonly operation: 'disarm-alarm';
			readonly member: MemberName | null;
			readonly type: AlarmType | null;
	  };

const largestRevision = 2n ** 63n - 1n;

function compactTarget(values: Values): RequestOf<'compact'>['target'] {
	const revision = values.text('revision');
	// A configuration file may say what to keep when nothing else is said.
	if (revision !== null && values.given('keep') && values.where('keep') === '--keep')
		throw new UsageError('--keep and --revision are two ways to say the same; give one of them');
	if (revision === null) return { kind: 'keep', seconds: values.span('keep') ?? 300 };
	if (revision.toLowerCase() === 'head') return { kind: 'head' };
	const number = /^\d{1,19}$/.test(revision) ? BigInt(revision) : 0n;
	if (number < 1n || number > largestRevision)
		throw new UsageError(
			`--revision ${safeText(revision, 60)} is not a revision; try a number from 1 on such as 12345, or head`,
		);
	return { kind: 'revision', revision: number };
}

function defragmentation(values: Values): AskedRequest {
	const member = values.text('member');
	const isCluster = values.isOn('cluster');
	if (member !== null && isCluster)
		throw new UsageError('--member and --cluster are two different things; give one of them');
	if (member === null && !isCluster)
		throw new UsageError(
			'defrag needs --member NAME for one member, or --cluster for all that are worth it, one after the other',
		);
	const rule = ruleText(values);
	return member === null ? { operation: 'defragment-cluster', rule } : { operation: 'defragment-member', member, rule };
}

function ruleText(values: Values): string | null {
	const text = values.text('rule');
	if (text === null) return null;
	const parsed = parseRule(text);
	if (parsed.kind === 'error')
		throw new UsageError(`${values.where('rule')}: ${parsed.message}; it was ${JSON.stringify(safeText(text, 200))}`);
	return text;
}

function peerUrls(values: Values, command: OperationCommand): readonly string[] {
	const urls = values.list('peer-urls');
	if (urls === null) throw new UsageError(`${command} needs --peer-urls URL,… such as https://10.0.0.4:2380`);
	const read = readPeerUrls(urls);
	if ('error' in read) throw new UsageError(`--peer-urls: ${read.error}`);
	return read.peerUrls;
}

/** What a new member is called stands in its flags and in `--initial-cluster NAME=URL,…`. */
function newName(argument: string | null): string {
	const name = argument ?? '';
	if (!/^[^\s,=\p{Cc}]+$/u.test(name))
		throw new UsageError(
			`${safeText(name, 60) || '""'} is no name for a member; leave out blanks, commas and equals signs`,
		);
	return name;
}

const shortestKept = 1;
const mostKept = 100_000;

type Maker = (values: Values, argument: string | null, command: OperationCommand) => AskedRequest;

const makers: Readonly<Record<OperationCommand, Maker>> = {
	compact: values => ({ operation: 'compact', target: compactTarget(values) }),
	defrag: defragmentation,
	'snapshot save': (values, path) => ({
		operation: 'snapshot',
		member: values.text('member'),
		path,
		overwrite: values.isOn('overwrite'),
		retention: {
			keepLast: values.number('keep-last', shortestKept, mostKept),
			keepForSeconds: values.span('keep-for'),
		},
	}),
	'alarm recover': () => ({ operation: 'recover-space' }),
	'alarm disarm': values => ({
		operation: 'disarm-alarm',
		member: values.text('member'),
		type: values.given('type') ? values.choice<AlarmType>('type', ['NOSPACE', 'CORRUPT'], 'NOSPACE') : null,
	}),
	'move-leader': values => {
		const to = values.text('to');
		if (to === null) throw new UsageError('move-leader needs --to NAME: the voter that leads from then on');
		return { operation: 'move-leader', to };
	},
	'member add': (values, name, command) => ({
		operation: 'member-add',
		name: newName(name),
		peerUrls: peerUrls(values, command),
		isLearner: values.isOn('learner'),
	}),
	'member promote': (_, member) => ({ operation: 'member-promote', member: member ?? '' }),
	'member update': (values, member, command) => ({
		operation: 'member-update',
		member: member ?? '',
		peerUrls: peerUrls(values, command),
	}),
	'member remove': (_, member) => ({ operation: 'member-remove', member: member ?? '' }),
	'check hash': () => ({ operation: 'check-hash' }),
};

/** What the command line asks for, its syntax checked. Throws `UsageError`; nothing was asked of any cluster. */
export const requestOf = (command: OperationCommand, argument: string | null, values: Values): AskedRequest =>
	makers[command](values, argument, command);
