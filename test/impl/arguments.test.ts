import { describe, expect, test } from 'vitest';
import { connect, type NetfrontOptions, SimulatedHost } from '../../impl/index.js';
import { shortest } from '../fixtures/shortest.js';

/** What JavaScript lets through, and TypeScript does not. */
const wrong = (value: unknown): never => value as never;

const ring = { nr_ents: 4 };
const interfaceOf = () => connect(new SimulatedHost(), { tx: ring, rx: ring }).netfront;

describe('connect', () => {
  test.each<[string, unknown]>([
    ['host must be an object, and is undefined', undefined],
    ['host must be an object, and is null', null],
    ['host must be an object, and is the number 7', 7],
    ['host.allocatePage must be a function, and is undefined', {}],
    [
      'host.endAccess must be a function, and is the boolean true',
      Object.assign(new SimulatedHost(), { endAccess: true }),
    ],
  ])('says what a host must be: %s', (message, host) => {
    expect(() => connect(wrong(host))).toThrow(new TypeError(message));
  });

  test.each<[string, unknown]>([
    ['rxChannel must be an object, and is null', null],
    ['rxChannel.clearPending must be a function, and is undefined', { notify: () => {} }],
  ])('says what the channel of the receive ring must be: %s', (message, channel) => {
    const host = new SimulatedHost();
    expect(() => connect(host, {}, wrong(channel))).toThrow(new TypeError(message));
    expect(host.granted).toBe(0);
  });

  test.each<[string, unknown]>([
    ['options must be an object, and is null', null],
    ['options must be an object, and is an array', []],
    ['options.tx must be an object, and is the number 4', { tx: 4 }],
    ['options.tx.nr_ents must be a number, and is the string 4', { tx: { nr_ents: '4' } }],
    ['options.tx.grantPerRequest must be a boolean, and is the string no', { tx: { grantPerRequest: 'no' } }],
    ['options.rx.copyOut must be a boolean, and is null', { rx: { copyOut: null } }],
    ['options.rx.scheme must be an object, and is the string slot', { rx: { scheme: 'slot' } }],
    ['options.rx.scheme.name must be a string, and is undefined', { rx: { scheme: {} } }],
  ])('says what the options must be, and asks nothing of the host: %s', (message, options) => {
    const host = new SimulatedHost();
    expect(() => connect(host, options as NetfrontOptions)).toThrow(new TypeError(message));
    expect(host.granted).toBe(0);
  });
});

describe('send', () => {
  test.each<[string, unknown, unknown?]>([
    ['frame must be a Uint8Array or an array of them, and is undefined', undefined],
    ['frame must be a Uint8Array or an array of them, and is the string frame', 'frame'],
    ['frame must be a Uint8Array or an array of them, and is an object of another kind', new Uint16Array(7)],
    ['frame[1] must be a Uint8Array, and is an array', [shortest(1), [1, 2]]],
    ['offload must be an object, and is null', shortest(1), null],
    ['offload.csum_blank must be a boolean, and is the number 1', shortest(1), { csum_blank: 1 }],
    ['offload.gso must be an object, and is the number 1448', shortest(1), { gso: 1448 }],
    [
      'offload.gso.size must be a number, and is the string 9',
      shortest(1),
      { gso: { size: '9', type: 'TCPV4' } },
    ],
    ['offload.extras must be an array, and is an object of another kind', shortest(1), { extras: {} }],
    ['offload.extras[0] must be an object, and is undefined', shortest(1), { extras: [undefined] }],
    [
      'offload.extras[0].u must be a Uint8Array, and is undefined',
      shortest(1),
      { extras: [{ type: 4, flags: 0 }] },
    ],
  ])('is rejected with what its argument must be: %s', async (message, frame, offload = {}) => {
    const netfront = interfaceOf();
    await expect(netfront.send(wrong(frame), wrong(offload))).rejects.toThrow(new TypeError(message));
    expect([netfront.unsettled, netfront.isBroken]).toEqual([0, false]);
  });
});

describe('onReceive', () => {
  test.each<[string, unknown, unknown?]>([
    ['listener must be a function, and is undefined', undefined],
    ['onError must be a function, and is the string log', () => {}, 'log'],
  ])('says what a listener must be, and leaves room for another one: %s', (message, listener, onError) => {
    const netfront = interfaceOf();
    expect(() => netfront.onReceive(wrong(listener), wrong(onError))).toThrow(new TypeError(message));
    netfront.onReceive(() => {});
  });
});
