import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { preferRamDisk } from './ram-disk.ts';

const root = join(import.meta.dirname, '../..');

/** The built program, as a user starts it. */
export const builtProgram = join(root, 'dist/etcdtop.js');

const changedMs = (path: string) => statSync(path).mtimeMs;

function isBuilt(): boolean {
	if (!existsSync(builtProgram)) return false;
	const sources = readdirSync(join(root, 'source'), { recursive: true, encoding: 'utf8' });
	const files = [...sources.map(name => join(root, 'source', name)), join(root, 'scripts/build.ts')];
	// The launcher is copied last, with a time of its own.
	return Math.max(...files.map(changedMs)) <= changedMs(builtProgram);
}

/** For vitest's `globalSetup`: end-to-end tests run what is built, so what is built must be of these sources. */
export default function prepare(): void {
	preferRamDisk();
	if (!isBuilt()) execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
}
