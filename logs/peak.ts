/** The most memory that a process has had. */
import { readFileSync } from 'node:fs';

/** Linux keeps the largest resident set of a process for as long as it lives. */
const EVERY_MS = 100;

/**
 * Watches the largest resident set of a process (VmHWM of /proc/PID/status). It is read every tenth of a second and only
 * grows, so at most the growth of the last tenth is missed. Where there is no /proc, nothing is known.
 */
export function peakOf() {
  let kb: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    watch: (pid: number): void => {
      timer = setInterval(() => {
        try {
          const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
          if (found) kb = Number(found[1]);
        } catch {
          // Not Linux, or it has ended.
        }
      }, EVERY_MS);
    },
    stop: (): void => clearInterval(timer),
    /** In MiB. */
    mb: (): number | undefined => (kb === undefined ? undefined : Math.round(kb / 1024)),
  };
}
