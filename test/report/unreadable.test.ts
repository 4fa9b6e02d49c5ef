import { describe, expect, it } from 'vitest';
import { unreadableLines } from '../../source/report/unreadable.ts';
import { cluster, silent } from './situations.ts';

describe('why nothing could be read', () => {
	it('says each kind of failure once, with how many more and what to try', () => {
		const lines = unreadableLines(cluster([silent(1, 'refused'), silent(2, 'tls-untrusted'), silent(3, 'refused')]));
		expect(lines).toHaveLength(2);
		expect(lines[0]).toMatch(/^connection refused at http\S+ and 1 more; nothing listens there/);
		expect(lines[1]).toMatch(/trusted CA at http\S+; give/);
	});

	it('falls back on the member list, and on patience', () => {
		const failure = { kind: 'login-required', where: 'http://a:1', call: 'MemberList', detail: '' } as const;
		expect(unreadableLines({ ...cluster([]), listFailure: failure })).toEqual([
			'MemberList needs a login: authentication is on at http://a:1; give --user (the password is asked for)',
		]);
		expect(unreadableLines({ ...cluster([]), listFailure: null })[0]).toContain('--dial-timeout');
	});
});
