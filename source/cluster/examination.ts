import type { CompactMarkExamination } from './examinations/compact-mark.ts';
import type { ControlPlaneExamination } from './examinations/control-plane.ts';
import type { EncryptionExamination } from './examinations/encryption.ts';
import type { MemberListsExamination } from './examinations/member-lists.ts';
import type { TlsExamination } from './examinations/tls.ts';

/**
 * What one look into something found that no Status and no metrics tell. One topic a file in `examinations/`: its facts,
 * bounded in size by whoever makes them, with no secret among them.
 */
export type Examination =
	| CompactMarkExamination
	| MemberListsExamination
	| TlsExamination
	| EncryptionExamination
	| ControlPlaneExamination;

export type Topic = Examination['topic'];
