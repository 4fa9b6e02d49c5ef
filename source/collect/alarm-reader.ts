import type { AlarmsReading, StatusReading } from '../cluster/reading.ts';
import { CallError } from '../etcd/calls.ts';
import { pause, stampNow } from './clock.ts';
import type { LiveOptions } from './options.ts';

/** The alarm list goes through raft: a failed read is repeated rarely, and only while an alarm is still mentioned. */
const retryMs = 30_000;

/** A Status tells that there are alarms, for free; whose they are has to be asked, once for each change. */
export type AlarmReader = { status(reading: StatusReading): void };

/** The words that stay the same in all versions' wording of a Status error. */
const mentions = (errors: readonly string[]) =>
	errors
		.filter(text => /NOSPACE|CORRUPT/.test(text))
		.toSorted()
		.join('\n');

export function createAlarmReader(
	options: LiveOptions,
	push: (reading: AlarmsReading) => void,
	run: (work: Promise<void>) => void,
	signal: AbortSignal,
): AlarmReader {
	let known = '';
	let isReading = false;

	const read = async (endpoint: string, mentioned: string) => {
		try {
			const alarms = await options.calls
				.member(endpoint)
				.alarms({ timeoutSeconds: options.profile.commandTimeoutSeconds, signal });
			if (signal.aborted) return;
			known = mentioned;
			push({ ...stampNow(), kind: 'alarms', alarms });
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof CallError)) throw error;
			await pause(retryMs, signal);
		}
	};

	return {
		status({ outcome, endpoint }) {
			if (outcome.kind !== 'answered' || isReading) return;
			const mentioned = mentions(outcome.status.errors);
			if (mentioned === known) return;
			if (mentioned === '') {
				known = '';
				push({ ...stampNow(), kind: 'alarms', alarms: [] });
				return;
			}
			isReading = true;
			run(
				read(endpoint, mentioned).finally(() => {
					isReading = false;
				}),
			);
		},
	};
}
