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

/**
 * Asks in a terminal of its own, with stdin and stdout elsewhere, and tells afterwards, while the program still runs,
 * what the terminal is like.
 */
const script = `
${JSON.stringify(process.execPath)} --input-type=module -e '
	import { execSync } from "node:child_process";
	const { askPassword } = await import(process.argv[1]);
	try { process.stdout.write("<" + (await askPassword("Password: ")) + ">"); }
	catch (error) { process.stdout.write("left with " + error.exitCode); }
	const words = execSync("stty -a < /dev/tty", { encoding: "utf8" }).split(/[^a-z-]+/);
	console.log("", words.filter(word => /^-?(?:echo|icanon|isig)$/.test(word)).join(" "));
' ${JSON.stringify(password)} </dev/null | cat
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
		expect(await ask(['sec\x1b[Aréx', '\x7f', 't\r'])).toBe('Password: \r\n<secrét> isig icanon echo\r\n');
	});

	it('is left with Ctrl+C, and the terminal is as before', async () => {
		expect(await ask(['sec\x03'])).toBe('Password: \r\nleft with 130 isig icanon echo\r\n');
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
