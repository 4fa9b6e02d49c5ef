/** How values are stored: plain, or encrypted with which provider and key. Never a value. */
export type EncryptionExamination = {
	readonly topic: 'encryption';
};
