import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainInterrupted } from '../source/explain-interrupted.ts';
import { author } from '../source/journal/author.ts';
import { lockPath } from '../source/journal/lock.ts';
import { openJournal } from '../source/journal/open.ts';
import type { Outcome } from '../source/operations/plan.ts';
import type { Request } from '../source/operations/request.ts';
import { releaseLines } from './demo/real-etcd.ts';
import { roles, sharedCluster } from './end-to-end/shared-cluster.ts';
import type { OperatorNews, OperatorOrder } from './support/operator-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { realWorld } from './support/world.ts';

/** An operation in a process of its own, which goes on only when it is told to. */
type OperatorProcess = {
	readonly child: ChildProcess;
	/** What it says next. */
	next(): Promise<OperatorNews>;
	goOn(): void;
	/** Lets it go on to its end. */
	finish(): Promise<Outcome>;
	readonly ended: Promise<number | NodeJS.Signals | null>;
};

function startOperator(order: OperatorOrder): OperatorProcess {
	const program = join(import.meta.dirname, 'support', 'operator-process.ts');
	const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
	onTestFinished(() => void child.kill('SIGKILL'));
	child.stdin.on('error', () => {});
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async (): Promise<OperatorNews> => {
		const { done, value } = await lines.next();
		if (done) throw new Error('the operator’s process has ended');
		return JSON.parse(value);
	};
	const goOn = () => void child.stdin.write('\n');
	return {
		child,
		next,
		goOn,
		async finish() {
			while (true) {
				goOn();
				const news = await next();
				if (news.kind === 'outcome') return news.outcome;
			}
		},
		ended: new Promise(resolve => child.once('close', (code, signal) => resolve(signal ?? code))),
	};
}

const journalIn = (folder: string) => openJournal({ folder, author: author(process.env), now: () => Date.now() });

const linesIn = (folder: string): readonly { readonly kind: string; readonly end?: string }[] =>
	readFileSync(join(folder, 'journal.jsonl'), 'utf8')
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));

describe.each(releaseLines)('operations in processes of their own on etcd %s', line => {
	const cluster = sharedCluster(line, { members: 3 });

	const order = (folder: string, request: Request, lastWordsMs = 100): OperatorOrder => ({
		endpoints: cluster().endpoints,
		folder,
		request,
		isForced: false,
		lastWordsMs,
	});

	const explain = async (folder: string) => {
		const { world, close } = realWorld(cluster().endpoints);
		onTestFinished(close);
		return explainInterrupted({ journal: journalIn(folder), world });
	};

	it('run one at a time, and the second is told who is at work', async () => {
		const folder = temporaryFolder();
		const { follower } = await roles(cluster());
		const request: Request = { operation: 'defragment-member', member: follower.name, rule: null };
		const first = startOperator(order(folder, request));
		expect(await first.next()).toMatchObject({ kind: 'step-started', step: 0 });
		const second = startOperator(order(folder, request));
		expect(await second.next()).toMatchObject({
			kind: 'outcome',
			outcome: {
				kind: 'stopped',
				text: expect.stringMatching(
					new RegExp(`“Defragment ${follower.name}” by .*, process ${first.child.pid}, since .*; nothing was done$`),
				),
			},
		});
		expect(linesIn(folder).map(({ kind }) => kind)).toEqual(['started', 'step-started']);
		expect(await first.finish()).toMatchObject({ kind: 'done' });
		const third = startOperator(order(folder, request));
		expect(await third.next()).toMatchObject({ kind: 'step-started' });
		expect(await third.finish()).toMatchObject({ kind: 'done' });
	});

	it.each(['SIGHUP', 'SIGKILL'] as const)(
		'ended by %s while the server is at it are interrupted, explained once, and in nobody’s way',
		async signal => {
			const folder = temporaryFolder();
			const { follower } = await roles(cluster());
			const request: Request = { operation: 'defragment-member', member: follower.name, rule: null };
			const operator = startOperator(order(folder, request));
			expect(await operator.next()).toMatchObject({ kind: 'step-started' });
			await follower.freeze();
			operator.goOn();
			// It has asked: the member is frozen, and nothing comes back.
			expect(await operator.next()).toMatchObject({ kind: 'step-progress' });
			operator.goOn();
			operator.child.kill(signal);
			expect(await operator.ended).toBe(signal === 'SIGHUP' ? 129 : 'SIGKILL');
			expect(linesIn(folder).map(({ kind }) => kind)).toEqual(['started', 'step-started']);
			expect(existsSync(lockPath(folder))).toBe(signal === 'SIGKILL');
			expect(await journalIn(folder).runs()).toMatchObject([{ state: 'interrupted', text: '' }]);

			await follower.thaw();
			await cluster().waitHealthy();
			const [told, ...rest] = await explain(folder);
			expect(rest).toEqual([]);
			expect(told).toMatch(
				new RegExp(
					`^“Defragment ${follower.name}” by .* was interrupted: .*“defragment ${follower.name}” was under way.*; ${follower.name} serves now, its file `,
				),
			);
			expect(await explain(folder)).toEqual([]);
			expect(await journalIn(folder).runs()).toMatchObject([
				{ state: 'interrupted', text: expect.stringContaining(`${follower.name} serves now`) },
			]);

			const again = startOperator(order(folder, request));
			expect(await again.next()).toMatchObject({ kind: 'step-started' });
			expect(await again.finish()).toMatchObject({ kind: 'done' });
		},
	);

	it('whose terminal is closed during a step that can be left say so, and leave nothing behind', async () => {
		const folder = temporaryFolder();
		const { follower } = await roles(cluster());
		const retention = { keepLast: null, keepForSeconds: null };
		const path = join(folder, 'snapshot.db');
		const request: Request = { operation: 'snapshot', member: follower.name, path, overwrite: false, retention };
		const operator = startOperator(order(folder, request, 30_000));
		expect(await operator.next()).toMatchObject({ kind: 'step-started' });
		await follower.freeze();
		operator.goOn();
		operator.child.kill('SIGHUP');
		expect(await operator.ended).toBe(129);
		expect(linesIn(folder)).toMatchObject([
			{ kind: 'started' },
			{ kind: 'step-started' },
			{ kind: 'step-ended', end: 'left' },
			{ kind: 'ended', outcome: 'stopped' },
		]);
		expect(readdirSync(folder)).toEqual(['journal.jsonl']);
		expect(await explain(folder)).toEqual([]);
	});
});
