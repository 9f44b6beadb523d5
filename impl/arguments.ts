/**
 * What the interface is given must have the right type. TypeScript says so where it is compiled; an application in
 * JavaScript, or with a wrong cast, learns it from a TypeError that names the argument and says what it must be.
 */
import type { EventChannel, Host } from './host.js';
import type { IdScheme } from './ids.js';
import type { ExtraInfo } from './netif.js';
import type { Offload } from './offload.js';
import type { NetfrontOptions, RxOptions, TxOptions } from './options.js';

type Type = 'number' | 'boolean' | 'function' | 'string';
/** For each property the type that it must have. */
type Shape<Whole> = { readonly [Name in keyof Required<Whole>]: Type };

// Not `pending`: a host may do something when it is read.
const CHANNEL = {
  notify: 'function',
  clearPending: 'function',
  onEvent: 'function',
} as const satisfies Shape<Omit<EventChannel, 'pending'>>;
const HOST = {
  allocatePage: 'function',
  claimGref: 'function',
  grantAccess: 'function',
  endAccess: 'function',
  ...CHANNEL,
} as const satisfies Shape<Omit<Host, 'pending'>>;

const RING = { nr_ents: 'number', first: 'number', ids: 'number' } as const;
const TX = {
  ...RING,
  blocks: 'number',
  blocksPerPage: 'number',
  grantPerRequest: 'boolean',
} as const satisfies Shape<Omit<TxOptions, 'scheme'>>;
const RX = {
  ...RING,
  pages: 'number',
  copyOut: 'boolean',
  lowWater: 'number',
  queue: 'number',
} as const satisfies Shape<Omit<RxOptions, 'scheme'>>;
const SCHEME = {
  name: 'string',
  init: 'function',
  choose: 'function',
  register: 'function',
  answeredBlock: 'function',
  unregister: 'function',
} as const satisfies Shape<Omit<IdScheme, 'unfit'>>;

/** Throws TypeError if this is no {@link Host}. */
export const checkHost = (host: Host): void => {
  isObject('host', host);
  has('host', host, HOST);
};

/** Throws TypeError if this is no {@link EventChannel}. */
export const checkChannel = (name: string, channel: EventChannel): void => {
  isObject(name, channel);
  has(name, channel, CHANNEL);
};

/** Throws TypeError if these are no {@link NetfrontOptions}. Their ranges are checked by options.ts. */
export const checkOptions = (options: NetfrontOptions): void => {
  isObject('options', options);
  mayHave('options', options, { runner: 'function' });
  const rings = { tx: TX, rx: RX };
  for (const ring of ['tx', 'rx'] as const) {
    const given: (TxOptions & RxOptions) | undefined = options[ring];
    if (given === undefined) continue;
    isObject(`options.${ring}`, given);
    mayHave(`options.${ring}`, given, rings[ring]);
    if (given.scheme === undefined) continue;
    isObject(`options.${ring}.scheme`, given.scheme);
    has(`options.${ring}.scheme`, given.scheme, SCHEME);
    mayHave(`options.${ring}.scheme`, given.scheme, { unfit: 'function' });
  }
};

/** Throws TypeError if this is neither octets nor a list of octets. */
export const checkFrame = (frame: Uint8Array | readonly Uint8Array[]): void => {
  if (frame instanceof Uint8Array) return;
  if (!Array.isArray(frame)) fail('frame', 'a Uint8Array or an array of them', frame);
  for (const [n, fragment] of frame.entries()) isOctets(`frame[${n}]`, fragment);
};

/** Throws TypeError if this is no {@link Offload}. */
export const checkOffload = (offload: Offload): void => {
  isObject('offload', offload);
  mayHave('offload', offload, { csum_blank: 'boolean', data_validated: 'boolean' });
  const { gso, extras } = offload;
  if (gso !== undefined) {
    isObject('offload.gso', gso);
    has('offload.gso', gso, { size: 'number', type: 'string' });
  }
  if (extras === undefined) return;
  if (!Array.isArray(extras)) fail('offload.extras', 'an array', extras);
  for (const [n, extra] of (extras as readonly ExtraInfo[]).entries()) {
    const name = `offload.extras[${n}]`;
    isObject(name, extra);
    has(name, extra, { type: 'number' });
    mayHave(name, extra, { flags: 'number' });
    isOctets(`${name}.u`, extra.u);
  }
};

/** Throws TypeError if this is no function. */
export const checkListener = (name: string, listener: unknown): void => {
  if (typeof listener !== 'function') fail(name, 'a function', listener);
};

const isObject = (name: string, value: unknown): void => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(name, 'an object', value);
};

const isOctets = (name: string, value: unknown): void => {
  if (!(value instanceof Uint8Array)) fail(name, 'a Uint8Array', value);
};

const has = (name: string, value: object, types: Readonly<Record<string, Type>>): void => {
  for (const [property, type] of Object.entries(types)) {
    const found = (value as Record<string, unknown>)[property];
    if (typeof found !== type) fail(`${name}.${property}`, `a ${type}`, found);
  }
};

const mayHave = (name: string, value: object, types: Readonly<Record<string, Type>>): void => {
  const given = Object.entries(types).filter(
    ([property]) => (value as Record<string, unknown>)[property] !== undefined,
  );
  has(name, value, Object.fromEntries(given));
};

const fail = (name: string, what: string, found: unknown): never => {
  throw new TypeError(`${name} must be ${what}, and is ${described(found)}`);
};

const described = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object of another kind' : `the ${typeof value} ${String(value)}`;
};
