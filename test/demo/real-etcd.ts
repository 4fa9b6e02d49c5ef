import { type EtcdBinaries, fetchEtcd, type ReleaseLine } from '../../source/demo/binaries.ts';

/** The release lines that server-facing behaviour is tested on. `scripts/fetch-etcd.ts` has put them into the cache. */
export const releaseLines: readonly ReleaseLine[] = ['3.4', '3.5'];

export const realEtcd = (line: ReleaseLine): Promise<EtcdBinaries> => fetchEtcd(line);

/** Asks again until the answer is not null, false or undefined; what never comes ends with the test's own time limit. */
export async function until<Answer>(
	look: () => Answer | Promise<Answer>,
	{ everyMs = 20 }: { readonly everyMs?: number } = {},
): Promise<Exclude<Answer, null | undefined | false>> {
	for (;;) {
		const answer = await look();
		if (answer !== null && answer !== undefined && answer !== false)
			return answer as Exclude<Answer, null | undefined | false>;
		await new Promise(resolve => setTimeout(resolve, everyMs));
	}
}

/** One sample of a member's metrics page. */
export async function metric(metricsUrl: string, name: string): Promise<number> {
	const text = await (await fetch(`${metricsUrl}/metrics`)).text();
	const line = text.split('\n').find(each => each.startsWith(`${name} `));
	return Number(line?.slice(name.length + 1) ?? Number.NaN);
}
