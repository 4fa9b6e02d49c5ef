import type { Examiner } from './collect/examiner.ts';
import { compactMark } from './collect/examiners/compact-mark.ts';
import { controlPlaneExaminer } from './collect/examiners/control-plane.ts';
import { encryptionExaminer } from './collect/examiners/encryption.ts';
import { memberLists } from './collect/examiners/member-lists.ts';
import { tlsExaminer } from './collect/examiners/tls.ts';
import type { ExaminationOptions } from './config/settings.ts';

/** Without a word of this machine's own control plane. */
const usual: ExaminationOptions = { encryptedTypes: ['secrets'], manifestFolders: [] };

/** Who looks into what changes rarely, for one run of the monitor; what comes first has its first turn first. */
export const examiners = ({ encryptedTypes, manifestFolders }: ExaminationOptions = usual): readonly Examiner[] => [
	tlsExaminer(),
	memberLists,
	compactMark,
	...(manifestFolders.length === 0 ? [] : [controlPlaneExaminer(manifestFolders, '/', manifestFolders.length === 1)]),
	...(encryptedTypes.length === 0 ? [] : [encryptionExaminer(encryptedTypes)]),
];
