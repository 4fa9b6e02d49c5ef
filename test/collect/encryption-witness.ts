/**
 * A process whose memory is searched afterwards: looks at how secrets are stored, as the monitor does, or (with `whole`)
 * reads one value whole and lets it go. Prints what the history then holds as one line, and waits to be ended.
 */
import { createHistory, examinationAt, record } from '../../source/cluster/history.ts';
import { encryptionExaminer } from '../../source/collect/examiners/encryption.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import { plainProfile } from '../support/profile.ts';

const [endpoint = '', key] = process.argv.slice(2);
const calls = connectEtcd(plainProfile);
const options = {
	calls,
	profile: plainProfile,
	statusIntervalSeconds: 1,
	metricsIntervalSeconds: 1,
	wantedFamilies: new Set<string>(),
	watch: { off: 'not here' },
};
const history = createHistory({ quotaFlagBytes: null });
const rows = [{ key: 'a', endpoint, isAnswering: true, member: null }];
const examiner = encryptionExaminer(['secrets']);
const held = key === undefined ? null : await calls.member(endpoint).get(key, { timeoutSeconds: 10 });
const examination = key === undefined ? await examiner.examine({ options, rows }, new AbortController().signal) : null;
if (examination !== null) record(history, { kind: 'examination', atMs: 1, timeMs: 1, examination });
process.stdout.write(`${JSON.stringify([examinationAt(history, 'encryption', 1), held?.value.length ?? null])}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit());
