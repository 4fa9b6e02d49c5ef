/** Loaded before the program: the pictures show nobody's user and nobody's host. */
import os from 'node:os';

const { userInfo } = os;
os.hostname = () => 'bastion';
os.userInfo = ((options: Parameters<typeof userInfo>[0]) => ({
	...userInfo(options),
	username: 'ada',
})) as typeof userInfo;
