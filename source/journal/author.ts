import { hostname, userInfo } from 'node:os';
import { safeText } from '../format/safe.ts';
import type { Author } from './types.ts';

/** Who runs this process: `alice`, or `root (sudo by alice)`. */
export function author(environment: Readonly<Record<string, string | undefined>>): Author {
	const { SUDO_USER: sudoUser } = environment;
	const user = userName();
	return {
		user: safeText(sudoUser && sudoUser !== user ? `${user} (sudo by ${sudoUser})` : user, 80),
		host: safeText(hostname(), 120),
		pid: process.pid,
	};
}

/** In a container the user may have a number and no name. */
function userName(): string {
	try {
		return userInfo().username;
	} catch {
		return `uid ${process.getuid?.() ?? 'unknown'}`;
	}
}
