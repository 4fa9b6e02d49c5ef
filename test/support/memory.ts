import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const stepBytes = 4 * 1024 * 1024;

/** Every place of a process's writable memory where a text stands, with the bytes in front of it; Linux only. */
export function findInMemory(pid: number, text: string, bytesBefore: number): readonly string[] {
	const found: string[] = [];
	const memory = openSync(`/proc/${pid}/mem`, 'r');
	try {
		for (const { from, to } of writableRegions(pid))
			for (let at = from; at < to; at += stepBytes) {
				const bytes = readAt(memory, at, Math.min(stepBytes + bytesBefore + text.length, to - at));
				for (let place = bytes.indexOf(text); place >= 0; place = bytes.indexOf(text, place + 1))
					found.push(bytes.toString('latin1', Math.max(0, place - bytesBefore), place));
			}
	} finally {
		closeSync(memory);
	}
	return found;
}

function writableRegions(pid: number): readonly { readonly from: number; readonly to: number }[] {
	return readFileSync(`/proc/${pid}/maps`, 'utf8')
		.split('\n')
		.filter(line => / rw/.test(line))
		.map(line => line.split(' ', 1)[0]!.split('-'))
		.map(([from, to]) => ({ from: Number.parseInt(from!, 16), to: Number.parseInt(to!, 16) }));
}

/** What cannot be read, as a page that was never touched, is nothing. */
function readAt(memory: number, at: number, length: number): Buffer {
	const bytes = Buffer.alloc(length);
	try {
		return bytes.subarray(0, readSync(memory, bytes, 0, length, at));
	} catch {
		return Buffer.alloc(0);
	}
}
