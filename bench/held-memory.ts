/** What a process holds when everything that nobody needs is collected. */
import v8 from 'node:v8';
import vm from 'node:vm';

/** A look at memory, right after a collection. The first call makes the collector callable. */
export const heldMemory = (): NodeJS.MemoryUsage => {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
  return process.memoryUsage();
};
