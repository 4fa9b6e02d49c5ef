import { readFileSync } from 'node:fs';

/** One SRV record of a domain. */
export type ServiceRecord = { readonly name: string; readonly port: number; readonly priority: number };

/** Everything that settings are made from besides the command line. Tests hand in their own. */
export type Outside = {
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Where the files of an etcd on this machine are looked for; `/` but in tests. */
	readonly root: string;
	/** Text of a file; throws Node's errors. */
	readonly readFile: (path: string) => string;
	readonly resolveService: (name: string) => Promise<readonly ServiceRecord[]>;
	/** Asks on the terminal without echo; null where there is no terminal. Throws `Interrupted` on Ctrl+C. */
	readonly askPassword: (question: string) => Promise<string | null>;
};

/** The real one. What is seldom needed is imported when it is: Node's terminals and resolver cost milliseconds. */
export const outside: Outside = {
	environment: process.env,
	root: '/',
	readFile: path => readFileSync(path, 'utf8'),
	resolveService: async name => (await import('node:dns/promises')).resolveSrv(name),
	askPassword: async question => (await import('./password.ts')).askPassword(question),
};
