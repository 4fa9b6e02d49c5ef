import type { Examiner } from './collect/examiner.ts';
import { compactMark } from './collect/examiners/compact-mark.ts';
import { memberLists } from './collect/examiners/member-lists.ts';
import { tlsExaminer } from './collect/examiners/tls.ts';

/** Who looks into what changes rarely, for one run of the monitor; what comes first has its first turn first. */
export const examiners = (): readonly Examiner[] => [tlsExaminer(), memberLists, compactMark];
