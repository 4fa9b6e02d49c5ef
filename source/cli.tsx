import { Interrupted, UsageError } from './config/errors.ts';
import { outside } from './config/outside.ts';
import { parseSettings, type Settings } from './config/settings.ts';
import { print } from './print.ts';

declare const ETCDTOP_VERSION: string;

/** Runs what was asked for; the answer is the exit code. Each command is imported when it is the one. */
async function run(settings: Settings): Promise<number> {
	switch (settings.command) {
		case 'help':
		case 'version':
			print(`${settings.text}\n`);
			return 0;
		case 'status':
			return (await import('./status-command.ts')).statusCommand(settings);
		case 'monitor':
			return (await import('./monitor-command.ts')).monitorCommand({ ...settings, playground: null });
		case 'demo':
			return (await import('./demo-command.ts')).demoCommand(settings);
		case 'operation':
			return (await import('./operation-command.ts')).operationCommand(settings);
		case 'alarm list':
		case 'member list':
			return (await import('./list-command.ts')).listCommand(settings);
		case 'report':
			return (await import('./report-command.ts')).reportCommand(settings);
		case 'journal':
			return (await import('./journal-command.ts')).journalCommand(settings);
	}
}

/** What a user can cause is one line; a fault of ours says so, with its stack only under `--debug`. */
function explain(error: unknown, isDebug: boolean): number {
	if (error instanceof Interrupted) return error.exitCode;
	if (error instanceof UsageError) {
		process.stderr.write(`etcdtop: ${error.message}\n`);
		return error.exitCode;
	}
	const text = error instanceof Error ? (isDebug && error.stack) || error.message : String(error);
	process.stderr.write(
		`etcdtop: a fault of etcdtop itself: ${text}${isDebug ? '' : '; try --debug for where it happened'}\n`,
	);
	return 70;
}

const argv = process.argv.slice(2);
try {
	process.exitCode = await run(await parseSettings(argv, ETCDTOP_VERSION, outside));
} catch (error) {
	process.exitCode = explain(error, argv.includes('--debug'));
}
