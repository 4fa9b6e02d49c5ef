import { quotaBytes } from '../cluster/quota.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import type { MemberFigures } from './record.ts';
import type { Look } from './world.ts';

const textOf = (value: bigint | null | undefined): string | null => (value == null ? null : String(value));

/** Only an answer of now counts: what a member said before it fell silent is no figure of this moment. */
const freshNumbers = ({ state, numbers }: MemberView) =>
	state.kind === 'serving' || state.kind === 'no-leader' || state.kind === 'status-denied' ? numbers : null;

/** Every member's numbers for the journal. */
export const figuresOf = ({ snapshot }: Look): readonly MemberFigures[] =>
	snapshot.members.map(member => {
		const numbers = freshNumbers(member);
		return {
			id: member.id,
			name: safeText(member.name),
			state: member.state.kind,
			role: member.role,
			dbSizeBytes: numbers?.dbSizeBytes ?? null,
			dbInUseBytes: numbers?.dbInUseBytes ?? null,
			quotaBytes: quotaBytes(member.quota),
			revision: textOf(numbers?.revision),
			raftTerm: textOf(numbers?.raftTerm),
		};
	});
