/** Items that come when they come and are taken one by one, by one taker. */
export class Mailbox<T> {
	/** Called when everything that waited has been taken. */
	onRoom: () => void = () => {};
	#waiting: T[] = [];
	#taken = 0;
	#end: { readonly reason: unknown } | null = null;
	#taker: PromiseWithResolvers<T | null> | null = null;

	/** Items that wait to be taken. */
	get size(): number {
		return this.#waiting.length - this.#taken;
	}

	/** After the end nothing is taken in. */
	put(item: T): void {
		if (this.#end !== null) return;
		if (this.#taker === null) {
			this.#waiting.push(item);
			return;
		}
		this.#taker.resolve(item);
		this.#taker = null;
	}

	/** Ends it, well where the reason is null. Only the first end counts. */
	end(reason: unknown): void {
		if (this.#end !== null) return;
		this.#end = { reason };
		const taker = this.#taker;
		this.#taker = null;
		if (reason === null) taker?.resolve(null);
		else taker?.reject(reason);
	}

	/** The next item, null after a good end. Rejects with the reason of a bad one, when all that came before is taken. */
	async take(): Promise<T | null> {
		if (this.size > 0) {
			const item = this.#waiting[this.#taken++]!;
			if (this.size === 0) {
				this.#waiting = [];
				this.#taken = 0;
				this.onRoom();
			}
			return item;
		}
		if (this.#end === null) {
			this.#taker = Promise.withResolvers();
			return this.#taker.promise;
		}
		if (this.#end.reason === null) return null;
		throw this.#end.reason;
	}
}
