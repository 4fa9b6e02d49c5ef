import { formatBytes } from '../format/bytes.ts';
import { safeText } from '../format/safe.ts';
import { entryOf } from './catalog.ts';
import { courseOf, oneCluster } from './checks.ts';
import { type Check, clusterNameOf, type Plan } from './plan.ts';
import { Refused } from './refused.ts';
import type { RequestOf, Retention } from './request.ts';
import { expired, isRetaining } from './retention.ts';
import { type LeftoverFile, nameOf, type SnapshotFile, type SnapshotTarget } from './snapshot-files.ts';
import { type Choice, chooseSource, corruptCheck } from './snapshot-source.ts';
import { type Prepare, type Prepared, plannedOf, type Step } from './step.ts';
import { olderSnapshots, removeStep } from './steps/remove-snapshots.ts';
import { saveStep, shownPath } from './steps/snapshot.ts';
import type { Look, World } from './world.ts';

type SnapshotRequest = RequestOf<'snapshot'>;

/** Looks that are taken until a follower has caught up: under load a lag is mostly the time between two answers. */
const maxLooks = 3;
/** Less room than this times the expected size is told. */
const closeFactor = 1.2;
const trailerBytes = 32;
/** Names beyond this are told by their number. */
const maxNames = 4;

/** What was found out for a plan. */
type Findings = {
	readonly look: Look;
	readonly choice: Choice;
	readonly target: SnapshotTarget;
	readonly overwrite: boolean;
	readonly clusterId: string | null;
	readonly freeBytes: number | null;
	readonly leftovers: readonly LeftoverFile[];
	readonly goes: readonly SnapshotFile[];
	readonly retention: Retention;
};

/** Prepares a snapshot: from which member, into which file, and which older files go for it. */
export const prepareSnapshot: Prepare<'snapshot'> = async (request, world) => planOf(await findOut(request, world));

async function findOut({ member, path, overwrite, retention }: SnapshotRequest, world: World): Promise<Findings> {
	refuseNonsense(retention);
	const { files } = world;
	const timeMs = world.timeMs();
	// A folder that cannot be written to is told before any member is asked; the name needs the cluster's id.
	await files.resolve(path, nameOf('0', timeMs), overwrite);
	const { look, choice } = await lookForSource(world, member);
	const { clusterId } = look.snapshot;
	const target = await files.resolve(path, nameOf(clusterId ?? '0', timeMs), overwrite);
	const older = clusterId === null || !isRetaining(retention) ? [] : await files.list(target.file, clusterId);
	return {
		look,
		choice,
		target,
		overwrite,
		clusterId,
		freeBytes: await files.freeBytes(target.file),
		leftovers: await files.leftovers(target.file),
		goes: expired(
			older.filter(({ file }) => file !== target.file),
			retention,
			timeMs,
		),
		retention,
	};
}

function refuseNonsense({ keepLast, keepForSeconds }: Retention): void {
	if (keepLast !== null && !(Number.isSafeInteger(keepLast) && keepLast >= 1))
		throw new Refused(`--keep-last ${keepLast}: give a whole number from 1, the new snapshot counts as one`);
	if (keepForSeconds !== null && !(keepForSeconds >= 0)) throw new Refused('--keep-for: give a time such as 7d or 12h');
}

async function lookForSource(world: World, member: string | null): Promise<{ look: Look; choice: Choice }> {
	for (let looks = 1; ; looks++) {
		const look = await world.look();
		const choice = chooseSource(look, member);
		if (!choice.mayCatchUp || looks === maxLooks) return { look, choice };
		await world.pause(world.patience.lookEveryMs, new AbortController().signal);
	}
}

