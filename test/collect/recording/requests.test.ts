import { describe, expect, it } from 'vitest';
import { CarriedSamples, SampleDeltas } from '../../../source/collect/recording/samples.ts';

const handled = (code: string) => `grpc_server_handled_total{grpc_code="${code}",grpc_method="Put"}`;
const usual = (value: number) => new Map([['os_fd_used', value]]);
const both = (value: number, ok: number) => new Map([...usual(value), [handled('OK'), ok], [handled('Unknown'), 0]]);

describe('requests in a recording', () => {
	it('are written whole once, then as they change, and make no line complete by their absence', () => {
		const deltas = new SampleDeltas();
		expect(deltas.next('1', both(1, 5), 0)).toEqual({
			metrics: { os_fd_used: 1, [handled('OK')]: 5, [handled('Unknown')]: 0 },
			isComplete: true,
		});
		expect(deltas.next('1', usual(2), 2000)).toEqual({ metrics: { os_fd_used: 2 }, isComplete: false });
		expect(deltas.next('1', both(2, 6), 30_000)).toEqual({ metrics: { [handled('OK')]: 6 }, isComplete: false });
		expect(deltas.next('1', usual(2), 300_000)).toEqual({ metrics: { os_fd_used: 2 }, isComplete: true });
		expect(deltas.next('1', both(2, 6), 330_000)).toEqual({ metrics: { [handled('OK')]: 6 }, isComplete: false });
	});

	it('are read back with the scrapes that asked for them, and with no other', () => {
		const deltas = new SampleDeltas();
		const carried = new CarriedSamples();
		const scrapes = [both(1, 5), usual(2), both(3, 6), usual(3), usual(4), both(5, 9)];
		const back = scrapes.map((samples, index) => {
			const { metrics, isComplete } = deltas.next('1', samples, index * 15_000);
			return carried.next('1', metrics, isComplete, index * 15_000);
		});
		expect(back).toEqual(scrapes);
	});

	it('are given up where a line says that one is gone', () => {
		const carried = new CarriedSamples();
		carried.next('1', { [handled('OK')]: 5, [handled('Unknown')]: 1 }, true, 0);
		expect(carried.next('1', { [handled('OK')]: null }, false, 1000)).toEqual(new Map([[handled('Unknown'), 1]]));
	});

	it('have not changed where lines were silent on them for longer than anybody waits to ask', () => {
		const carried = new CarriedSamples();
		carried.next('1', Object.fromEntries(both(1, 5)), false, 0);
		expect(carried.next('1', { os_fd_used: 2 }, false, 30_000)).toEqual(usual(2));
		expect(carried.next('1', { os_fd_used: 2 }, false, 60_000)).toEqual(both(2, 5));
		expect(carried.next('1', {}, false, 90_000)).toEqual(usual(2));
		expect(carried.next('1', {}, false, 120_000)).toEqual(both(2, 5));
	});
});
