/** How the arguments of RxPackets' actions are read off two states. */
import { field, functionValues, placeOf, type Readers } from '../../../graph/args.js';

/** The readers of RxPackets. */
export const rxPacketsArgs: Readers = {
  RxGrantAccess: placeOf('gref', 'granted'),
  AppReturn: placeOf('page', 'held'),
  BackSendPacket: {
    before: [],
    after: ['sent', 'sending'],
    read: (_, after) => {
      const packet = functionValues(after.sent).at(-1);
      const frags = functionValues(field(packet, 'frags'));
      const extras = functionValues(field(packet, 'extras')).length;
      const count = frags.length + extras - functionValues(after.sending).length;
      return { packet: { frags, extras }, count };
    },
  },
  BackSendRest: {
    before: ['sending'],
    after: ['sending'],
    read: (before, after) => ({
      count: functionValues(before.sending).length - functionValues(after.sending).length,
    }),
  },
  BackUnmap: placeOf('gref', 'mapped'),
};
