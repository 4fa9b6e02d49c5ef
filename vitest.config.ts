import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		globalSetup: 'test/support/built.ts',
		// Real etcd servers share two cores with the tests: more workers than this only makes them all late.
		maxWorkers: 2,
		// Upper bounds for a condition that never comes true, not measures of speed.
		testTimeout: 60_000,
		hookTimeout: 120_000,
	},
});
