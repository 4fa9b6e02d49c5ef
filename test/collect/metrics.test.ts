import { afterEach, describe, expect, it } from 'vitest';
import type { MetricsReading } from '../../source/cluster/reading.ts';
import { metricsLoop } from '../../source/collect/metrics-loop.ts';
import { metricsCandidates } from '../../source/collect/targets.ts';
import { fakeCluster, fakeMember, urlOf } from '../support/fake-calls.ts';
import { optionsOf, profileOf, type Reader, read, rounds, until } from './reader.ts';

let reader: Reader | undefined;
afterEach(() => reader?.stop());

const page = (id: string) =>
	new Map([
		[`etcd_server_id{server_id="${id}"}`, 1],
		['up', Number(id)],
		['unwanted', 1],
	]);

/** Members that share one host, as on a developer's machine. */
function sharedHost(metricsUrls: readonly string[]) {
	const members = ['1', '2', '3'].map(id => fakeMember(id, { clientUrls: [`http://127.0.0.1:${id}2379`] }));
	const cluster = fakeCluster(members);
	const endpoints = ['http://127.0.0.1:12379'];
	const options = optionsOf(cluster, endpoints, { profile: profileOf(endpoints, { metricsUrls }) });
	return { cluster, options };
}

const pageOf = (key: string) => {
	const outcome = reader?.of('metrics').findLast(reading => reading.key === key)?.outcome;
	return outcome?.kind === 'answered' ? outcome.url : outcome?.failure.kind;
};

describe('where metrics may be', () => {
	const member = {
		id: '1',
		name: 'm1',
		isLearner: false,
		clientUrls: ['https://a:2379'],
		peerUrls: ['https://b:2380'],
	};

	it('is the client URL, then given pages on its host, then all other given ones, then kubeadm’s port', () => {
		expect(metricsCandidates('https://a:2379', member, ['http://c:1', 'http://b:9/own', 'http://a:2381/'])).toEqual([
			'https://a:2379/metrics',
			'http://b:9/own',
			'http://a:2381/metrics',
			'http://c:1/metrics',
			'http://b:2381/metrics',
		]);
	});

	it('is asked for once where several ways lead there', () => {
		const pages = metricsCandidates('http://a:2379', null, ['http://a:2379', 'http://a:2381', 'http://a:2381/metrics']);
		expect(pages).toEqual(['http://a:2379/metrics', 'http://a:2381/metrics']);
	});

	it('is the client URL alone where there is no host', () => {
		expect(metricsCandidates('unix:///run/etcd.sock', null, [])[0]).toBe('unix:///run/etcd.sock/metrics');
		expect(metricsCandidates('http://[::1]:2379', null, [])).toEqual([
			'http://[::1]:2379/metrics',
			'http://[::1]:2381/metrics',
		]);
	});
});

