import type { ConnectionProfile } from '../etcd/profile.ts';
import { safeText } from '../format/safe.ts';
import { type CommandLine, type GivenValues, readCommandLine } from './command-line.ts';
import { isOperation, type OperationCommand } from './commands.ts';
import { connectionProfile } from './connection.ts';
import { UsageError } from './errors.ts';
import { helpText } from './help.ts';
import { resolveLayers } from './layers.ts';
import type { AskedRequest } from './operation-request.ts';
import type { Outside } from './outside.ts';
import { type Values, valuesOf } from './values.ts';
import { splitWords } from './words.ts';

/** How the terminal is drawn on. */
export type ScreenOptions = { readonly color: boolean; readonly ascii: boolean; readonly screenReader: boolean };

/** What is looked into now and then. */
export type ExaminationOptions = {
	/** Resources of which it is looked at how they are stored; `secrets`, or `GROUP/RESOURCE`. None turns it off. */
	readonly encryptedTypes: readonly string[];
	/** Where the manifests of a control plane may be; the first that has any counts. */
	readonly manifestFolders: readonly string[];
};

/** How what is critical is told to whoever does not look. */
export type AnnouncingOptions = {
	readonly bell: boolean;
	readonly title: boolean;
	/** A program and its arguments; null for none. */
	readonly notify: readonly string[] | null;
};

/** What the monitor reads and shows, whatever the cluster. */
export type MonitorOptions = {
	readonly statusIntervalSeconds: number;
	readonly metricsIntervalSeconds: number;
	/** `off` is the reason that the screen gives. */
	readonly watch: { readonly prefixes: readonly string[] } | { readonly off: string };
	readonly examined: ExaminationOptions;
	readonly readOnly: boolean;
	/** Where all that is read is also written; null for nowhere. */
	readonly recordFile: string | null;
	readonly screen: ScreenOptions;
	readonly announcing: AnnouncingOptions;
};

/** How an answer without a screen is printed. */
export type PrintOptions = {
	readonly output: 'table' | 'json';
	readonly color: boolean;
	readonly debug: boolean;
};

/** What an operation needs beside the cluster. */
export type OperationSettings = PrintOptions & {
	readonly command: 'operation';
	readonly request: AskedRequest;
	readonly profile: ConnectionProfile;
	readonly quotaBytes: number | null;
	/** Ends after the plan. */
	readonly isDryRun: boolean;
	/** Confirmed by the command line: nothing is asked. */
	readonly isConfirmed: boolean;
	/** Passes a stop that may be passed. */
	readonly isForced: boolean;
};

/** What only reads the cluster once and tells one thing of it. */
export type ListSettings = PrintOptions & {
	readonly command: 'alarm list' | 'member list';
	readonly profile: ConnectionProfile;
	readonly quotaBytes: number | null;
};

/** What is told of a recording. */
export type ReportSettings = {
	readonly command: 'report';
	readonly file: string;
	readonly output: 'markdown' | 'json';
	/** For members that do not tell theirs; null leaves it to the recording. */
	readonly quotaBytes: number | null;
	readonly debug: boolean;
};

/** What the user wants, checked and complete. */
export type Settings =
	| { readonly command: 'help' | 'version'; readonly text: string }
	| ({
			readonly command: 'monitor';
			readonly profile: ConnectionProfile;
			/** For members that do not tell theirs; null where it was not given. */
			readonly quotaBytes: number | null;
			readonly debug: boolean;
	  } & MonitorOptions)
	| {
			readonly command: 'status';
			readonly profile: ConnectionProfile;
			readonly output: 'table' | 'json' | 'tmux';
			readonly rates: boolean;
			/** The least severity that makes the exit code another than 0. */
			readonly failOn: 'warning' | 'critical';
			readonly color: boolean;
			readonly quotaBytes: number | null;
			readonly debug: boolean;
	  }
	| ({
			readonly command: 'demo';
			readonly members: number;
			/** Writes a second; null leaves it to the demonstration. */
			readonly writesPerSecond: number | null;
			/** The quota that the members are started with; null for etcd's own. */
			readonly quotaBytes: number | null;
			readonly debug: boolean;
	  } & MonitorOptions)
	| OperationSettings
	| ListSettings
	| ReportSettings
	| (PrintOptions & { readonly command: 'journal' });

/** The locale of characters as the C library chooses it. */
function isUtf8({ environment }: Outside): boolean {
	const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || 'C';
	return /utf-?8/i.test(locale);
}

/** Where kubeadm and minikube keep the manifests of their static pods, and where RKE2 does. */
const manifestFolders = ['/etc/kubernetes/manifests', '/var/lib/rancher/rke2/agent/pod-manifests'];

function examinationOptions(values: Values): ExaminationOptions {
	const types = values.list('encrypted-types') ?? ['secrets'];
	const odd = types.find(type => !/^[a-z0-9.-]+(?:\/[a-z0-9-]+)?$/.test(type));
	if (odd !== undefined)
		throw new UsageError(
			`${values.where('encrypted-types')} ${safeText(odd, 60)} is not a resource; try secrets, or GROUP/RESOURCE for custom ones`,
		);
	const folder = values.text('manifests');
	return {
		encryptedTypes: values.isOn('encryption') ? types : [],
		manifestFolders: folder === null ? manifestFolders : [folder],
	};
}

