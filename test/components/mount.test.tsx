import { PassThrough } from 'node:stream';
import { Box, type Key, renderToString } from 'ink';
import { describe, expect, it, vi } from 'vitest';
import { frameRows } from '../../source/components/frame-rows.ts';
import { Keyboard } from '../../source/components/keyboard.tsx';
import { mount } from '../../source/components/mount.ts';
import { paintRow } from '../../source/components/paint.ts';
import type { Block } from '../../source/components/stand-ins.ts';
import { Strings } from '../../source/components/strings.tsx';
import { createTheme } from '../../source/components/theme.ts';
import { line, select } from '../../source/format/line.ts';

const theme = createTheme('16', true);

const blocksFor = (count: number): readonly Block[] => {
	const rows = [line(`count ${count}`, 'good'), select(line('日本語 ok'))];
	const frame = { lines: rows, width: 20, height: 4, theme };
	return [
		{ id: 'header', rows: [paintRow(line('header'), 40, theme)], width: 40 },
		{ id: 'a', rows: frameRows({ ...frame, title: 'A', isFocused: true }), width: 20 },
		{ id: 'b', rows: frameRows({ ...frame, title: 'B', isFocused: false }), width: 20 },
		{ id: 'footer', rows: [paintRow([], 40, theme)], width: 40 },
	];
};

function Screen({ count }: { readonly count: number }) {
	const [header, a, b, footer] = blocksFor(count).map(block => <Strings key={block.id} {...block} />);
	return (
		<Box flexDirection="column" width={40} height={6}>
			{header}
			<Box>
				{a}
				{b}
			</Box>
			{footer}
		</Box>
	);
}

function Broken(): never {
	throw new Error('broken');
}

function start(node: React.ReactNode) {
	const frames: string[] = [];
	const stdout = { columns: 40, rows: 6, write: (frame: string) => void frames.push(frame) };
	const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: vi.fn(), ref: () => {}, unref: () => {} });
	const mounted = mount(node, { stdout, stdin: stdin as unknown as NodeJS.ReadStream, stderr: process.stderr });
	return { frames, stdin, mounted };
}

const plain = (frame: string) =>
	frame
		.replaceAll(/\x1b\[[\d;]*m/g, '')
		.split('\n')
		.map(row => row.trimEnd());

describe('a mounted screen', () => {
	it('writes whole frames, at once, with nothing but text and styles', () => {
		const { frames, mounted } = start(<Screen count={1} />);
		mounted.rerender(<Screen count={2} />);
		mounted.rerender(<Screen count={3} />);
		expect(frames).toHaveLength(3);
		expect(plain(frames[2]!)).toEqual([
			'header',
			'┏ A ━━━━━━━━━━━━━━━┓╭ B ───────────────╮',
			'┃ count 3          ┃│ count 3          │',
			'┃ 日本語 ok        ┃│ 日本語 ok        │',
			'┗━━━━━━━━━━━━━━━━━━┛╰──────────────────╯',
			'',
		]);
		expect(frames.join('').replaceAll(/\x1b\[[\d;]*m/g, '')).not.toMatch(/\x1b/);
		expect(frames[2]).toContain('\x1b[32mcount 3\x1b[0m');
		expect(frames[2]).toContain('\x1b[7m日本語 ok\x1b[0m');
		mounted.unmount();
	});

	it('draws without Ink where every block keeps its place, and not otherwise', () => {
		const { frames, mounted } = start(<Screen count={1} />);
		expect(mounted.refill(blocksFor(2))).toBe(true);
		mounted.rerender(<Screen count={2} />);
		expect(frames[1]).toBe(frames[2]);
		expect(mounted.refill(blocksFor(2).slice(1))).toBe(false);
		expect(mounted.refill(blocksFor(2).map(block => ({ ...block, width: block.width + 1 })))).toBe(false);
		expect(mounted.refill(blocksFor(2).map(block => ({ ...block, rows: [...block.rows, ''] })))).toBe(false);
		expect(frames).toHaveLength(3);
		mounted.unmount();
	});

	it('shows the same as Ink alone', () => {
		const { frames, mounted } = start(<Screen count={7} />);
		expect(plain(frames[0]!)).toEqual(plain(renderToString(<Screen count={7} />, { columns: 40 })));
		mounted.unmount();
	});

	it('tells of a fault while drawing', async () => {
		const { mounted } = start(<Screen count={1} />);
		const ended = mounted.waitUntilExit();
		mounted.rerender(<Broken />);
		await expect(ended).rejects.toThrow('broken');
	});
});

describe('the keyboard', () => {
	async function typed(bytes: string, events: number) {
		const keys: [string, Partial<Key>][] = [];
		const pastes: string[] = [];
		const onKey = (text: string, key: Key) =>
			void keys.push([text, Object.fromEntries(Object.entries(key).filter(([, isOn]) => isOn === true))]);
		const { stdin, mounted } = start(<Keyboard onKey={onKey} onPaste={text => void pastes.push(text)} />);
		await vi.waitFor(() => expect(stdin.setRawMode).toHaveBeenCalledWith(true));
		stdin.write(bytes);
		await vi.waitFor(() => expect(keys.length + pastes.length).toBe(events));
		mounted.unmount();
		return { keys, pastes };
	}

	it('tells keys one by one, however fast they came', async () => {
		const { keys } = await typed('jG\x1b[A\t\r', 5);
		expect(keys).toEqual([
			['j', {}],
			['G', { shift: true }],
			['', { upArrow: true }],
			['', { tab: true }],
			['', { return: true }],
		]);
	});

	it('tells Ctrl with a letter and Backspace apart from text that came with them', async () => {
		const { keys } = await typed('ab\x7f\x15c\x03', 6);
		expect(keys).toEqual([
			['a', {}],
			['b', {}],
			['', { backspace: true }],
			['u', { ctrl: true }],
			['c', {}],
			['c', { ctrl: true }],
		]);
	});

	it('tells a lone Escape and Ctrl with a letter', async () => {
		expect((await typed('\x1b', 1)).keys).toEqual([['', { escape: true }]]);
		expect((await typed('\x1a', 1)).keys).toEqual([['z', { ctrl: true }]]);
	});

	it('tells pasted text apart from keys', async () => {
		const { keys, pastes } = await typed('\x1b[200~q\rquit\x1b[201~', 1);
		expect(keys).toEqual([]);
		expect(pastes).toEqual(['q\rquit']);
	});
});
