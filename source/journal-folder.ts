import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where the journal lives, by the XDG base directories: `$XDG_STATE_HOME/etcdtop`, else `~/.local/state/etcdtop`. */
export function journalFolder(environment: Readonly<Record<string, string | undefined>>): string {
	const { XDG_STATE_HOME: stateHome, HOME: home } = environment;
	// A relative path is to be ignored, says the specification.
	if (stateHome && isAbsolute(stateHome)) return join(stateHome, 'etcdtop');
	return join(home || homeOfUser(), '.local', 'state', 'etcdtop');
}

/** A user without an entry in the system's list has none; the journal then says that it cannot be written there. */
function homeOfUser(): string {
	try {
		return homedir();
	} catch {
		return '/';
	}
}
