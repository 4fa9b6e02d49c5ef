import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatQuota, parseBytes } from '../../source/format/bytes.ts';
import {
	formatClock,
	formatDuration,
	formatIsoTime,
	formatLatency,
	formatLatencyRange,
	parseDuration,
} from '../../source/format/duration.ts';
import { formatCompact, formatCount, formatPercent, formatRate } from '../../source/format/number.ts';

describe('bytes', () => {
	// As etcdctl's table prints these sizes.
	it.each([
		[0, '0 B'],
		[9, '9 B'],
		[999, '999 B'],
		[1000, '1.0 kB'],
		[20_480, '20 kB'],
		[24_500, '24 kB'],
		[25_500, '26 kB'],
		[24_460, '24 kB'],
		[999_999, '1000 kB'],
		[1_000_000, '1.0 MB'],
		[104_857_600, '105 MB'],
		[1_000_000_000, '1.0 GB'],
		[1_899_999_999, '1.9 GB'],
		[8_589_934_592, '8.6 GB'],
		[-24_576, '-25 kB'],
		[Number.NaN, '?'],
	])('%d is %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));

	it('names a quota as it was set', () => {
		expect(formatQuota(8 * 1024 ** 3)).toBe('8.6 GB (8 GiB)');
		expect(formatQuota(2_147_483_648)).toBe('2.1 GB (2 GiB)');
		expect(formatQuota(100 * 1024 ** 2)).toBe('105 MB (100 MiB)');
		expect(formatQuota(8_000_000_000)).toBe('8.0 GB');
		expect(formatQuota(0)).toBe('0 B');
	});

	it.each([
		['1048576', 1_048_576],
		['100MB', 100_000_000],
		['8g', 8_000_000_000],
		['2GiB', 2_147_483_648],
		['1.5 Gi', 1_610_612_736],
		[' 16 mib ', 16_777_216],
		['', null],
		['GB', null],
		['-1', null],
		['2 GiBs', null],
		['1e9', null],
		['99999999999P', null],
		['1constructor', null],
	])('reads %j as %j', (text, expected) => expect(parseBytes(text)).toBe(expected));
});

describe('durations', () => {
	it.each([
		[0.4, '0s'],
		[59.9, '59s'],
		[192, '3m 12s'],
		[7500, '2h 05m'],
		[273_600, '3d 4h'],
		[-5, '-5s'],
		[Number.POSITIVE_INFINITY, '?'],
	])('%d s is %s', (seconds, expected) => expect(formatDuration(seconds)).toBe(expected));

	it.each([
		[0, '0 ms'],
		[0.00005, '0.05 ms'],
		[0.0008, '0.8 ms'],
		[0.00234, '2.3 ms'],
		[0.012, '12 ms'],
		[0.9994, '999 ms'],
		[0.9996, '1 s'],
		[1.25, '1.25 s'],
		[12.34, '12.3 s'],
		[Number.NaN, '?'],
	])('a latency of %d s is %s', (seconds, expected) => expect(formatLatency(seconds)).toBe(expected));

	it.each([
		[0.008, 0.016, '8–16 ms'],
		[0.0001, 0.0002, '0.1–0.2 ms'],
		[0.512, 1.024, '0.51–1.02 s'],
		[0, 0.001, '< 1 ms'],
		[8.192, Number.POSITIVE_INFINITY, '> 8.19 s'],
		[0.004, 0.004, '4 ms'],
	])('the bucket from %d to %d is %s', (low, high, expected) => expect(formatLatencyRange(low, high)).toBe(expected));

	it.each([
		['10', 10],
		['1.5', 1.5],
		['5m', 300],
		['500ms', 0.5],
		['1h30m', 5400],
		['2d', 172_800],
		['1.5h', 5400],
		['', null],
		['5 minutes', null],
		['-5s', null],
		['m5', null],
		['1h30', null],
		['1.2.3s', null],
	])('reads %j as %j', (text, expected) => expect(parseDuration(text)).toBe(expected));

	it('reads back what it wrote, to the second', () => {
		fc.assert(
			fc.property(fc.nat(3599), seconds => {
				expect(parseDuration(formatDuration(seconds).replace(' ', ''))).toBe(seconds);
			}),
		);
	});
});

describe('moments', () => {
	const timeMs = Date.UTC(2025, 10, 21, 9, 5, 7, 89);

	it('shows a clock in a zone, and the time in UTC', () => {
		expect(formatClock(timeMs, 0)).toBe('09:05:07');
		expect(formatClock(timeMs, -150)).toBe('06:35:07');
		expect(formatClock(timeMs, -new Date(timeMs).getTimezoneOffset())).toBe(formatClock(timeMs));
		expect(formatIsoTime(timeMs)).toBe('2025-11-21T09:05:07.089Z');
	});

	it('survives what a recording may claim', () => {
		for (const wrong of [Number.NaN, 1e300, -1e300]) {
			expect(formatIsoTime(wrong)).toMatch(/Z$/);
			expect(formatClock(wrong)).toMatch(/^\d\d:\d\d:\d\d$/);
			expect(formatClock(wrong, 0)).toMatch(/^\d\d:\d\d:\d\d$/);
		}
	});
});

describe('numbers', () => {
	it('groups thousands', () => {
		expect(formatCount(999)).toBe('999');
		expect(formatCount(12_345_678)).toBe('12,345,678');
		expect(formatCount(-1234)).toBe('-1,234');
		expect(formatCount(18_446_744_073_709_551_615n)).toBe('18,446,744,073,709,551,615');
	});

	it.each([
		[0, '0'],
		[0.46, '0.5'],
		[7, '7'],
		[950, '950'],
		[999.6, '1k'],
		[1234, '1.2k'],
		[35_400, '35k'],
		[999_600, '1M'],
		[12_000_000n, '12M'],
		[-1234, '-1.2k'],
	])('%d in short is %s', (count, expected) => expect(formatCompact(count)).toBe(expected));

	it('never rounds something to nothing, nor almost all to all', () => {
		expect(formatRate(0)).toBe('0/s');
		expect(formatRate(0.01)).toBe('<0.1/s');
		expect(formatRate(1234)).toBe('1.2k/s');
		expect(formatPercent(0)).toBe('0%');
		expect(formatPercent(0.0004)).toBe('<1%');
		expect(formatPercent(0.253)).toBe('25%');
		expect(formatPercent(0.999)).toBe('99%');
		expect(formatPercent(1)).toBe('100%');
		expect(formatPercent(1.2)).toBe('120%');
	});
});
