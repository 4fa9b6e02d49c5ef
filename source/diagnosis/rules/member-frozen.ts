import type { Rule } from '../rule.ts';
import { memberFaults } from './member-fault.ts';

/** The member takes no call: stopped, hung on its disk, or cut off by something that drops packets. */
export const memberFrozen: Rule = {
	name: 'member-frozen',
	judge: subject => memberFaults(subject, ['timeout'], name => `${name} does not answer`),
};
