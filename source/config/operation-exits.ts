/** How the command of an operation can end. Scripts rely on the codes; the help and the readme show this table. */
export const operationExits = {
	done: { code: 0, meaning: 'done, or nothing to do; or a dry run whose checks let it pass' },
	refused: { code: 1, meaning: 'refused by a check, or not confirmed: nothing was changed' },
	broken: {
		code: 2,
		meaning: 'it began, and failed, stopped midway or left it unknown; for check hash: members differ',
	},
	unreadable: { code: 3, meaning: 'the cluster could not be read: nothing was changed' },
	usage: {
		code: 64,
		meaning: 'the command line is wrong, or names what is not there (a member, a folder): nothing was changed',
	},
	unwritten: {
		code: 74,
		meaning: 'standard output could not be written, whatever was done: `etcdtop journal` tells how it ended',
	},
	left: { code: 130, meaning: 'left with Ctrl+C before it began: nothing was changed' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly meaning: string }>>;

export type OperationEnd = keyof typeof operationExits;
