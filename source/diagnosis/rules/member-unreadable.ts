import { audibleKinds } from '../../cluster/failure.ts';
import type { Rule } from '../rule.ts';
import { memberFaults } from './member-fault.ts';

/** Something is there, but it cannot be asked: certificates, login, permission, or not an etcd. It may well serve others. */
export const memberUnreadable: Rule = {
	name: 'member-unreadable',
	judge: subject => memberFaults(subject, audibleKinds, (name, short) => `${name} cannot be read: ${short}`),
};
