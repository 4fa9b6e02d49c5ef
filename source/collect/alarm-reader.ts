import { mentionsAlarm } from '../cluster/alarms.ts';
import type { MemberKey } from '../cluster/member.ts';
import type { AlarmsReading, StatusReading } from '../cluster/reading.ts';
import { CallError } from '../etcd/calls.ts';
import { pause, stampNow } from './clock.ts';
import type { LiveOptions } from './options.ts';

/** The alarm list goes through raft: a failed read is repeated rarely, and only while an alarm is still mentioned. */
const retryMs = 30_000;

/** A Status tells that there are alarms, for free; whose they are has to be asked, once for each change. */
export type AlarmReader = {
	status(reading: StatusReading): void;
	forget(key: MemberKey): void;
};

/** What a Status says of alarms; versions differ in the blanks between the words. */
const mentionsIn = (errors: readonly string[]): readonly string[] =>
	errors.filter(text => mentionsAlarm(text)).map(text => text.replaceAll(/\s+/g, ' ').trim());

export function createAlarmReader(
	options: LiveOptions,
	push: (reading: AlarmsReading) => void,
	run: (work: Promise<void>) => void,
	signal: AbortSignal,
): AlarmReader {
	/** What each answering member mentions: one that lags behind must not make the others' news come and go. */
	const mentions = new Map<MemberKey, readonly string[]>();
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
		status({ key, outcome, endpoint }) {
			if (outcome.kind === 'failed') {
				mentions.delete(key);
				return;
			}
			mentions.set(key, mentionsIn(outcome.status.errors));
			const mentioned = [...new Set([...mentions.values()].flat())].toSorted().join('\n');
			if (mentioned === known || isReading) return;
			if (mentioned === '') {
				known = '';
				push({ ...stampNow(), kind: 'alarms', alarms: [] });
				return;
			}
			// Neither a learner nor a member without a leader can answer; another one will be along soon.
			if (outcome.status.isLearner || outcome.status.leaderId === null) return;
			isReading = true;
			run(
				read(endpoint, mentioned).finally(() => {
					isReading = false;
				}),
			);
		},
		forget: key => void mentions.delete(key),
	};
}
