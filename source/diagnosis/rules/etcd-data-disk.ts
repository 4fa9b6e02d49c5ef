import type { DataDirectory } from '../../cluster/examinations/control-plane.ts';
import { safeText } from '../../format/safe.ts';
import type { Rule, Verdict } from '../rule.ts';
import { ownEtcd } from './own-control-plane.ts';

/** As the kernel calls them. Programs that stand behind `fuse` are named behind a dot. */
const network =
	/^(?:nfs4?|cifs|smb3|smbfs|9p|afs|ceph|lustre|gpfs|beegfs|fuse\.(?:sshfs|glusterfs|ceph|ceph-fuse|s3fs|rclone))$/;
const memory = /^(?:tmpfs|ramfs)$/;

type Words = Pick<Verdict, 'severity' | 'title' | 'advice'> & { readonly reasoning?: readonly string[] };

function wordsOf({ fileSystem, isOnSystemDisk }: DataDirectory): Words | null {
	if (network.test(fileSystem))
		return {
			severity: 'warning',
			title: 'etcd’s data is on a network file system',
			advice: 'move it to a local disk (SSD): add a member with one, then remove this member',
			reasoning: ['every write waits for a sync, and locks and syncs of such file systems are not what etcd relies on'],
		};
	if (memory.test(fileSystem))
		return {
			severity: 'warning',
			title: 'etcd’s data is in memory only',
			advice: 'move it to a disk: a restart of this machine loses the member, and of a majority the cluster',
		};
	if (fileSystem === 'overlay')
		return {
			severity: 'warning',
			title: 'etcd’s data is in a container’s own layer',
			advice: 'mount a folder of the machine there: with the container the member is gone',
		};
	if (isOnSystemDisk === true)
		return {
			severity: 'info',
			title: 'etcd’s data shares the disk of the system',
			advice: 'where disk syncs are slow, give etcd a disk (SSD) of its own: logs and images write to this one too',
		};
	return null;
}

/** Where this machine's etcd keeps its data. */
export const etcdDataDisk: Rule = {
	name: 'etcd-data-disk',
	judge(subject) {
		const own = ownEtcd(subject);
		const data = own?.settings.dataDirectory ?? null;
		const words = data === null ? null : wordsOf(data);
		if (own === null || data === null || words === null) return [];
		const evidence = `${safeText(data.path, 160)} is on ${safeText(data.fileSystem, 30)}, by --data-dir in ${own.file}`;
		return [
			{
				member: own.member.id,
				evidence,
				chart: { kind: 'latency', latency: 'fsync', member: own.member.id },
				...words,
			},
		];
	},
};
