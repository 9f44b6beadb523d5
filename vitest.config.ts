import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The command-line tests run the built program, as users do.
    globalSetup: ['./test/build.ts'],
    setupFiles: ['./test/seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
