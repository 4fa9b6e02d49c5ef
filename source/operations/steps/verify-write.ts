import { isDenial } from '../../cluster/failure.ts';
import { safeText } from '../../format/safe.ts';
import { listNames } from '../members.ts';
import { isOutOfSpace } from '../rejections.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { failureIn, troubleOf } from '../trouble.ts';
import { servingVoters } from '../voter-to-ask.ts';
import { callsOf } from '../world.ts';

/** Never written: the condition of the transaction that names it never holds. */
const key = 'etcdtop/dry-write';

/** Has every voter that serves take a write that changes nothing. */
export const verifyWriteStep: Step = {
	title: 'see that a write works on every voter',
	memberId: null,
	isAbortable: true,
	warnings: [],
	run: verify,
};

async function* verify({ world, look, signal }: StepContext): AsyncGenerator<StepReport, StepResult, undefined> {
	const voters = servingVoters(look);
	if (voters.length === 0) return { end: 'failed', text: 'no voter serves, so no write was tried' };
	for (const [index, voter] of voters.entries()) {
		const name = safeText(voter.name, 80);
		yield { text: `a transaction that changes nothing, on ${name}`, fraction: index / voters.length };
		try {
			await callsOf(world, voter).dryWrite(key, { timeoutSeconds: world.patience.callSeconds, signal });
		} catch (error) {
			const failure = failureIn(error);
			const trouble = troubleOf(error);
			if (failure === null || trouble === null) throw error;
			if (isDenial(failure.kind))
				return { end: 'skipped', text: `whether writes work is not known: ${trouble.text}`, advice: trouble.advice };
			return {
				end: 'failed',
				text: isOutOfSpace(failure) ? `${name} still refuses writes for want of space` : trouble.text,
				advice: isOutOfSpace(failure) ? 'look at the alarms: NOSPACE may be raised again' : trouble.advice,
			};
		}
	}
	return { end: 'done', text: `a write works on ${listNames(voters.map(({ name }) => name))}` };
}
