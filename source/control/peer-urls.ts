/** Peer URLs as they were typed, parted by commas or blanks; or one line on what is wrong with them. */
export function parsePeerUrls(text: string): { readonly peerUrls: readonly string[] } | { readonly error: string } {
	const peerUrls = text.split(/[\s,]+/).filter(url => url !== '');
	if (peerUrls.length === 0) return { error: 'at least one peer URL is needed, as in: http://10.0.0.4:2380' };
	for (const url of peerUrls) {
		const fault = faultOf(url);
		if (fault !== null) return { error: `“${url}” ${fault}, as in: http://10.0.0.4:2380` };
	}
	return { peerUrls };
}

/** etcd takes a scheme, a host and a port, and nothing after them. */
function faultOf(url: string): string | null {
	if (!/^https?:\/\//i.test(url)) return 'has to begin with http:// or https://';
	if (!URL.canParse(url)) return 'is no URL';
	if (!/^https?:\/\/[^/?#@]+:\d+\/?$/i.test(url)) return 'has to be a host and a port, and nothing else';
	return null;
}
