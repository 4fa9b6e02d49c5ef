import { type Command, operationCommands } from './commands.ts';
import type { Flag } from './flag.ts';

const connecting: readonly Command[] = ['monitor', 'status', 'alarm list', 'member list', ...operationCommands];

const connection = { group: 'connection', commands: connecting } as const;

/** How the cluster is reached. The names and variables are etcdctl's where it has them. */
export const connectionFlags = {
	endpoints: {
		...connection,
		kind: 'list',
		variable: 'ETCDCTL_ENDPOINTS',
		placeholder: 'URL,…',
		help: 'Members to ask; one is enough, the others are found. Default: what this machine’s kubeadm, k3s, RKE2 or minikube says, else 127.0.0.1:2379.',
	},
	cacert: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_CACERT',
		placeholder: 'FILE',
		help: 'Certificate authority that the servers’ certificates are checked with.',
	},
	cert: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_CERT',
		placeholder: 'FILE',
		help: 'Client certificate. Certificate files are read again when they change.',
	},
	key: { ...connection, kind: 'text', variable: 'ETCDCTL_KEY', placeholder: 'FILE', help: 'Its private key.' },
	user: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_USER',
		placeholder: 'NAME[:PASSWORD]',
		help: 'User to log in as. A password that is missing is asked for.',
	},
	password: {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_PASSWORD',
		placeholder: 'PASSWORD',
		help: 'Its password; better in the variable, where others cannot see it.',
	},
	'insecure-skip-tls-verify': {
		...connection,
		kind: 'switch',
		variable: 'ETCDCTL_INSECURE_SKIP_TLS_VERIFY',
		help: 'Take any certificate of a server (for tests).',
	},
	'insecure-transport': {
		...connection,
		kind: 'switch',
		isOnByDefault: true,
		variable: 'ETCDCTL_INSECURE_TRANSPORT',
		help: 'Use TLS for endpoints without a scheme even without certificate flags.',
	},
	'dial-timeout': {
		...connection,
		kind: 'duration',
		variable: 'ETCDCTL_DIAL_TIMEOUT',
		placeholder: 'TIME',
		help: 'How long to wait for a member that does not answer. Default: 2s; status gives up on one after a sixth of it once all others have answered.',
	},
	'command-timeout': {
		...connection,
		kind: 'duration',
		variable: 'ETCDCTL_COMMAND_TIMEOUT',
		placeholder: 'TIME',
		help: 'How long a call may take. Default: 5s.',
	},
	'discovery-srv': {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_DISCOVERY_SRV',
		placeholder: 'DOMAIN',
		help: 'Find the endpoints in this domain’s SRV records.',
	},
	'discovery-srv-name': {
		...connection,
		kind: 'text',
		variable: 'ETCDCTL_DISCOVERY_SRV_NAME',
		placeholder: 'NAME',
		help: 'Suffix of the service’s name in those records.',
	},
	'insecure-discovery': {
		...connection,
		kind: 'switch',
		isOnByDefault: true,
		variable: 'ETCDCTL_INSECURE_DISCOVERY',
		help: 'Leave out SRV records without TLS.',
	},
	discovery: {
		group: 'reading',
		commands: connecting,
		kind: 'switch',
		isOnByDefault: true,
		help: 'Keep to the given endpoints instead of finding all members.',
	},
	'metrics-urls': {
		group: 'reading',
		commands: connecting,
		kind: 'list',
		placeholder: 'URL,…',
		help: 'Metrics pages, where they are not on the client URL or on port 2381.',
	},
} as const satisfies Readonly<Record<string, Flag>>;
