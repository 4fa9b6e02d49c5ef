import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

/** Certificate files of a cluster's client side. */
export type ClientTls = {
	readonly caFile: string;
	readonly certificateFile: string;
	readonly keyFile: string;
	/** Whether clients must present a certificate of that authority. */
	readonly requireClientCertificate?: boolean;
};

export type HttpAnswer = { readonly status: number; readonly text: string };

type HttpRequest = {
	readonly url: string;
	readonly timeoutMs: number;
	/** Sent as JSON by POST; without it the request is a GET. */
	readonly body?: unknown;
	readonly tls?: ClientTls | undefined;
};

/** One HTTP request to a member of our own on loopback. */
export function ask({ url, timeoutMs, body, tls }: HttpRequest): Promise<HttpAnswer> {
	const certificates =
		tls === undefined
			? {}
			: {
					cert: readFileSync(tls.certificateFile),
					key: readFileSync(tls.keyFile),
					// Our own child answers there; whether its certificate is good is what tests find out by other means.
					rejectUnauthorized: false,
				};
	const request = url.startsWith('https:') ? requestTls : requestPlain;
	return new Promise((resolve, reject) => {
		const sent = request(
			url,
			{
				method: body === undefined ? 'GET' : 'POST',
				agent: false,
				signal: AbortSignal.timeout(timeoutMs),
				...certificates,
			},
			response => {
				let text = '';
				response.setEncoding('utf8');
				response.on('data', chunk => {
					text += chunk;
				});
				response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
				response.on('error', reject);
			},
		);
		sent.on('error', reject);
		sent.end(body === undefined ? undefined : JSON.stringify(body));
	});
}
