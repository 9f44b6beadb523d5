/** What is compared of a frontend of RxPackets after each step. */
import type { RxSnapshot } from '../../../impl/rx-machine.js';
import { get } from '../../../impl/table.js';
import { functionValues } from '../../../graph/args.js';
import { NETRXF } from '../../netif.js';
import type { Projection } from '../../projection.js';
import type { RxConstants } from '../rx/constants.js';
import { received } from '../rx/projection.js';

/** What is due next in a chain, by its name in the specification and in the implementation. */
const due: Readonly<Record<string, string>> = { start: 'start', extra: 'extra', octets: 'fragment' };

/** All projections of RxPackets, but for those of the two hands, and of what is in memory only. */
export const rxPacketsProjections = (
  constants: RxConstants,
  firstGref: number,
): readonly Projection<RxSnapshot>[] => [
  ...received(constants, firstGref, (octets) => octets !== -1),
  {
    variable: 'posted',
    expected: (value) =>
      functionValues(value)
        .map((each) => each as unknown as { readonly id: number; readonly page: number })
        .map(({ id, page }) => (page === -1 ? '-' : `${id}:${page}`))
        .join(' '),
    actual: ({ context: { posted, config } }) =>
      Array.from({ length: config.nr_ents }, (_, slot) => {
        const request = get(posted, slot);
        return request === undefined ? '-' : `${request.id}:${request.page}`;
      }).join(' '),
  },
  {
    variable: 'chain',
    expected: (value) => {
      const { next, slots, more_data, pages, extras, dropped } = value as unknown as ChainValue;
      return chainText(due[next]!, slots, more_data, pages, extras.length, dropped);
    },
    actual: ({ context: { chain } }) =>
      chainText(
        chain.next,
        chain.slots,
        (chain.flags & NETRXF.more_data) !== 0,
        chain.fragments.map(({ page }) => page),
        chain.extras.length,
        chain.dropped !== null,
      ),
  },
];

interface ChainValue {
  readonly next: string;
  readonly slots: number;
  readonly more_data: boolean;
  readonly pages: readonly number[];
  readonly extras: readonly string[];
  readonly dropped: boolean;
}

const chainText = (
  next: string,
  slots: number,
  more_data: boolean,
  pages: readonly number[],
  extras: number,
  dropped: boolean,
): string =>
  `next ${next}, ${slots} slots${more_data ? ', more_data' : ''}, pages [${pages.join(' ')}], ${extras} extras` +
  (dropped ? ', dropped' : '');
