import { readFileSync, readlinkSync } from 'node:fs';

/** What tells a process from every other one, this one's successors under the same number included. */
export type ProcessMark = {
	readonly host: string;
	readonly pid: number;
	/** Of the installation: two machines may share a home and a host name. Null where the system has none. */
	readonly machine: string | null;
	/** Of the present boot. */
	readonly boot: string | null;
	/** In which process numbers are counted: that of a container is not this one's. */
	readonly namespace: string | null;
	/** When it began, in ticks since the boot. Null where /proc does not tell, as on macOS. */
	readonly start: string | null;
};

/** `elsewhere`: another machine or container; nobody here can tell whether it lives. */
export type Fate = 'alive' | 'gone' | 'elsewhere';

/** The mark of this process. */
export const ownMark = (host: string): ProcessMark => ({
	host,
	pid: process.pid,
	machine: orNull(() => readFileSync('/etc/machine-id', 'utf8').trim() || null),
	boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
	namespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
	start: statOf(process.pid)?.start ?? null,
});

/** What has become of a process, seen from another one. */
export function fateOf(mark: ProcessMark, own: ProcessMark): Fate {
	if (mark.host !== own.host || mark.machine !== own.machine) return 'elsewhere';
	if (mark.boot !== own.boot) return 'gone';
	if (mark.namespace !== own.namespace) return 'elsewhere';
	if (!isThere(mark.pid)) return 'gone';
	const stat = statOf(mark.pid);
	// It is there, and where nobody tells more it may be the one that is meant.
	if (stat === null) return 'alive';
	if (stat.isDead) return 'gone';
	return mark.start === null || stat.start === mark.start ? 'alive' : 'gone';
}

/** Signal 0 asks and does nothing. A process of another user answers EPERM. */
function isThere(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== 'ESRCH';
	}
}

/** A process that has ended stays in the table until its parent asks for it, and answers signals. */
function statOf(pid: number): { readonly start: string; readonly isDead: boolean } | null {
	const text = orNull(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
	// The second field is a name in parentheses, which may hold blanks and parentheses itself.
	const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
	const [state, start] = [fields?.[0], fields?.[19]];
	return state === undefined || start === undefined ? null : { start, isDead: state === 'Z' || state === 'X' };
}

function orNull<T>(read: () => T): T | null {
	try {
		return read();
	} catch {
		return null;
	}
}