function monitorOptions(values: Values, outside: Outside): MonitorOptions {
	return {
		statusIntervalSeconds: values.seconds('interval', 1, 0.1),
		metricsIntervalSeconds: values.seconds('metrics-interval', 2, 0.5),
		watch: values.isOn('watch')
			? { prefixes: values.list('prefix') ?? ['/registry/'] }
			: { off: values.where('watch') },
		examined: examinationOptions(values),
		readOnly: values.isOn('read-only'),
		recordFile: values.text('record'),
		screen: {
			color: values.isOn('color'),
			ascii: values.given('ascii') ? values.isOn('ascii') : !isUtf8(outside),
			screenReader: values.isOn('screen-reader'),
		},
		announcing: { bell: values.isOn('bell'), title: values.isOn('title'), notify: notifyCommand(values) },
	};
}

function notifyCommand(values: Values): readonly string[] | null {
	const text = values.text('notify');
	if (text === null) return null;
	const words = splitWords(text);
	if (words === null)
		throw new UsageError(
			`${values.where('notify')}: a quote is not closed, or nothing follows a backslash; try --notify 'mail -s "etcd is critical" ops'`,
		);
	if (words[0] === undefined || words[0] === '')
		throw new UsageError(`${values.where('notify')} names no program; try --notify /usr/local/bin/page`);
	return words;
}

/** `tmux` in a configuration file is meant for `status`, which alone can do it. */
function printOptions(values: Values): PrintOptions {
	const isForStatus = values.text('output') === 'tmux' && values.where('output') !== '--output';
	return {
		output: isForStatus ? 'table' : values.choice('output', ['table', 'json'], 'table'),
		color: values.isOn('color'),
		debug: values.isOn('debug'),
	};
}

/** What a configuration file holds is meant for other commands where a report cannot do it. */
function reportOutput(values: Values): ReportSettings['output'] {
	const isForOthers = values.where('output') !== '--output' && values.text('output') !== 'json';
	return isForOthers ? 'markdown' : values.choice('output', ['markdown', 'json'], 'markdown');
}

async function operationSettings(
	command: OperationCommand,
	argument: string | null,
	values: Values,
	outside: Outside,
): Promise<OperationSettings> {
	if (values.isOn('read-only'))
		throw new UsageError(
			`${command} is not to be had: ${values.where('read-only')} leaves out what changes the cluster`,
		);
	const { requestOf } = await import('./operation-request.ts');
	return {
		command: 'operation',
		request: requestOf(command, argument, values),
		...printOptions(values),
		quotaBytes: values.bytes('quota'),
		isDryRun: values.isOn('dry-run'),
		isConfirmed: values.isOn('yes'),
		isForced: values.isOn('force'),
		profile: await connectionProfile(values, outside),
	};
}

type Chosen = Extract<CommandLine, { readonly kind: 'command' }>;

async function settingsOf({ command, argument }: Chosen, values: Values, outside: Outside): Promise<Settings> {
	if (isOperation(command)) return operationSettings(command, argument, values, outside);
	const common = { quotaBytes: values.bytes('quota'), debug: values.isOn('debug') };
	switch (command) {
		case 'monitor': {
			const options = monitorOptions(values, outside);
			return { command, ...common, ...options, profile: await connectionProfile(values, outside) };
		}
		case 'status': {
			const output = values.choice('output', ['table', 'json', 'tmux'], 'table');
			const failOn = values.choice('fail-on', ['warning', 'critical'], 'warning');
			const rest = { output, rates: values.isOn('rates'), color: values.isOn('color'), failOn };
			return { command, ...common, ...rest, profile: await connectionProfile(values, outside) };
		}
		case 'demo': {
			const options = monitorOptions(values, outside);
			return {
				command,
				...common,
				...options,
				// Its cluster is not the one of this machine's control plane.
				examined: { ...options.examined, manifestFolders: [] },
				members: values.number('members', 1, 7) ?? 3,
				writesPerSecond: values.number('rate', 0, 100_000),
			};
		}
		case 'alarm list':
		case 'member list':
			return { command, ...common, ...printOptions(values), profile: await connectionProfile(values, outside) };
		case 'journal':
			return { command, ...printOptions(values) };
		case 'report':
			return { command, ...common, file: argument ?? '', output: reportOutput(values) };
	}
}

/** The help must come even where the configuration file is broken: it is what mends it. */
async function isReadOnly(given: GivenValues, outside: Outside): Promise<boolean> {
	try {
		return valuesOf(await resolveLayers(given, outside)).isOn('read-only');
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		return valuesOf(given).isOn('read-only');
	}
}

async function help({ topic, given }: Extract<CommandLine, { kind: 'help' }>, outside: Outside): Promise<Settings> {
	const readOnly = await isReadOnly(given, outside);
	if (readOnly && topic?.every(isOperation))
		throw new UsageError(`${topic[0]} is not to be had: read-only leaves out what changes the cluster`);
	return { command: 'help', text: helpText(topic, readOnly) };
}

/**
 * Everything that was asked for, from the command line (without `node` and the program), the environment and the files.
 * Throws `UsageError` for a mistake of the user's and `Interrupted` where the password was not given.
 */
export async function parseSettings(argv: readonly string[], version: string, outside: Outside): Promise<Settings> {
	const line = readCommandLine(argv);
	switch (line.kind) {
		case 'help':
			return help(line, outside);
		case 'version':
			return { command: 'version', text: version };
		case 'command':
			return settingsOf(line, valuesOf(await resolveLayers(line.given, outside)), outside);
	}
}
