/** What is compared of a frontend of TxPackets after each step. */
import { get } from '../../../impl/table.js';
import type { TxSnapshot } from '../../../impl/tx-machine.js';
import { statusNumber } from '../../netif.js';
import { plain, type Projection } from '../../projection.js';
import type { TxConstants } from '../tx/constants.js';
import { txProjections } from '../tx/projection.js';

/** All projections of TxPackets, but for those of the two hands. */
export const txPacketsProjections = (
  constants: TxConstants,
  firstGref: number,
): readonly Projection<TxSnapshot>[] => [
  ...txProjections(constants, firstGref),
  {
    variable: 'chain',
    expected: (value) => {
      const { packet, blocks, extras } = value as unknown as SpecChain;
      return packet.frags === 0 ? 'none' : sentChainText(packet.frags, packet.extras, blocks, extras);
    },
    actual: ({ context: { chain } }) =>
      chain === null
        ? 'none'
        : sentChainText(
            chain.packet.requests,
            chain.packet.extras.length,
            chain.written.map(({ block }) => block),
            chain.extras,
          ),
  },
  {
    // Those that have the lowest block first: in what order they are kept is the implementation's own.
    variable: 'sent',
    expected: (value) =>
      (value as unknown as readonly SpecPacket[])
        .map(({ blocks: { '#set': blocks }, status }) =>
          packetText(blocks, blocks.length, statusNumber(status)),
        )
        .toSorted()
        .join(', '),
    actual: ({ context: { sent } }) => {
      const packets = new Set(Array.from({ length: constants.blocks }, (_, block) => get(sent, block)));
      packets.delete(undefined);
      return [...packets]
        .map((packet) => packetText(packet!.blocks, packet!.blocks.length, packet!.status))
        .toSorted()
        .join(', ');
    },
  },
  { variable: 'extras', expected: plain, actual: ({ context }) => context.unansweredExtras },
];

interface SpecChain {
  readonly packet: { readonly frags: number; readonly extras: number };
  readonly blocks: readonly number[];
  readonly extras: number;
}

interface SpecPacket {
  readonly blocks: { readonly '#set': readonly number[] };
  readonly status: string;
}

const sentChainText = (frags: number, extras: number, blocks: readonly number[], written: number): string =>
  `${frags} requests and ${extras} extras, written: blocks [${blocks.join(' ')}] and ${written} extras`;

const packetText = (blocks: readonly number[], left: number, status: number): string =>
  `blocks ${blocks.toSorted((a, b) => a - b).join(' ')}: ${left} left, status ${status}`;
