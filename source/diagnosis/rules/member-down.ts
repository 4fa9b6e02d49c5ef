import type { Rule } from '../rule.ts';
import { memberFaults } from './member-fault.ts';

/** Nothing listens there, or there is no way to it. */
export const memberDown: Rule = {
	name: 'member-down',
	judge: subject =>
		memberFaults(subject, ['refused', 'unreachable', 'name-not-found'], (name, short) => `${name} is down: ${short}`),
};
