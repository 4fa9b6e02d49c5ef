import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../source/cluster/snapshot.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';
import { displayWidth } from '../../source/format/width.ts';
import { printLines } from '../../source/report/print.ts';
import { statusTable } from '../../source/report/table.ts';
import {
	alarmed,
	cluster,
	denied,
	deniedWithMetrics,
	finding,
	healthy,
	hostile,
	member,
	quorumLost,
	silent,
	single,
	withLearner,
} from './situations.ts';

const draw = (snapshot: Snapshot, findings: readonly Finding[] = [], widthCells: number | null = null) =>
	`\n${printLines(statusTable(snapshot, findings, { widthCells }), false)}`;

const frozen = cluster([member(1), silent(2), member(3)]);

describe('status -o table', () => {
	it('a healthy cluster', () => {
		expect(draw(healthy)).toMatchInlineSnapshot(`
			"
			HEALTHY
			cluster cdf818194e3a8c32 · 3 members, 3 reachable · 3 voters · quorum 2, can lose 1 · leader m1, term 5 · revision 1,042

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY     TERM  RAFT INDEX  APPLIED                ID  ENDPOINT
			m1      leader        3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms        5        2107     2107                a1  http://127.0.0.1:12379
			m2      follower      3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms        5        2107     2107                a2  http://127.0.0.1:22379
			m3      follower      3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms        5        2107     2107                a3  http://127.0.0.1:32379
			"
		`);
	});

	it('a healthy cluster on a narrow terminal', () => {
		expect(draw(healthy, [], 80)).toMatchInlineSnapshot(`
			"
			HEALTHY
			cluster cdf818194e3a8c32 · 3 members, 3 reachable · 3 voters
			quorum 2, can lose 1 · leader m1, term 5 · revision 1,042

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY
			m1      leader        3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms
			m2      follower      3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms
			m3      follower      3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms
			"
		`);
	});

	it('one member frozen: its last numbers are not shown', () => {
		expect(draw(frozen, [finding('warning')], 120)).toMatchInlineSnapshot(`
			"
			WARNING: m2 does not answer
			cluster cdf818194e3a8c32 · 3 members, 2 reachable · 3 voters · quorum 2, can lose 0 · leader m1, term 5 · revision 1,042

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY  ERROR
			m1      leader        3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms
			m2      unreachable        –        –        –               –    –        –  for 12s: no answer to Status in time at h…
			m3      follower      3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms

			warning   m2 does not answer
			          no answer from http://127.0.0.1:22379 for 12s
			          → look at the process and the network on its machine
			"
		`);
	});

	it('no quorum', () => {
		expect(
			draw(quorumLost, [finding('critical', { title: 'no quorum' }), finding('warning')], 120),
		).toMatchInlineSnapshot(`
			"
			CRITICAL: no quorum
			cluster cdf818194e3a8c32 · 3 members, 1 reachable · 3 voters · quorum 2 is lost: no writes · no leader in term 6
			revision 1,042

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY  ERROR
			m1      unreachable        –        –        –               –    –        –  for 12s: no answer to Status in time at h…
			m2      no leader     3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    –   1.2 ms  etcdserver: no leader
			m3      unreachable        –        –        –               –    –        –  for 12s: connection refused at http://127…

			critical  no quorum
			          no answer from http://127.0.0.1:22379 for 12s
			          → look at the process and the network on its machine
			warning   m2 does not answer
			          no answer from http://127.0.0.1:22379 for 12s
			          → look at the process and the network on its machine
			"
		`);
	});

	it('an alarm', () => {
		expect(draw(alarmed, [finding('critical', { title: 'm2 is full' })], 120)).toMatchInlineSnapshot(`
			"
			CRITICAL: m2 is full
			cluster cdf818194e3a8c32 · 3 members, 3 reachable · 3 voters · quorum 2, can lose 1 · leader m1, term 5 · revision 1,042
			alarm NOSPACE on m2

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY  ERROR
			m1      leader        3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms
			m2      follower      3.5.30   8.6 GB   1.0 GB  100% of 8.6 GB    0   1.2 ms  memberID:161 alarm:NOSPACE
			m3      follower      3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms

			critical  m2 is full
			          no answer from http://127.0.0.1:22379 for 12s
			          → look at the process and the network on its machine
			"
		`);
	});

	it('permission denied', () => {
		expect(draw(denied, [], 120)).toMatchInlineSnapshot(`
			"
			UNREACHABLE: no member can be read: not permitted
			2 asked, 0 reachable · members not known · no leader known
			member list: permission denied for MemberList at http://127.0.0.1:12379

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY  ERROR
			m1      denied             –        –        –               –    –        –  for 12s: permission denied for Status at …
			m2      denied             –        –        –               –    –        –  for 12s: permission denied for Status at …
			"
		`);
	});

	it('Status denied, but metrics', () => {
		expect(draw(deniedWithMetrics, [finding('warning', { title: 'Status is denied' })], 120)).toMatchInlineSnapshot(`
			"
			WARNING: Status is denied
			cluster cdf818194e3a8c32 · 2 members, 2 reachable · 2 voters · quorum 2, can lose 0 · leader m1 · revision 1,042

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY  ERROR
			m1      leader             –   1.9 GB   1.0 GB   22% of 8.6 GB    0        –  for 12s: permission denied for Status at …
			m2      follower           –   1.9 GB   1.0 GB   22% of 8.6 GB    0        –  for 12s: permission denied for Status at …

			warning   Status is denied
			          no answer from http://127.0.0.1:22379 for 12s
			          → look at the process and the network on its machine
			"
		`);
	});

	it('a single member without a known quota', () => {
		expect(draw(single)).toMatchInlineSnapshot(`
			"
			HEALTHY
			cluster cdf818194e3a8c32 · 1 member, 1 reachable · 1 voter · quorum 1, can lose 0 · leader m1, term 5 · revision 1,042

			NAME    ROLE         VERSION  DB SIZE   IN USE             QUOTA USED  LAG  LATENCY     TERM  RAFT INDEX  APPLIED                ID  ENDPOINT
			m1      leader        3.5.30   1.9 GB   1.0 GB  88% of assumed 2.1 GB    0   1.2 ms        5        2107     2107                a1  http://127.0.0.1:12379
			"
		`);
	});

	it('a learner, and what was measured', () => {
		expect(draw(withLearner)).toMatchInlineSnapshot(`
			"
			HEALTHY
			cluster cdf818194e3a8c32 · 2 members, 2 reachable · 1 voter · quorum 1, can lose 0 · leader m1, term 5 · revision 1,042

			NAME    ROLE         VERSION  DB SIZE   IN USE      QUOTA USED     LAG  LATENCY   FSYNC P99  COMMIT P99  PEER RTT P99     TERM  RAFT INDEX  APPLIED                ID  ENDPOINT
			m1      leader        3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB       0   1.2 ms     8–16 ms    16–32 ms      < 0.1 ms        5        2107     2107                a1  http://127.0.0.1:12379
			m2      learner       3.5.30   1.9 GB   1.0 GB        no quota  12,345   1.2 ms           –           –             –        5        2107     2107                a2  http://127.0.0.1:22379
			"
		`);
	});

	it('hostile names', () => {
		expect(
			draw(hostile, [finding('info', { title: 'line\nbreak\x1b[2J', evidence: '', advice: '' })]),
		).toMatchInlineSnapshot(`
			"
			HEALTHY
			cluster cdf818194e3a8c32 · 2 members, 2 reachable · 2 voters · quorum 2, can lose 0 · leader \\x1b]0;owned\\x07#(touch /tmp/x)\\n日本\\u{202e}#[fg=red], term 5 · revision 1,042

			NAME                              ROLE         VERSION  DB SIZE   IN USE      QUOTA USED  LAG  LATENCY     TERM  RAFT INDEX  APPLIED                ID  ENDPOINT
			\\x1b]0;owned\\x07#(touch /tmp/x)…  leader        3.5.30   1.9 GB   1.0 GB   22% of 8.6 GB    0   1.2 ms        5        2107     2107                a1  http://127.0.0.1:12379
			데이터베이스-三号                 follower      3.5.30   1.9 GB   1.0 GB        no quota    0   1.2 ms        5        2107     2107                a2  http://127.0.0.1:22379

			info      line\\nbreak\\x1b[2J
			"
		`);
	});

	it('keeps to the width, and lets numbers give way before errors', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 40, max: 250 }),
				fc.constantFrom(healthy, frozen, alarmed, denied, hostile),
				(width, of) => {
					const lines = draw(of, [finding('warning'), finding('critical')], width).split('\n');
					for (const text of lines) expect(displayWidth(text)).toBeLessThanOrEqual(width);
				},
			),
		);
		expect(draw(frozen, [], 60)).toMatch(/m2 +unreachable.*no answer/);
	});
});

describe('printLines', () => {
	const lines = [[{ text: 'a ', tone: 'good' as const }, { text: 'b ' }], [], [{ text: 'x' }, { text: '  ' }]];

	it('leaves out the blanks at the end', () => {
		expect(printLines(lines, false)).toBe('a b\n\nx\n');
	});

	it('colours tones and ends each colour where it began', () => {
		expect(printLines(lines, true)).toBe('\x1b[32ma \x1b[0mb\n\nx\n');
	});
});
