import type { Failure } from '../failure.ts';
import type { MemberKey } from '../member.ts';

/** What a certificate says of itself, cut to a sane length. Hostile text: escape it before it is shown. */
export type CertificateFacts = {
	/** In one line: `CN=etcd-1, O=example`; empty where it names nobody. */
	readonly subject: string;
	readonly issuer: string;
	/** The first of the DNS names and addresses that it is for. */
	readonly names: readonly string[];
	/** Milliseconds since 1970. */
	readonly validFromMs: number;
	readonly validToMs: number;
};

/** A URL of a member that its clients or its peers use, and what was found there. */
export type TlsPort = {
	readonly key: MemberKey;
	readonly role: 'client' | 'peer';
	readonly url: string;
	/** The member itself tells others to use this URL; false for one that only we were given. */
	readonly isAdvertised: boolean;
	/** A loopback address or a Unix socket: nobody reaches it from another machine. */
	readonly isLocal: boolean;
	readonly outcome: /** Without TLS. Peers: it is what the member tells the others; clients: the port took a connection. */
		| { readonly kind: 'plain' }
		| {
				readonly kind: 'tls';
				/** As the server presents it: its own certificate first, then its issuers. Never empty. */
				readonly chain: readonly CertificateFacts[];
				/** Whether its own certificate is for the URL's host, by the rules of Go: the common name does not count. */
				readonly isForHost: boolean;
				/** etcd that asks for a client certificate refuses who has none. Null where TLS 1.3 hides it. */
				readonly asksForCertificate: boolean | null;
				/** Found by an earlier look; by now the port does not answer. */
				readonly isRemembered: boolean;
		  }
		| { readonly kind: 'unseen'; readonly failure: Failure };
};

/** A file of certificates that the profile names. */
export type CertificateFile = {
	readonly role: 'client' | 'authority';
	readonly file: string;
	readonly outcome:
		| {
				readonly kind: 'read';
				/** Every certificate in it. `isInUse`: it is our own, or it signed one that was seen. */
				readonly certificates: readonly (CertificateFacts & { readonly isInUse: boolean })[];
		  }
		/** `reason`: in words, without the file's name. */
		| { readonly kind: 'unreadable'; readonly reason: string };
};

/** How connections are protected, as far as a client can see: ports, certificates, authentication. */
export type TlsExamination = {
	readonly topic: 'tls';
	readonly ports: readonly TlsPort[];
	readonly files: readonly CertificateFile[];
	/** Whether etcd demands a login. Asked only where a port lets in who has no certificate; `unknown` elsewhere. */
	readonly authentication: 'on' | 'off' | 'unknown';
};
