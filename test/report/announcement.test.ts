import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../source/diagnosis/judge.ts';
import { announcementJson, terminalTitle } from '../../source/report/announcement.ts';
import { finding, healthy, hostileName } from './situations.ts';

const judgement = (patch: Partial<Judgement> = {}): Judgement => ({
	atMs: 0,
	snapshot: healthy,
	findings: [],
	health: { level: 'critical', cause: 'm2 does not answer' },
	alerts: [],
	...patch,
});

describe('the title of the terminal', () => {
	it('is the verdict in words', () => {
		expect(terminalTitle(judgement())).toBe('etcdtop: CRITICAL m2 does not answer');
	});

	it('is short and safe whatever the words', () => {
		const title = terminalTitle(judgement({ health: { level: 'warning', cause: hostileName.repeat(50) } }));
		expect(title.length).toBeLessThanOrEqual(100);
		expect(title).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	});
});

describe('a finding that is passed on', () => {
	const told = finding('critical', { reasoning: ['why'], remedy: { operation: 'recover-space', member: null } });

	it('is one line of JSON: the finding with the cluster, its health and the time', () => {
		const known = { ...told, sinceMs: 0, count: 1, goneAtMs: null };
		const text = announcementJson(told, judgement({ findings: [known] }));
		expect(text.endsWith('\n')).toBe(true);
		expect(text.trim()).not.toContain('\n');
		const { rule, severity, member, title, evidence, advice, reasoning, remedy } = told;
		expect(JSON.parse(text)).toEqual({
			version: 1,
			time: '2025-11-21T09:05:07.089Z',
			clusterId: healthy.clusterId,
			health: 'critical',
			...{ rule, severity, member, title, evidence, advice, reasoning, remedy },
		});
	});

	it('holds no control character', () => {
		expect(announcementJson({ ...told, title: hostileName }, judgement()).trim()).not.toMatch(/\p{Cc}/u);
	});
});
