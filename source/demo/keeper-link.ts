import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LinkModes } from './proxy.ts';

/** What the keeper can be asked for; each is answered when it is done. */
export type KeeperRequest =
	| { readonly kind: 'hello' }
	| { readonly kind: 'started'; readonly member: string; readonly pid: number }
	| { readonly kind: 'ended'; readonly member: string }
	/** Answered with the port that peers of `member` shall connect to. */
	| { readonly kind: 'open-link'; readonly member: string; readonly targetPort: number; readonly listenPort: number }
	/** Connections that `from` (null: a member that could not be told) makes to `member`. */
	| { readonly kind: 'set-link'; readonly member: string; readonly from: string | null; readonly modes: LinkModes };

export type KeeperAnswer =
	| { readonly id: number; readonly value: number }
	| { readonly id: number; readonly error: string };

export type Keeper = {
	readonly pid: number;
	ask(request: KeeperRequest): Promise<number>;
	/** Lets it kill what is left of the members and remove the directory; resolves when it has ended. */
	end(): Promise<void>;
};

/** The program beside this module: as source, or bundled beside it or one folder up. */
export function keeperProgram(): string {
	const places = ['./keeper.ts', './keeper.js', '../keeper.js'].map(name => new URL(name, import.meta.url));
	const found = places.map(url => fileURLToPath(url)).find(path => existsSync(path));
	if (found === undefined) throw new Error('the demonstration is not complete: keeper.js is missing, install it again');
	return found;
}

/** Starts the keeper of a directory. It runs in a session of its own, and does not keep our event loop alive. */
export function startKeeper(program: string, directory: string): Keeper {
	const child = spawn(process.execPath, ['--max-semi-space-size=2', program, directory], {
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		detached: true,
	});
	child.unref();
	child.channel?.unref();
	const waiting = new Map<number, { resolve(value: number): void; reject(error: Error): void }>();
	let lastId = 0;
	child.on('message', (answer: KeeperAnswer) => {
		const caller = waiting.get(answer.id);
		waiting.delete(answer.id);
		if ('error' in answer) caller?.reject(new Error(answer.error));
		else caller?.resolve(answer.value);
		if (waiting.size === 0) child.channel?.unref();
	});
	const ended = new Promise<void>(resolve => {
		const finish = () => {
			for (const { reject } of waiting.values()) reject(new Error('the keeper of the local cluster has ended'));
			waiting.clear();
			resolve();
		};
		child.once('exit', finish);
		child.once('error', finish);
	});
	return {
		pid: child.pid ?? 0,
		ask(request) {
			lastId += 1;
			const id = lastId;
			return new Promise((resolve, reject) => {
				if (!child.connected) return reject(new Error('the keeper of the local cluster has ended'));
				waiting.set(id, { resolve, reject });
				child.channel?.ref();
				child.send({ ...request, id });
			});
		},
		async end() {
			child.ref();
			if (child.connected) child.disconnect();
			await ended;
		},
	};
}