function planOf(findings: Findings): Prepared {
	const { look, choice, target, clusterId, goes } = findings;
	const member = choice.source?.member ?? null;
	const steps = stepsOf(findings);
	const plan: Plan = {
		operation: 'snapshot',
		title: member === null ? entryOf('snapshot').title : `Save a snapshot of ${safeText(member.name)}`,
		clusterId,
		member: member === null ? null : safeText(member.name),
		risk: goes.length > 0 || target.replacedBytes !== null ? 'careful' : 'safe',
		phrase: clusterNameOf(clusterId),
		checks: checksOf(findings),
		summary: summaryOf(findings),
		consequence: consequenceOf(findings),
		steps: steps.map(plannedOf),
		nothingToDo: null,
	};
	return {
		plan,
		steps,
		course: courseOf(look),
		look,
		conclude: results => results.map(({ text }) => text).join('; '),
	};
}

function stepsOf({ choice, target, overwrite, clusterId, goes, retention }: Findings): readonly Step[] {
	if (choice.source === null || clusterId === null) return [];
	const save = saveStep(choice.source.member, { file: target.file, overwrite });
	return goes.length === 0 ? [save] : [save, removeStep({ file: target.file, clusterId, retention, planned: goes })];
}

const sizeOf = ({ choice }: Findings): number | null => {
	const bytes = choice.source?.member.numbers?.dbSizeBytes ?? null;
	return bytes === null ? null : bytes + trailerBytes;
};

const checksOf = (findings: Findings): readonly Check[] => [
	oneCluster(findings.look),
	findings.choice.check,
	corruptCheck(findings.look),
	spaceCheck(findings),
	...leftoverChecks(findings.leftovers),
];

function spaceCheck(findings: Findings): Check {
	const title = 'room for the file';
	const { freeBytes } = findings;
	const size = sizeOf(findings);
	if (freeBytes === null || size === null)
		return {
			title,
			verdict: 'warn',
			detail: `not known ${size === null ? 'how large it will be' : 'how much is free'}`,
		};
	const detail = `${formatBytes(size)} of ${formatBytes(freeBytes)} that are free`;
	if (freeBytes < size) return { title, verdict: 'stop', detail: `needs ${detail}; give a folder on another disk` };
	const isClose = freeBytes < size * closeFactor;
	return { title, verdict: isClose ? 'warn' : 'pass', detail: isClose ? `takes ${detail}: close` : `takes ${detail}` };
}

const leftoverChecks = (leftovers: readonly LeftoverFile[]): readonly Check[] =>
	leftovers.length === 0
		? []
		: [
				{
					title: 'no unfinished snapshot',
					verdict: 'warn',
					detail: `${namesOf(leftovers)}; remove by hand what nobody is writing`,
				},
			];

/** File names with their sizes, the first of them where there are many. */
function namesOf(files: readonly LeftoverFile[]): string {
	const named = files.slice(0, maxNames).map(({ file, sizeBytes }) => `${shownPath(file)} (${formatBytes(sizeBytes)})`);
	const rest = files.length - named.length;
	return rest === 0 ? named.join(', ') : `${named.join(', ')} and ${rest} more`;
}

function summaryOf(findings: Findings): string {
	const { choice, target, goes } = findings;
	if (choice.source === null) return 'there is no member that a snapshot could be taken from';
	const size = sizeOf(findings);
	const about = size === null ? '' : `, about ${formatBytes(size)},`;
	const save = `save the database of ${safeText(choice.source.member.name)}${about} to ${shownPath(target.file)}`;
	return goes.length === 0 ? save : `${save}, then remove ${olderSnapshots(goes.length)}`;
}

function consequenceOf({ choice, target, goes }: Findings): readonly string[] {
	if (choice.source === null) return [];
	const name = safeText(choice.source.member.name);
	return [
		`${name} reads its whole database from its disk once and serves everybody meanwhile.`,
		'The file holds everything that is in etcd, all Secrets included; only this user may read it (mode 0600).',
		...(target.replacedBytes === null
			? []
			: [`The file that is there (${formatBytes(target.replacedBytes)}) is replaced once the new one is whole.`]),
		...(goes.length === 0
			? []
			: [`Once the new one is verified, ${goes.length === 1 ? 'this goes' : 'these go'} for good: ${namesOf(goes)}.`]),
	];
}
