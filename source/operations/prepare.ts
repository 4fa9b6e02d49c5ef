import { prepareHashCheck } from './check-hash.ts';
import { prepareCompaction } from './compact.ts';
import { prepareClusterDefragmentation } from './defragment-cluster.ts';
import { prepareMemberDefragmentation } from './defragment-member.ts';
import { prepareDisarm } from './disarm-alarm.ts';
import { prepareMemberAdd } from './member-add.ts';
import { prepareMemberPromotion } from './member-promote.ts';
import { prepareMemberRemoval } from './member-remove.ts';
import { prepareMemberUpdate } from './member-update.ts';
import { prepareLeaderMove } from './move-leader.ts';
import type { OperationId } from './plan.ts';
import { prepareSpaceRecovery } from './recover-space.ts';
import type { Request } from './request.ts';
import { prepareSnapshot } from './snapshot.ts';
import type { Prepare, Prepared } from './step.ts';
import type { World } from './world.ts';

const preparers: { readonly [Id in OperationId]: Prepare<Id> } = {
	compact: prepareCompaction,
	'defragment-member': prepareMemberDefragmentation,
	'defragment-cluster': prepareClusterDefragmentation,
	snapshot: prepareSnapshot,
	'disarm-alarm': prepareDisarm,
	'recover-space': prepareSpaceRecovery,
	'move-leader': prepareLeaderMove,
	'member-add': prepareMemberAdd,
	'member-remove': prepareMemberRemoval,
	'member-update': prepareMemberUpdate,
	'member-promote': prepareMemberPromotion,
	'check-hash': prepareHashCheck,
};

/** Prepares any operation. */
export const prepare = (request: Request, world: World): Promise<Prepared> =>
	(preparers[request.operation] as Prepare<OperationId>)(request, world);
