import { areAlarmsKnown } from './cluster/alarms-known.ts';
import type { Snapshot } from './cluster/snapshot.ts';
import { operationExits } from './config/operation-exits.ts';
import type { ListSettings } from './config/settings.ts';
import { connect } from './connect.ts';
import type { Line } from './format/line.ts';
import { safeText } from './format/safe.ts';
import { openTools } from './maintenance-tools.ts';
import { print } from './print.ts';
import { alarmJson, alarmTable } from './report/alarms.ts';
import { memberJson, memberTable } from './report/members.ts';
import { printLines } from './report/print.ts';
import { isReadable, unreadableLines } from './report/unreadable.ts';

type Listing = {
	/** Lines for people where it could not be read. */
	readonly missing: (snapshot: Snapshot) => readonly string[];
	readonly table: (snapshot: Snapshot, widthCells: number) => readonly Line[];
	readonly json: (snapshot: Snapshot) => string;
};

const listings: Readonly<Record<ListSettings['command'], Listing>> = {
	'alarm list': {
		missing: snapshot =>
			areAlarmsKnown(snapshot) ? [] : ['no member tells which alarms are raised; try to log in as root'],
		table: alarmTable,
		json: alarmJson,
	},
	'member list': {
		missing: snapshot => (snapshot.list.length > 0 ? [] : unreadableLines(snapshot)),
		table: memberTable,
		json: memberJson,
	},
};

/** What of the given endpoints is not told, as it belongs to another cluster; null where all is. */
function strangersLine({ members, foreignKeys, clusterId }: Snapshot): string | null {
	const endpoints = members.filter(({ key }) => foreignKeys.includes(key)).map(({ endpoint }) => safeText(endpoint));
	return endpoints.length === 0
		? null
		: `this is cluster ${clusterId} only: ${endpoints.join(', ')} belongs to another one; give the endpoints of one cluster`;
}

/** `alarm list` and `member list`: the cluster is read once, and one thing of it is told. */
export async function listCommand(settings: ListSettings): Promise<number> {
	const { profile, quotaBytes, output, color } = settings;
	const { missing, table, json } = listings[settings.command];
	const calls = connect(profile);
	try {
		const { snapshot } = await openTools({ calls, profile, quotaBytes, history: null }).world.look();
		const complaints = isReadable(snapshot) ? missing(snapshot) : unreadableLines(snapshot);
		for (const line of complaints) process.stderr.write(`etcdtop: ${line}\n`);
		if (complaints.length > 0) return operationExits.unreadable.code;
		const { isTTY, columns } = process.stdout;
		if (output === 'json') print(`${json(snapshot)}\n`);
		else print(printLines(table(snapshot, isTTY ? columns : Number.POSITIVE_INFINITY), color && isTTY));
		const strangers = strangersLine(snapshot);
		if (strangers === null) return operationExits.done.code;
		process.stderr.write(`etcdtop: ${strangers}\n`);
		return operationExits.unreadable.code;
	} finally {
		calls.close();
	}
}