describe('reading metrics', () => {
	it('takes the wanted samples of the client URL’s page', async () => {
		const cluster = fakeCluster([fakeMember('1')]);
		cluster.pages.set(`${urlOf('1')}/metrics`, page('1'));
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() => expect(pageOf('1')).toBe(`${urlOf('1')}/metrics`));
		const outcome = reader.last('metrics')!.outcome;
		expect(outcome.kind === 'answered' && [...outcome.samples.keys()]).toContain('up');
		expect(outcome.kind === 'answered' && outcome.samples.has('unwanted')).toBe(false);
	});

	it('finds kubeadm’s port, and stays with it', async () => {
		const cluster = fakeCluster([fakeMember('1')]);
		cluster.pages.set('http://10.0.0.1:2381/metrics', page('1'));
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() => expect(pageOf('1')).toBe('http://10.0.0.1:2381/metrics'));
		const asked = cluster.count(`GET ${urlOf('1')}/metrics`);
		await rounds(() => reader!.of('metrics').length, 5);
		expect(cluster.count(`GET ${urlOf('1')}/metrics`)).toBe(asked);
	});

	it('tells pages on one host apart by the server that each names', async () => {
		const urls = ['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3'];
		const { cluster, options } = sharedHost(urls);
		for (const [index, url] of urls.entries()) cluster.pages.set(`${url}/metrics`, page(String(3 - index)));
		reader = read(options);
		await until(() => expect(['1', '2', '3'].map(pageOf)).toEqual([...urls].reverse().map(url => `${url}/metrics`)));
	});

	it('shows no page of another member', async () => {
		const { cluster, options } = sharedHost(['http://127.0.0.1:1']);
		cluster.pages.set('http://127.0.0.1:1/metrics', page('2'));
		reader = read(options);
		await until(() => expect(pageOf('2')).toBe('http://127.0.0.1:1/metrics'));
		await until(() => expect(pageOf('1')).toBe('refused'));
		expect(reader.of('metrics').filter(({ key, outcome }) => key !== '2' && outcome.kind === 'answered')).toEqual([]);
	});

	it('says why the first page failed, and does not hammer where there is none', async () => {
		const cluster = fakeCluster([fakeMember('1')]);
		cluster.pages.set(`${urlOf('1')}/metrics`, 'http-status');
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() => expect(pageOf('1')).toBe('http-status'));
		const asked = () => cluster.count(`GET ${urlOf('1')}/metrics`);
		const statuses = () => reader!.of('status').length;
		const before = [asked(), statuses()] as const;
		await rounds(statuses, 60);
		expect(asked() - before[0]).toBeLessThan((statuses() - before[1]) / 4);
		expect(reader.last('metrics')?.outcome).toMatchObject({ failure: { where: `${urlOf('1')}/metrics` } });
	});

	it('finds a page that has moved', async () => {
		const cluster = fakeCluster([fakeMember('1')]);
		cluster.pages.set(`${urlOf('1')}/metrics`, page('1'));
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() => expect(pageOf('1')).toBe(`${urlOf('1')}/metrics`));
		cluster.pages.delete(`${urlOf('1')}/metrics`);
		cluster.pages.set('http://10.0.0.1:2381/metrics', page('1'));
		await until(() => expect(pageOf('1')).toBe('http://10.0.0.1:2381/metrics'));
	});

	it('goes on where the Status hangs, and hangs where it does not', async () => {
		const member = fakeMember('1');
		const cluster = fakeCluster([member]);
		cluster.pages.set(`${urlOf('1')}/metrics`, page('1'));
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() => expect(pageOf('1')).toBe(`${urlOf('1')}/metrics`));
		member.conduct = 'hang';
		await until(() => expect(reader?.stateOf('1')).toBe('timeout'));
		await rounds(() => reader!.of('metrics').length, 5);
		expect(pageOf('1')).toBe(`${urlOf('1')}/metrics`);
		member.conduct = 'answer';
		cluster.pages.set(`${urlOf('1')}/metrics`, 'hang');
		await until(() => expect([reader?.stateOf('1'), pageOf('1')]).toEqual(['answered', 'timeout']));
	});

	it('searches again at once when the member answers again, and else only now and then', async () => {
		const url = urlOf('1');
		const cluster = fakeCluster([fakeMember('1')]);
		const stop = new AbortController();
		let rounds = 0;
		let isAnswering = false;
		const searchedInRound: number[] = [];
		const loop = {
			key: () => '1',
			candidates: () => {
				rounds++;
				return { endpoint: url, pages: [`${url}/metrics`] };
			},
			isAnswering: () => isAnswering,
			push: () => {
				searchedInRound.push(rounds);
				isAnswering = searchedInRound.length >= 2;
				if (searchedInRound.length === 3) stop.abort();
			},
		};
		await metricsLoop({ ...optionsOf(cluster, [url]), metricsIntervalSeconds: 0.01 }, loop, stop.signal);
		const [first, second, third] = searchedInRound;
		expect(second! - first!).toBeGreaterThan(2);
		expect(third! - second!).toBe(1);
	});

	it('takes what there is much of from the first page, and then from one in so many', async () => {
		const url = urlOf('1');
		const cluster = fakeCluster([fakeMember('1')]);
		cluster.pages.set(`${url}/metrics`, page('1'));
		const stop = new AbortController();
		const pages: (readonly string[])[] = [];
		const loop = {
			key: () => '1',
			candidates: () => ({ endpoint: url, pages: [`${url}/metrics`] }),
			isAnswering: () => true,
			push: ({ outcome }: MetricsReading) => {
				pages.push(outcome.kind === 'answered' ? [...outcome.samples.keys()] : ['failed']);
				if (pages.length === 7) stop.abort();
			},
		};
		const rare = { families: new Set(['unwanted']), everySeconds: 0.03 };
		await metricsLoop({ ...optionsOf(cluster, [url]), metricsIntervalSeconds: 0.01, rare }, loop, stop.signal);
		expect(pages.map(names => names.includes('unwanted'))).toEqual([true, false, false, true, false, false, true]);
		expect(pages.every(names => names.includes('up'))).toBe(true);
	});
});
