/** A setting that may be left to the program; `unknown`: it is set, but to what is not to be known from here. */
export type Setting<Value> = Value | 'default' | 'unknown';

/** A file that a flag names, as far as it can be looked at. Nothing of a key but that it is there. */
export type NamedFile = {
	/** `--etcd-certfile`. */
	readonly flag: string;
	/** Where it is on this machine; hostile text. */
	readonly path: string;
	readonly outcome:
		| { readonly kind: 'present' }
		/**
		 * Milliseconds since 1970: of a program's own certificate that one, of a file of authorities the one that ends last,
		 * because an old one may stand beside its successor.
		 */
		| { readonly kind: 'certificate'; readonly validFromMs: number; readonly validToMs: number }
		| { readonly kind: 'missing' }
		/** `reason`: in words, without the file's name. */
		| { readonly kind: 'unreadable' | 'broken'; readonly reason: string };
};

/** `--encryption-provider-config`, without the keys themselves. Hostile text. */
export type EncryptionConfiguration = {
	readonly path: string;
	readonly outcome:
		| {
				readonly kind: 'read';
				/** In their order: the first that fits a resource counts, and its first provider writes. */
				readonly rules: readonly {
					/** `secrets`, `GROUP`-qualified as `events.events.k8s.io`, or with a `*`. */
					readonly resources: readonly string[];
					/** `kind`: `aescbc`, `identity`, `kms v2` and so on. `names`: of its keys, or of the KMS plugin. */
					readonly providers: readonly { readonly kind: string; readonly names: readonly string[] }[];
				}[];
		  }
		| { readonly kind: 'missing' }
		| { readonly kind: 'unreadable' | 'broken'; readonly reason: string };
};

export type ApiServerSettings = {
	readonly etcdServers: readonly string[];
	readonly compactionSeconds: Setting<number>;
	readonly files: readonly NamedFile[];
	/** Null where none is configured; `unknown` where its file cannot be found from here. */
	readonly encryption: EncryptionConfiguration | 'unknown' | null;
};

export type DataDirectory = {
	readonly path: string;
	/** `ext4`, `xfs`, `nfs4`, as the kernel calls it. */
	readonly fileSystem: string;
	/** Whether the system itself lies on the same disk; null where that cannot be told. */
	readonly isOnSystemDisk: boolean | null;
};

export type EtcdSettings = {
	/** `--name`. */
	readonly name: Setting<string>;
	/** `--advertise-client-urls`: by them the member is known; empty where they are not told. */
	readonly clientUrls: readonly string[];
	/** 0 means the default too, negative none. */
	readonly quotaBytes: Setting<number>;
	readonly heartbeatSeconds: Setting<number>;
	readonly electionSeconds: Setting<number>;
	readonly compactionMode: Setting<string>;
	/** As it is written; `0` is off, and so is the default. */
	readonly compactionRetention: Setting<string>;
	readonly metrics: Setting<string>;
	readonly metricsUrls: readonly string[];
	readonly isFsyncOff: boolean;
	/** Null where it cannot be looked at. */
	readonly dataDirectory: DataDirectory | null;
	readonly files: readonly NamedFile[];
};

/** The manifest of a static pod on this machine. */
export type Manifest<Settings> =
	| { readonly kind: 'read'; readonly file: string; readonly settings: Settings }
	/** `reason`: in words, without the file's name. */
	| { readonly kind: 'unreadable'; readonly file: string; readonly reason: string };

/** Settings of kube-apiserver and etcd in the static pods' manifests of this machine; null where it has no such. */
export type ControlPlaneExamination = {
	readonly topic: 'control-plane';
	readonly apiServer: Manifest<ApiServerSettings> | null;
	readonly etcd: Manifest<EtcdSettings> | null;
};
