import type { ConnectionProfile } from '../etcd/profile.ts';
import { readCommandLine } from './command-line.ts';
import { connectionProfile } from './connection.ts';
import type { Command } from './flags.ts';
import { helpText } from './help.ts';
import { resolveLayers } from './layers.ts';
import type { Outside } from './outside.ts';
import { type Values, valuesOf } from './values.ts';

/** How the terminal is drawn on. */
export type ScreenOptions = { readonly color: boolean; readonly ascii: boolean; readonly screenReader: boolean };

/** What the monitor reads and shows, whatever the cluster. */
export type MonitorOptions = {
	readonly statusIntervalSeconds: number;
	readonly metricsIntervalSeconds: number;
	/** `off` is the reason that the screen gives. */
	readonly watch: { readonly prefixes: readonly string[] } | { readonly off: string };
	readonly readOnly: boolean;
	readonly screen: ScreenOptions;
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
	  } & MonitorOptions);

/** The locale of characters as the C library chooses it. */
function isUtf8({ environment }: Outside): boolean {
	const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || 'C';
	return /utf-?8/i.test(locale);
}

function monitorOptions(values: Values, outside: Outside): MonitorOptions {
	return {
		statusIntervalSeconds: values.seconds('interval', 1, 0.1),
		metricsIntervalSeconds: values.seconds('metrics-interval', 2, 0.5),
		watch: values.isOn('watch')
			? { prefixes: values.list('prefix') ?? ['/registry/'] }
			: { off: values.where('watch') },
		readOnly: values.isOn('read-only'),
		screen: {
			color: values.isOn('color'),
			ascii: values.given('ascii') ? values.isOn('ascii') : !isUtf8(outside),
			screenReader: values.isOn('screen-reader'),
		},
	};
}

async function settingsOf(command: Command, values: Values, outside: Outside): Promise<Settings> {
	const common = { quotaBytes: values.bytes('quota'), debug: values.isOn('debug') };
	switch (command) {
		case 'monitor': {
			const options = monitorOptions(values, outside);
			return { command, ...common, ...options, profile: await connectionProfile(values, outside) };
		}
		case 'status': {
			const output = values.choice('output', ['table', 'json', 'tmux'], 'table');
			const rest = { output, rates: values.isOn('rates'), color: values.isOn('color') };
			return { command, ...common, ...rest, profile: await connectionProfile(values, outside) };
		}
		case 'demo':
			return {
				command,
				...common,
				...monitorOptions(values, outside),
				members: values.number('members', 1, 7) ?? 3,
				writesPerSecond: values.number('rate', 0, 100_000),
			};
	}
}

/**
 * Everything that was asked for, from the command line (without `node` and the program), the environment and the files.
 * Throws `UsageError` for a mistake of the user's and `Interrupted` where the password was not given.
 */
export async function parseSettings(argv: readonly string[], version: string, outside: Outside): Promise<Settings> {
	const { command, isCommandGiven, given } = readCommandLine(argv);
	const asked = valuesOf(given);
	if (asked.isOn('help')) return { command: 'help', text: helpText(isCommandGiven ? command : null) };
	if (asked.isOn('version')) return { command: 'version', text: version };
	return settingsOf(command, valuesOf(await resolveLayers(given, outside)), outside);
}
