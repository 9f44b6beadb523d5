/** The states of a device's ends, as the key `state` has them (io/xenbus.h), and the errors of a device. */

/** enum xenbus_state */
export const XENBUS_STATE = {
  Unknown: 0,
  Initialising: 1,
  InitWait: 2,
  Initialised: 3,
  Connected: 4,
  Closing: 5,
  Closed: 6,
  Reconfiguring: 7,
  Reconfigured: 8,
} as const;

/** What an end may be read to be at: the states that tell something about rings. */
export type EndState = 'Unknown' | 'Initialising' | 'InitWait' | 'Connected' | 'Closing' | 'Closed';

/** The device cannot be used as it is. The message names the key and its value, and says what is needed. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

const ENDS: readonly EndState[] = [
  'Unknown',
  'Initialising',
  'InitWait',
  // Initialised: not yet Connected.
  'Initialising',
  'Connected',
  'Closing',
  'Closed',
  // Reconfiguring and Reconfigured: of an end that is connected, and no ring changes.
  'Connected',
  'Connected',
];

/**
 * What a key `state` says; Unknown where there is none, as with xenbus_read_driver_state.
 * @throws DeviceError if its value is no state
 */
export const endState = (path: string, value: string | undefined): EndState => {
  if (value === undefined) return 'Unknown';
  const state = /^\d+$/.test(value) ? ENDS[Number(value)] : undefined;
  if (state === undefined) throw bad(path, value, 'a state is a number from 0 to 8');
  return state;
};

/** The error of a key with a value that it cannot have. */
export const bad = (path: string, value: string | undefined, needed: string): DeviceError =>
  new DeviceError(
    `${path} is ${value === undefined ? 'missing' : JSON.stringify(value.slice(0, 60))}: ${needed}`,
  );

/**
 * The number of a key, or `absent` where there is none.
 * @throws DeviceError if it is missing and `absent` is not given; or if it is no whole number of this range
 */
export const numberOf = (
  path: string,
  value: string | undefined,
  {
    least = 0,
    most = 2 ** 32 - 1,
    absent,
  }: { readonly least?: number; readonly most?: number; readonly absent?: number },
): number => {
  if (value === undefined && absent !== undefined) return absent;
  const number = value !== undefined && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most))
    throw bad(path, value, `it must be a whole number from ${least} to ${most}`);
  return number;
};
