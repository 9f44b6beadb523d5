/** How the arguments of TxPackets' actions are read off two states. */
import { field, functionValues, placeOf, type Readers } from '../../../graph/args.js';
import { backRespond, writtenSlot } from '../tx/args.js';

/** The readers of TxPackets. */
export const txPacketsArgs: Readers = {
  // The packet that a chain is opened for. Its next fragments have no arguments.
  TxFill: {
    before: [],
    after: ['contents', 'filling'],
    read: (_, after) => {
      const content = functionValues(after.contents)[after.filling as number];
      const packet = field(content, 'packet');
      return field(content, 'frag') === 1
        ? { frags: field(packet, 'frags'), extras: field(packet, 'extras') }
        : {};
    },
    parse: ([frags, extras]) => (frags === undefined ? {} : { frags: Number(frags), extras: Number(extras) }),
  },
  BackRespond: backRespond,
  BackRespondNull: {
    before: ['rsp_prod_pvt'],
    after: ['ring'],
    read: (before, after) => ({ id: field(writtenSlot(before, after), 'id') }),
  },
  BackRespondNullToRequest: placeOf('k', 'taken'),
};
