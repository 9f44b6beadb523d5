/** What is compared of a frontend of NetfrontRx after each step, and what RxPackets has in common with it. */
import type { RxSnapshot } from '../../../impl/rx-machine.js';
import type { Value } from '../../../tlc/index.js';
import { functionValues } from '../../../graph/args.js';
import { common, grants, plain, type Projection } from '../../projection.js';
import type { RxConstants } from './constants.js';

/** What the receive ring has whatever its packets are; `isHeld` is how the specification says that a page is. */
export const received = (
  constants: RxConstants,
  firstGref: number,
  isHeld: (value: Value) => boolean,
): readonly Projection<RxSnapshot>[] => [
  grants(constants.pages, (page) => page, firstGref),
  ...common(constants),
  { variable: 'posting', expected: plain, actual: ({ context: { posting } }) => posting ?? -1 },
  {
    variable: 'held',
    expected: (value) => functionValues(value).map(isHeld).join(' '),
    actual: ({ context: { held } }) => held.join(' '),
  },
];

/** All projections of NetfrontRx, but for those of the two hands, and of `done`, whose length is in memory only. */
export const rxProjections = (constants: RxConstants, firstGref: number): readonly Projection<RxSnapshot>[] =>
  received(constants, firstGref, (frame) => frame !== '.');
