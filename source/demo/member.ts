import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** What cannot be reached by a partition, as seen from the member. */
export type PartitionDirection = 'both' | 'outgoing' | 'incoming';

/** One etcd server of our own on loopback. */
export type LocalMember = {
	readonly name: string;
	readonly clientUrl: string;
	/** As advertised: a link that can be cut, where the cluster has such. */
	readonly peerUrl: string;
	/** Where `/metrics` and `/health` are, without the path. */
	readonly metricsUrl: string;
	readonly dataDirectory: string;
	readonly logFile: string;
	/** Null while it does not run. */
	readonly pid: number | null;
	readonly state: 'running' | 'frozen' | 'stopped';
	/** Null while all peer links are whole. */
	readonly partitioned: PartitionDirection | null;
	/** Runs it again on the same data; resolves when the process is there, not when it serves. */
	start(): Promise<void>;
	/** SIGKILL; resolves when it is gone. */
	kill(): Promise<void>;
	/** SIGTERM; resolves when it is gone. */
	stop(): Promise<void>;
	/** SIGSTOP: sockets stay open and nothing answers. Resolves when it has taken effect. */
	freeze(): Promise<void>;
	thaw(): Promise<void>;
	/** Cuts the peer links: bytes are held as by a network that loses packets. Clients still reach it. */
	partition(direction?: PartitionDirection): Promise<void>;
	heal(): Promise<void>;
};

export type MemberPlan = Pick<
	LocalMember,
	'name' | 'clientUrl' | 'peerUrl' | 'metricsUrl' | 'dataDirectory' | 'logFile'
> & {
	readonly program: string;
	readonly commandLine: readonly string[];
	/** Told after each change; the cluster passes it on to the keeper. */
	onStarted(pid: number): void;
	onEnded(): void;
	setPartition(direction: PartitionDirection | null): Promise<void>;
};

/**
 * Why a member ended, in one line: its last log entry of an error, else what it printed first (a refused command line is
 * followed by pages of help).
 */
export function lastWords(logFile: string): string {
	let lines: string[] = [];
	try {
		lines = readFileSync(logFile, 'utf8')
			.split('\n')
			.filter(line => line.trim() !== '');
	} catch {
		return 'it has no log';
	}
	const bad = lines.findLast(line => /^\{"level":"(?:error|fatal|panic)"/.test(line));
	if (bad === undefined) return lines.find(line => !line.startsWith('{')) ?? lines.at(-1) ?? 'its log is empty';
	const { msg, error } = JSON.parse(bad) as { readonly msg?: string; readonly error?: string };
	return error ?? msg ?? bad;
}

/** Linux shows the state after the name, which may itself hold spaces and brackets. */
function isStopped(pid: number): boolean {
	try {
		return /^T/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, ''));
	} catch {
		return true;
	}
}

/** A member that does not run yet. */
export function createMember(plan: MemberPlan): LocalMember {
	let child: ChildProcess | null = null;
	let gone: Promise<void> = Promise.resolve();
	let isFrozen = false;
	let partitioned: PartitionDirection | null = null;
	const send = (signal: NodeJS.Signals) => child?.kill(signal);
	const end = async (signal: NodeJS.Signals) => {
		send(signal);
		// A frozen process takes SIGTERM only once it goes on.
		if (isFrozen) send('SIGCONT');
		await gone;
	};
	const { program, commandLine, onStarted, onEnded, setPartition, ...facts } = plan;
	return {
		...facts,
		get pid() {
			return child?.pid ?? null;
		},
		get state() {
			return child === null ? 'stopped' : isFrozen ? 'frozen' : 'running';
		},
		get partitioned() {
			return partitioned;
		},
		async start() {
			if (child !== null) return;
			const log = openSync(plan.logFile, 'a', 0o600);
			// A session of its own: keys that stop or end the demonstration are not for the members.
			const started = spawn(program, commandLine, { stdio: ['ignore', log, log], detached: true });
			closeSync(log);
			child = started;
			gone = new Promise(resolve => {
				const ended = () => {
					if (child === started) {
						child = null;
						isFrozen = false;
						onEnded();
					}
					resolve();
				};
				started.once('exit', ended);
				started.once('error', ended);
			});
			if (started.pid !== undefined) onStarted(started.pid);
		},
		kill: () => end('SIGKILL'),
		stop: () => end('SIGTERM'),
		async freeze() {
			if (child === null || !send('SIGSTOP')) return;
			isFrozen = true;
			while (process.platform === 'linux' && child?.pid !== undefined && !isStopped(child.pid)) await wait(1);
		},
		async thaw() {
			isFrozen = false;
			send('SIGCONT');
		},
		async partition(direction = 'both') {
			await setPartition(direction);
			partitioned = direction;
		},
		async heal() {
			await setPartition(null);
			partitioned = null;
		},
	};
}
