import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { describe, expect, it } from 'vitest';
import { typeCharacter } from '../../source/config/password.ts';

/** Types a text key by key, as the terminal hands it on. */
const typed = (keys: string) =>
	[...keys].reduce<{ text: string; state: string }>(
		(before, key) => (before.state === 'typing' ? typeCharacter(before.text, key) : before),
		{ text: '', state: 'typing' },
	);

describe('typing a password', () => {
	it.each([
		['secret\r', 'secret', 'done'],
		['secret\n', 'secret', 'done'],
		['sex\x7fcret\r', 'secret', 'done'],
		['\b\bsecret\r', 'secret', 'done'],
		['wrong\x15secret\r', 'secret', 'done'],
		['pä😀\x7f\r', 'pä', 'done'],
		['se\tcret\x00\r', 'secret', 'done'],
		['secret\x03', '', 'left'],
		['\x04', '', 'left'],
		['secret\x04', 'secret', 'done'],
	])('%j', (keys, text, state) => {
		expect(typed(keys)).toEqual({ text, state });
	});
});

const password = resolve(import.meta.dirname, '../../source/config/password.ts');

/** Asks in a terminal of its own, with stdin and stdout elsewhere, and tells afterwards what the terminal is like. */
const script = `
${JSON.stringify(process.execPath)} --input-type=module -e '
	const { askPassword } = await import(process.argv[1]);
	try { process.stdout.write("<" + (await askPassword("Password: ")) + ">"); }
	catch (error) { process.exitCode = error.exitCode; }
' ${JSON.stringify(password)} </dev/null | cat
echo "exit \${PIPESTATUS[0]}"; stty -a | grep -o -- '-\\?\\(echo\\|icanon\\|isig\\) ' | tr -d '\\n'; echo END
`;

/** Types `keys` at the question and gives everything that stood on the terminal. */
async function ask(keys: readonly string[]): Promise<string> {
	const terminal = spawn('bash', ['-c', script], { cols: 200, rows: 24, env: process.env as Record<string, string> });
	let screen = '';
	let asked = false;
	return new Promise(resolved => {
		terminal.onData(text => {
			screen += text;
			if (!asked && screen.includes('Password: ')) {
				asked = true;
				for (const key of keys) terminal.write(key);
			}
		});
		terminal.onExit(() => resolved(screen));
	});
}

describe('asking on a terminal', () => {
	it('shows nothing of what is typed and restores the terminal', async () => {
		const screen = await ask(['sec\x1b[Aréx', '\x7f', 't\r']);
		expect(screen).toMatch(/^Password: \r\n<secrét>exit 0\r\n/);
		expect(screen).toContain('isig icanon echo END');
	});

	it('is left with Ctrl+C, and the terminal is as before', async () => {
		const screen = await ask(['sec\x03']);
		expect(screen).toMatch(/^Password: \r\nexit 130\r\n/);
		expect(screen).toContain('isig icanon echo END');
	});

	it('gives up where there is no terminal', () => {
		// A session of its own has no controlling terminal.
		const program = `const { askPassword } = await import(process.argv[1]); console.log(await askPassword('Password: '))`;
		const argv = [process.execPath, '--input-type=module', '-e', program, password];
		expect(spawnSync('setsid', ['--wait', ...argv], { encoding: 'utf8' })).toMatchObject({
			stdout: 'null\n',
			stderr: '',
		});
	});
});
