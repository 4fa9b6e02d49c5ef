import type { PrintOptions } from './config/settings.ts';
import { type Answer, askConfirmation, questionOf } from './confirm.ts';
import { type Line, plainText } from './format/line.ts';
import { truncate } from './format/width.ts';
import type { Plan } from './operations/plan.ts';
import { print } from './print.ts';
import { foldLine } from './report/fold.ts';
import { planLines } from './report/plan.ts';
import { printLines } from './report/print.ts';

/** Where an operation tells what it does: people read lines, programs one object at the end. */
export type Desk = {
	/** The plan, before anything is done. */
	plan(plan: Plan): void;
	/** A line that stays. */
	settle(line: Line): void;
	/** A line that the next one paints over; shown on terminals only. */
	pass(line: Line): void;
	/** Lines that stay. */
	end(lines: readonly Line[]): void;
	/** One line for people, on standard error. */
	complain(text: string): void;
	/** Shows what it is about where that was not to be seen yet, and asks. */
	ask(plan: Plan, signal: AbortSignal): Promise<Answer>;
	/** The object of `-o json`; nothing for people. */
	report(json: () => string): void;
};

/** Rows that a line goes on in. */
const foldedIndent = 4;

const widthOf = ({ isTTY, columns }: NodeJS.WriteStream): number =>
	isTTY && columns > 0 ? columns : Number.POSITIVE_INFINITY;

/** The desk of a command: standard output for what was asked for, standard error for questions and complaints. */
export function createDesk({ output, color }: PrintOptions): Desk {
	const { stdout, stderr } = process;
	// A terminal that was closed must not end what is still to be followed and written down.
	stderr.on('error', () => undefined);
	const isJson = output === 'json';
	const repaints = stdout.isTTY === true && process.env.TERM !== 'dumb';
	let isPassing = false;
	const clear = () => {
		if (isPassing) print('\r\x1b[K');
		isPassing = false;
	};
	const tell = (lines: readonly Line[]) => {
		if (isJson) return;
		clear();
		print(printLines(lines, color && stdout.isTTY === true));
	};
	return {
		plan: plan => tell(planLines(plan, widthOf(stdout))),
		settle: line => tell(foldLine(line, widthOf(stdout), foldedIndent)),
		end: tell,
		pass(line) {
			if (isJson || !repaints) return;
			print(`\r\x1b[K${truncate(plainText(line), Math.max(1, widthOf(stdout) - 1))}`);
			isPassing = true;
		},
		complain(text) {
			clear();
			stderr.write(`etcdtop: ${text}\n`);
		},
		ask(plan, signal) {
			const isSeen = !isJson && stdout.isTTY === true;
			if (!isSeen) stderr.write(printLines(planLines(plan, widthOf(stderr)), color));
			stderr.write('\n');
			return askConfirmation(questionOf(plan), signal);
		},
		report(json) {
			if (isJson) print(`${json()}\n`);
		},
	};
}
