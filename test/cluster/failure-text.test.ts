import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../source/cluster/failure.ts';
import { failureText } from '../../source/cluster/failure-text.ts';
import { failureOf } from './story.ts';

const kinds: readonly FailureKind[] = [
	'refused',
	'name-not-found',
	'timeout',
	'unreachable',
	'tls-untrusted',
	'tls-expired',
	'tls-not-yet-valid',
	'tls-wrong-name',
	'tls-client-certificate-required',
	'tls-client-certificate-refused',
	'tls-to-plain-port',
	'plain-to-tls-port',
	'tls-other',
	'not-etcd',
	'wrong-password',
	'login-required',
	'permission-denied',
	'rejected',
	'http-status',
	'malformed',
];

describe('failureText', () => {
	it.each(kinds)('says of %s what, where and what to try, each in one line', kind => {
		const { short, line, advice } = failureText(failureOf(kind), 'm2');
		expect(short.length).toBeLessThanOrEqual(20);
		expect(line).toMatch(/^m2: .+ at http:\/\/127\.0\.0\.1:2379$/);
		expect(advice.length).toBeGreaterThan(10);
		expect(`${short}${line}${advice}`).not.toMatch(/[\n\r]|undefined/);
	});

	it('has words of its own for every kind', () => {
		expect(new Set(kinds.map(kind => failureText(failureOf(kind)).short)).size).toBe(kinds.length);
		expect(new Set(kinds.map(kind => failureText(failureOf(kind)).line)).size).toBe(kinds.length);
	});

	it('gives the date of a certificate where it is known', () => {
		const certificateTimeMs = Date.UTC(2026, 2, 1, 12, 30);
		expect(failureText(failureOf('tls-expired', { certificateTimeMs })).line).toContain(
			'expired on 2026-03-01 12:30 UTC at',
		);
		expect(failureText(failureOf('tls-not-yet-valid', { certificateTimeMs })).line).toContain(
			'not valid before 2026-03-01',
		);
		expect(failureText(failureOf('tls-expired', { certificateTimeMs: Number.NaN })).line).toContain('expired on');
	});

	it('explains who may read Status', () => {
		expect(failureText(failureOf('permission-denied')).advice).toContain('root');
		expect(failureText(failureOf('permission-denied')).advice).toContain('3.6.0–3.6.11');
		expect(failureText(failureOf('permission-denied', { call: 'MemberList' })).advice).not.toContain('3.6');
	});

	it('points to other metrics pages', () => {
		expect(failureText(failureOf('http-status', { call: 'GET /metrics', detail: '404' }))).toMatchObject({
			line: expect.stringContaining('(404)'),
			advice: expect.stringContaining('--metrics-urls'),
		});
	});

	it('makes hostile words visible', () => {
		const { line } = failureText(failureOf('rejected', { detail: '\x1b[2J\nboo', where: 'http://\x07' }), 'm\x1b2');
		expect(line).not.toMatch(/[\x00-\x1f]/);
		expect(line).toContain('\\x1b[2J\\nboo');
	});
});
