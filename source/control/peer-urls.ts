import { partsOfUrl } from '../operations/peer-urls.ts';

/** Peer URLs as they were typed, parted by commas or blanks; or one line on what is wrong with them. */
export function parsePeerUrls(text: string): { readonly peerUrls: readonly string[] } | { readonly error: string } {
	const peerUrls = text.split(/[\s,]+/).filter(url => url !== '');
	if (peerUrls.length === 0) return { error: 'at least one peer URL is needed, as in: http://10.0.0.4:2380' };
	const wrong = peerUrls.find(url => partsOfUrl(url) === null);
	return wrong === undefined
		? { peerUrls }
		: { error: `“${wrong}” is no peer URL; it is http:// or https://, a host and a port, as in: http://10.0.0.4:2380` };
}
