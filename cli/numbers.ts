/** Numbers on the command line. Each option says what range it takes. */
import { InvalidArgumentError } from 'commander';

/** The most events of a log, or traces of a file. */
export { MOST_LINES } from '../logs/lines.js';

/** The most models or drivers at a time, and the most workers of TLC. */
export const MOST_AT_A_TIME = 256;
/** The most slots that a ring has in its page: those of 8 octets. */
export const MOST_SLOTS = 256;
/** The longest time limit, in seconds: a day. */
export const LONGEST = 86_400;

/** Takes a whole number from 1 to `most`, written in digits. */
export const countTo =
  (most: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    return value;
  };

/** Takes a number of slots that a ring can have: a power of two up to {@link MOST_SLOTS}, written in digits. */
export const slotsOf = (text: string): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MOST_SLOTS || !Number.isInteger(Math.log2(value)))
    throw new InvalidArgumentError(`It must be a power of two from 1 to ${MOST_SLOTS}.`);
  return value;
};

/** Takes an index of a ring: 32 bits, written in digits. */
export const indexFrom = (text: string): number => {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value < 0 || value >= 2 ** 32)
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${2 ** 32 - 1}.`);
  return value;
};

/** Takes a time, such as `90`, `90s`, `5m` or `2h`: whole seconds, from 1 to {@link LONGEST}. */
export const span = (text: string): number => {
  const [, count, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? [];
  const value = Number(count ?? 0) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  if (value < 1 || value > LONGEST)
    throw new InvalidArgumentError(`It must be a time from 1s to ${LONGEST}s, such as 90s, 5m or 2h.`);
  return value;
};

/** Takes a number of seconds, from a tenth to {@link LONGEST}, which may have decimals. */
export const seconds = (text: string): number => {
  const value = /^\d{0,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  if (value < 0.1 || value > LONGEST)
    throw new InvalidArgumentError(`It must be a number of seconds from 0.1 to ${LONGEST}.`);
  return value;
};

/** The largest error of a clock, in microseconds: a second. */
const LARGEST_SKEW = 1_000_000;

/** Takes a number of microseconds, from none to a second, which may have decimals. */
export const microseconds = (text: string): number => {
  const value = /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : -1;
  if (value < 0 || value > LARGEST_SKEW)
    throw new InvalidArgumentError(`It must be a number from 0 to ${LARGEST_SKEW}.`);
  return value;
};
