import type { Finding } from '../../source/diagnosis/finding.ts';
import type { Judgement } from '../../source/diagnosis/judge.ts';

/** What is wrong now, not what is only worth knowing. */
export const warningsOf = ({ findings }: Judgement): readonly Finding[] =>
	findings.filter(({ goneAtMs, severity }) => goneAtMs === null && severity !== 'info');
