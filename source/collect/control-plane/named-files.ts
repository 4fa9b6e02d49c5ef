import type { NamedFile } from '../../cluster/examinations/control-plane.ts';
import { readCertificates } from '../../etcd/certificates.ts';
import { pathIn } from './flags.ts';
import type { Machine } from './machine.ts';
import type { PodProgram } from './manifest.ts';

/** What a flag's file holds: its own certificate, authorities, or a key, into which nobody looks. */
export type FileFlags = Readonly<Record<string, 'certificate' | 'authorities' | 'key'>>;

/** Looks at the files that flags name and that are on this machine. */
export const namedFiles = (machine: Machine, { flags, toHost }: PodProgram, wanted: FileFlags): readonly NamedFile[] =>
	Object.entries(wanted).flatMap(([name, content]) => {
		const inside = pathIn(flags, name);
		const path = inside === null ? null : toHost(inside);
		return path === null ? [] : [{ flag: `--${name}`, path, outcome: outcomeOf(machine, path, content) }];
	});

function outcomeOf(machine: Machine, path: string, content: FileFlags[string]): NamedFile['outcome'] {
	const sight = machine.look(path);
	if (sight === 'missing') return { kind: 'missing' };
	if (sight !== 'present') return { kind: 'unreadable', reason: sight.unreadable };
	if (content === 'key') return { kind: 'present' };
	const complaint = machine.complaint(path);
	if (complaint !== null) return { kind: 'unreadable', reason: complaint };
	const certificates = readCertificates(machine.pathOf(path));
	if (typeof certificates === 'string') return { kind: 'broken', reason: certificates };
	const spans = certificates.map(({ validFromDate, validToDate }) => ({
		validFromMs: validFromDate.getTime(),
		validToMs: validToDate.getTime(),
	}));
	const decisive =
		content === 'certificate'
			? spans[0]!
			: spans.reduce((last, span) => (span.validToMs > last.validToMs ? span : last));
	return { kind: 'certificate', ...decisive };
}
