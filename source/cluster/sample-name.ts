/** A sample's name taken apart: `etcd_network_active_peers{Local="1",Remote="2"}`. */
export type SampleName = {
	/** What stands before the labels. */
	readonly name: string;
	readonly labels: ReadonlyMap<string, string>;
};

const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"\s*(?:,|\}|$)/gy;
const unescaped: Readonly<Record<string, string>> = { '\\n': '\n', '\\\\': '\\', '\\"': '"' };

/** The part before the labels. */
export function metricOf(sample: string): string {
	const brace = sample.indexOf('{');
	return brace < 0 ? sample : sample.slice(0, brace);
}

/** Reads the exposition form; labels that do not follow it, and everything after them, are left out. */
export function parseSampleName(sample: string): SampleName {
	const name = metricOf(sample);
	const labels = new Map<string, string>();
	const text = sample.slice(name.length + 1);
	label.lastIndex = 0;
	for (const [, key, value] of text.matchAll(label))
		labels.set(
			key!,
			value!.replace(/\\["\\n]/g, pair => unescaped[pair]!),
		);
	return { name, labels };
}
