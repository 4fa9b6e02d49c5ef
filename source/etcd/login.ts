import { Fault } from './fault.ts';
import { answer } from './grpc.ts';
import type { Line } from './link.ts';
import { decodeToken, encodeLogin } from './messages.ts';
import type { ConnectionProfile } from './profile.ts';

/** etcd checks a password slowly on purpose, and logs each wrong one: after a refusal nothing is tried for this long. */
const restAfterRefusalMs = 30_000;

/** The token of the run, shared by all connections: etcd knows a token on every member. */
export class Login {
	readonly #login: ConnectionProfile['login'];
	#token: string | null = null;
	#refusal: { readonly fault: Fault; readonly atMs: number } | null = null;

	constructor(login: ConnectionProfile['login']) {
		this.#login = login;
	}

	/** Null until a call needed one. */
	get token(): string | null {
		return this.#token;
	}

	get isPossible(): boolean {
		return this.#login !== null;
	}

	/**
	 * A token other than `refused`, by the Authenticate call over this connection where none is at hand. Null when no user
	 * was given or authentication is off. Throws a `Fault`, never with the password in it.
	 */
	async renew(line: Line, refused: string | null, signal: AbortSignal): Promise<string | null> {
		if (this.#login === null) return null;
		if (this.#token !== null && this.#token !== refused) return this.#token;
		if (this.#refusal !== null && performance.now() - this.#refusal.atMs < restAfterRefusalMs)
			throw this.#refusal.fault;
		this.#token = null;
		const request = encodeLogin(this.#login.user, this.#login.password);
		try {
			const call = { path: '/etcdserverpb.Auth/Authenticate', request, token: null };
			this.#token = decodeToken(await answer(line, call, signal));
			this.#refusal = null;
			return this.#token;
		} catch (error) {
			if (!(error instanceof Fault)) throw error;
			if (/authentication is not enabled/.test(error.detail)) return null;
			if (error.kind === 'wrong-password') this.#refusal = { fault: error, atMs: performance.now() };
			throw error;
		}
	}
}
