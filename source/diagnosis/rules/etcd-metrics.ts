import { safeText } from '../../format/safe.ts';
import type { Rule } from '../rule.ts';
import { isLoopback, ownEtcd } from './own-control-plane.ts';

const isOpen = (url: string) => url.startsWith('http:') && !isLoopback(url);

/** What this machine's etcd measures, and who can read it. */
export const etcdMetrics: Rule = {
	name: 'etcd-metrics',
	judge(subject) {
		const own = ownEtcd(subject);
		if (own === null) return [];
		const { metrics, metricsUrls } = own.settings;
		const isBasic = metrics === 'default' || metrics === 'basic';
		const open = metricsUrls.filter(isOpen).map(url => safeText(url, 80));
		if (!isBasic && open.length === 0) return [];
		return [
			{
				severity: 'info',
				member: own.member.id,
				title: isBasic ? 'etcd here does not measure its calls' : 'metrics of etcd here are open to the network',
				evidence: [
					...(isBasic ? [`--metrics is basic in ${own.file}: the alert etcdGRPCRequestsSlow can never fire`] : []),
					...(open.length > 0
						? [`--listen-metrics-urls ${open.join(', ')}: without TLS, for everybody who gets there`]
						: []),
				].join('; '),
				advice: isBasic
					? `set --metrics=extensive in ${own.file} to have slow calls measured; it costs some more samples a scrape`
					: `listen on 127.0.0.1 in ${own.file}, or let a firewall close the port`,
			},
		];
	},
};
