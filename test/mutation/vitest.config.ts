/** For mutants: the replay alone, each time in a thread of its own, so that what is made on loading is mutated too. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/mutation/replay.ts'], isolate: true, testTimeout: 600_000 },
});
