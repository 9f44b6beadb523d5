import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The command-line tests run the built program, as users do.
    globalSetup: ['./test/build.ts'],
    setupFiles: ['./test/seed.ts'],
    // Against what never ends. A full machine makes a test slow, and must not make it fail.
    testTimeout: 600_000,
    // Of two cores vitest would use one, and most tests wait for a program that they have started.
    maxWorkers: '100%',
    hookTimeout: 600_000,
    // What a page shows comes a moment later than what was done to it.
    expect: { poll: { timeout: 300_000 } },
  },
});
