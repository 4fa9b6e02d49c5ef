import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		globalSetup: 'test/support/built.ts',
		// Tests wait half of their time; beyond this, real etcd servers and tests on two cores only make each other late.
		maxWorkers: 3,
		// Upper bounds for a condition that never comes true, not measures of speed.
		testTimeout: 60_000,
		hookTimeout: 120_000,
	},
});
