import { type Binding, bindingsOf } from './keymap.ts';
import type { State } from './state.ts';

/** What the numbers mean and what watching costs: what a person asks who sees the screen for the first time. */
export const helpNotes = ({ readOnly }: State): readonly (readonly [title: string, lines: readonly string[]])[] => [
	[
		'Numbers',
		[
			'~12 ms   interpolated inside a histogram bucket; etcd only knows 8–16 ms',
			'faded    the last answer of a member that does not answer now; its age is in STATE',
			'FREE     share of the file that a defragmentation would give back; marked where that is worth it',
			'LAG      raft entries behind the leader; a few are only the time between two readings',
			'quota*   neither the member nor a flag told the quota: etcd’s default of 2 GiB is assumed',
		],
	],
	[
		'Cost',
		[
			'One small Status call a second and a metrics page every two seconds for each member.',
			'The watch carries every value that is written, once, from one member: the API has',
			'no watch without values. They are counted and dropped at once. --no-watch turns it off.',
			`Nothing scans or counts the key space, and nothing is written${readOnly ? '' : ' but what you confirm'}.`,
		],
	],
	['Terminal', ['A kill that cannot be caught (SIGKILL) leaves the terminal as it was: `reset` mends it.']],
];

const isMaintenance = ({ command }: Binding) => command === 'operate' || command === 'palette' || command === 'journal';

/** The keys that help lists, below their titles. */
export function helpKeys(state: State): readonly { readonly title: string; readonly bindings: readonly Binding[] }[] {
	const browse = bindingsOf('browse', state);
	return [
		{ title: 'Keys', bindings: browse.filter(binding => !isMaintenance(binding)) },
		{ title: 'Maintenance', bindings: browse.filter(isMaintenance) },
		{ title: 'While a filter is typed', bindings: bindingsOf('filter', state) },
	];
}

/** The rows of the whole help: lists of keys and the notes, each below a title and parted by an empty row. */
export const helpRows = (state: State): number =>
	[...helpKeys(state).map(({ bindings }) => bindings), ...helpNotes(state).map(([, lines]) => lines)].reduce(
		(sum, rows) => sum + 2 + rows.length,
		-1,
	);
