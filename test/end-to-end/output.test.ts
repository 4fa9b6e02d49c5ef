import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtProgram } from '../support/built.ts';

/** Runs the program with a standard output of ours; its exit code and what it said on standard error. */
function finish(
	stdout: 'pipe' | number,
	args = [builtProgram, '--help'],
): Promise<{ readonly code: number | null; readonly error: string }> {
	const child = spawn(process.execPath, args, { stdio: ['ignore', stdout, 'pipe'] });
	// The reader leaves before anything was written.
	child.stdout?.destroy();
	let error = '';
	child.stderr!.setEncoding('utf8').on('data', text => {
		error += text;
	});
	return new Promise(resolve => {
		child.once('close', code => resolve({ code, error }));
	});
}

describe('standard output', () => {
	it('may be left by its reader', async () => {
		expect(await finish('pipe')).toEqual({ code: 0, error: '' });
	});

	it('that cannot be written is told in one line', async () => {
		expect(await finish(openSync('/dev/full', 'w'))).toEqual({
			code: 74,
			error: 'etcdtop: standard output cannot be written: ENOSPC; try another file\n',
		});
	});

	it('is told of once, however much there was to be written', async () => {
		const module = new URL('../../source/print.ts', import.meta.url).href;
		const program = `const { print } = await import('${module}'); print('a'); setTimeout(() => print('b'), 1);`;
		const { code, error } = await finish(openSync('/dev/full', 'w'), ['--input-type=module', '-e', program]);
		expect({ code, lines: error.match(/cannot be written/g)?.length }).toEqual({ code: 74, lines: 1 });
	});
});
