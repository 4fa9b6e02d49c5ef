import { describe, expect, it } from 'vitest';
import type { KnownFinding } from '../../source/diagnosis/finding-log.ts';
import { spokenStatus } from '../../source/report/spoken.ts';
import { alarmed, finding, healthy, hostile, hostileName } from './situations.ts';

const known = (patch: Partial<KnownFinding> = {}): KnownFinding => ({
	...finding('critical', { title: 'no space' }),
	sinceMs: 0,
	count: 1,
	goneAtMs: null,
	...patch,
});

const about = (sentences: ReturnType<typeof spokenStatus>) =>
	sentences.find(({ subject }) => subject.startsWith('finding'))!;

describe('what is spoken', () => {
	it('begins with the verdict', () => {
		expect(spokenStatus(healthy, [])[0]!.text).toMatch(/^cluster healthy: /);
		expect(spokenStatus(healthy, [known()])[0]!.text).toBe('cluster critical: no space');
	});

	it('names a finding by its title, for when it is over', () => {
		const sentence = about(spokenStatus(healthy, [known()]));
		expect(sentence.text).toMatch(/^critical: no space\. .+Advice: /);
		expect(sentence.name).toBe('no space');
	});

	it('leaves the alarms to their finding, which has names and not numbers', () => {
		expect(spokenStatus(alarmed, []).map(({ text }) => text)).not.toContainEqual(expect.stringContaining('memberID'));
	});

	it('does not say one again that comes and goes, nor calls the cluster ill by one that is gone', () => {
		const held = about(spokenStatus(healthy, [known({ count: 2 })]));
		const sentences = spokenStatus(healthy, [known({ count: 2, goneAtMs: 1 })]);
		expect([about(sentences).subject, about(sentences).essence]).toEqual([held.subject, held.essence]);
		expect(about(sentences).text).toMatch(/^critical, gone for the moment: no space/);
		expect(sentences[0]!.text).toMatch(/^cluster healthy/);
	});

	it('says nothing that a terminal would obey', () => {
		for (const { text, name } of spokenStatus(hostile, [known({ title: hostileName, evidence: hostileName })]))
			expect(`${text}${name}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	});
});
