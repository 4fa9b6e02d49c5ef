/** How connections are protected, as far as a client can see: ports, certificates, authentication. */
export type TlsExamination = {
	readonly topic: 'tls';
};
