import { isPathInDoubt, type Rule } from '../rule.ts';
import { memberFaults } from './member-fault.ts';

/** Nothing listens there, or there is no way to it. Only a refusal says that it is down, and only where others miss it. */
export const memberDown: Rule = {
	name: 'member-down',
	judge: subject => [
		...memberFaults(subject, ['refused'], (name, short) =>
			isPathInDoubt(subject.snapshot) ? `${name} cannot be reached: ${short}` : `${name} is down: ${short}`,
		),
		...memberFaults(subject, ['unreachable'], name => `${name} cannot be reached`),
		...memberFaults(subject, ['name-not-found'], (name, short) => `${name} cannot be reached: ${short}`),
	],
};
