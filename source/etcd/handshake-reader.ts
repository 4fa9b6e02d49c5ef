/** Types of records and of handshake messages (RFC 5246, 6.2.1 and 7.4). */
const handshakeRecord = 22;
const certificateMessage = 11;
const certificateRequestMessage = 13;
const serverDoneMessage = 14;

/** A handshake is a few kilobytes; what says more than this is no etcd. */
const mostBytes = 128 * 1024;
const mostCertificates = 8;

/**
 * Overhears a handshake of TLS 1.2, in which the server speaks in the clear until it has said all that is wanted here:
 * its certificates as it presents them, and whether it asks for one. Node tells neither of the two by itself, and the
 * certificates only where the server lets us in.
 */
export class HandshakeReader {
	/** The certificates as DER, the server's own first. */
	readonly chain: Buffer[] = [];
	asksForCertificate = false;
	/** All that is said in the clear has been said. */
	isComplete = false;
	#records: Buffer = Buffer.alloc(0);
	#messages: Buffer = Buffer.alloc(0);
	#isOver = false;

	/** Takes what came from the server, however it is cut. Never throws. */
	push(chunk: Buffer): void {
		if (this.#isOver) return;
		this.#records = Buffer.concat([this.#records, chunk]);
		while (!this.#isOver && this.#records.length >= 5) {
			const end = 5 + this.#records.readUInt16BE(3);
			if (this.#records.length < end) break;
			if (this.#records[0] === handshakeRecord) this.#read(this.#records.subarray(5, end));
			else this.#isOver = true;
			this.#records = this.#records.subarray(end);
		}
		if (this.#records.length + this.#messages.length > mostBytes) this.#isOver = true;
	}

	/** A record holds several messages, or a part of one. */
	#read(content: Buffer): void {
		this.#messages = Buffer.concat([this.#messages, content]);
		while (!this.#isOver && this.#messages.length >= 4) {
			const end = 4 + this.#messages.readUIntBE(1, 3);
			if (this.#messages.length < end) return;
			this.#take(this.#messages[0]!, this.#messages.subarray(4, end));
			this.#messages = this.#messages.subarray(end);
		}
	}

	#take(type: number, body: Buffer): void {
		if (type === certificateMessage) this.chain.push(...certificatesIn(body));
		if (type === certificateRequestMessage) this.asksForCertificate = true;
		if (type !== serverDoneMessage) return;
		this.isComplete = true;
		this.#isOver = true;
	}
}

/** A list with its length in front, of certificates with theirs. */
function certificatesIn(body: Buffer): readonly Buffer[] {
	const certificates: Buffer[] = [];
	for (let at = 3; at + 3 <= body.length && certificates.length < mostCertificates; ) {
		const end = at + 3 + body.readUIntBE(at, 3);
		if (end > body.length) break;
		certificates.push(Buffer.from(body.subarray(at + 3, end)));
		at = end;
	}
	return certificates;
}
