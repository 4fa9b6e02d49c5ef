import type { Snapshot } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { type ReadPeerUrls, readPeerUrls } from '../operations/peer-urls.ts';
import type { OperationId } from '../operations/plan.ts';
import type { Request } from '../operations/request.ts';
import { nameFor, snapshotRequest } from './asking.ts';
import type { FormId } from './operating.ts';
import type { State } from './state.ts';

/** What was typed as a request, or one line on what is wrong with it. */
export type Parsed = { readonly request: Request } | { readonly error: string };

export type Form = {
	readonly operation: OperationId;
	readonly title: string;
	/** What is to be typed, with an example. */
	readonly hint: string;
	/** What stands there at first. */
	readonly initial: (snapshot: Snapshot) => string;
	readonly parse: (text: string, snapshot: Snapshot, state: State) => Parsed;
};

const empty = () => '';

/** etcd counts revisions in 64 bits with a sign. */
const highestRevision = 2n ** 63n - 1n;

function parseRevision(text: string): Parsed {
	if (/^head$/i.test(text)) return { request: { operation: 'compact', target: { kind: 'head' } } };
	// As the header shows it, with commas, it is copied.
	if (!/^(?:\d+|\d{1,3}(?:,\d{3})+)$/.test(text))
		return { error: `${text === '' ? 'nothing' : `“${text}”`} is no revision: type a whole number, or head` };
	const revision = BigInt(text.replaceAll(',', ''));
	if (revision < 1n || revision > highestRevision)
		return { error: `there is no revision ${text}: they go from 1 to ${highestRevision}` };
	return { request: { operation: 'compact', target: { kind: 'revision', revision } } };
}

/** As they are typed: parted by commas or blanks. */
const typedPeerUrls = (text: string): ReadPeerUrls => readPeerUrls(text.split(/[\s,]+/).filter(url => url !== ''));

function parseNewMember(text: string, isLearner: boolean): Parsed {
	const [name = '', ...rest] = text.split(/\s+/);
	if (name === '' || rest.length === 0)
		return { error: 'a name and its peer URLs are needed, as in: m4 http://10.0.0.4:2380' };
	if (/^https?:/i.test(name)) return { error: `the name comes first, as in: m4 ${name}` };
	const urls = typedPeerUrls(rest.join(' '));
	if ('error' in urls) return urls;
	return { request: { operation: 'member-add', name, peerUrls: urls.peerUrls, isLearner } };
}

const newMember = (isLearner: boolean): Form => ({
	operation: 'member-add',
	title: isLearner ? 'Add a learner' : 'Add a voter',
	hint: 'its name and its peer URLs: m4 http://10.0.0.4:2380',
	initial: empty,
	parse: text => parseNewMember(text, isLearner),
});

const forms: Readonly<Record<Exclude<FormId, `peer-urls:${string}`>, Form>> = {
	revision: {
		operation: 'compact',
		title: 'Compact: keep all from which revision?',
		hint: 'a whole number as in the header, or head',
		initial: empty,
		parse: parseRevision,
	},
	'snapshot-file': {
		operation: 'snapshot',
		title: 'Save the snapshot where?',
		hint: 'a file that does not exist yet, or a folder: /var/backups/etcd.db',
		initial: empty,
		parse: (text, snapshot, state) =>
			text === ''
				? { error: 'a file or a folder is needed; Esc goes back' }
				: { request: snapshotRequest(snapshot, state, text) },
	},
	'new-learner': newMember(true),
	'new-voter': newMember(false),
};

const peerUrlsPrefix = 'peer-urls:';

const peerUrlsForm = (id: string): Form => ({
	operation: 'member-update',
	title: `Change the peer URLs of member ${id}`,
	hint: 'all of its peer URLs from now on: http://10.0.0.4:2380,http://10.1.0.4:2380',
	initial: ({ list }) => safeText(list.find(member => member.id === id)?.peerUrls.join(',') ?? ''),
	parse(text, snapshot) {
		const urls = typedPeerUrls(text);
		if ('error' in urls) return urls;
		const member = snapshot.list.find(listed => listed.id === id);
		const name = member === undefined ? id : nameFor(snapshot, member);
		return { request: { operation: 'member-update', member: name, peerUrls: urls.peerUrls } };
	},
});

/** What a form asks for and how its answer is read. */
export const formOf = (id: FormId): Form =>
	id.startsWith(peerUrlsPrefix)
		? peerUrlsForm(id.slice(peerUrlsPrefix.length))
		: forms[id as Exclude<FormId, `peer-urls:${string}`>];
