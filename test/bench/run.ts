/**
 * `npm run bench [-- NAME…]`: measures the production build against its yardsticks and prints a table. Ends with 1 where
 * a must is missed or a row cannot be measured.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Family, openBench } from './bench.ts';
import { isMet, type Result, table } from './result.ts';
import { burst } from './rows/burst.ts';
import { frame } from './rows/frame.ts';
import { frozen } from './rows/frozen.ts';
import { guest } from './rows/guest.ts';
import { judging } from './rows/judging.ts';
import { keys } from './rows/keys.ts';
import { memory } from './rows/memory.ts';
import { start } from './rows/start.ts';
import { watch } from './rows/watch.ts';
import { watching } from './rows/watching.ts';

const families: readonly Family[] = [start, frozen, watching, keys, watch, burst, memory, guest, frame, judging];

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { program: { type: 'string', default: join(import.meta.dirname, '../../dist') } },
});
const unknown = positionals.filter(name => !families.some(family => family.name === name));
if (unknown.length > 0) {
	console.error(`bench: no row "${unknown[0]}"; there are ${families.map(({ name }) => name).join(', ')}`);
	process.exit(64);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const results: Result[] = [];
const failures: string[] = [];
const startMs = performance.now();
const bench = await openBench(values.program);
console.log(
	`Node ${process.versions.node}, etcd ${bench.binaries.version}, ${availableParallelism()} x ${cpus()[0]?.model}`,
);
console.log(`load before: ${loadavg()[0]!.toFixed(2)} (others on the machine blur the figures; the ratios stand)\n`);
for (const family of families) {
	if (positionals.length > 0 && !positionals.includes(family.name)) continue;
	console.error(`measuring ${family.name}…`);
	try {
		results.push(...(await family.measure(bench)));
	} catch (error) {
		failures.push(`${family.name}: ${error instanceof Error ? error.message : String(error)}`);
	}
}
bench.close();

console.log(table(results));
console.log(`\n${Math.round((performance.now() - startMs) / 1000)} s; load after: ${loadavg()[0]!.toFixed(2)}`);
for (const failure of failures) console.error(`CANNOT BE MEASURED HERE: ${failure}`);
const missed = results.filter(({ must }) => !isMet(must));
for (const { name } of missed) console.error(`MUST MISSED: ${name}`);
process.exit(missed.length + failures.length > 0 ? 1 : 0);
