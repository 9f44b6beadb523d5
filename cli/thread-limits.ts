import { getHeapStatistics } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/**
 * The memory that a thread may have: what the process has, where it would have less. A replay makes much that is soon gone,
 * and of a large space for that the collector copies less: it is a twelfth of the processor time.
 */
export const threadLimits = (): ResourceLimits => ({
  maxOldGenerationSizeMb: getHeapStatistics().heap_size_limit / 2 ** 20,
  maxYoungGenerationSizeMb: 192,
});
