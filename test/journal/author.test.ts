import { hostname, userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { author } from '../../source/journal/author.ts';
import { journalFolder } from '../../source/journal-folder.ts';

describe('who it was', () => {
	const { username } = userInfo();

	it('is the user, the host and the process', () => {
		expect(author({})).toEqual({ user: username, host: hostname(), pid: process.pid });
	});

	it('is, under sudo, whoever asked for it, too', () => {
		expect(author({ SUDO_USER: 'alice' }).user).toBe(`${username} (sudo by alice)`);
		expect(author({ SUDO_USER: username }).user).toBe(username);
		expect(author({ SUDO_USER: '\x1b[2J' }).user).toBe(`${username} (sudo by \\x1b[2J)`);
	});
});

describe('the folder of the journal', () => {
	it.each([
		[{ XDG_STATE_HOME: '/state', HOME: '/home/alice' }, '/state/etcdtop'],
		[{ HOME: '/home/alice' }, '/home/alice/.local/state/etcdtop'],
		// The specification wants what is empty or relative to be ignored.
		[{ XDG_STATE_HOME: '', HOME: '/home/alice' }, '/home/alice/.local/state/etcdtop'],
		[{ XDG_STATE_HOME: 'state', HOME: '/home/alice' }, '/home/alice/.local/state/etcdtop'],
	])('of %o is %s', (environment, folder) => {
		expect(journalFolder(environment)).toBe(folder);
	});
});
