/** How the arguments of NetfrontRx's actions are read off two states. */
import { field, firstChange, functionValues, placeOf, type Readers } from '../../../graph/args.js';
import { backRespond } from '../tx/args.js';

/** The readers of NetfrontRx. */
export const rxArgs: Readers = {
  RxGrantAccess: placeOf('gref', 'granted'),
  AppReturn: placeOf('page', 'held'),
  BackWriteFrame: {
    before: ['taken'],
    after: ['taken'],
    read: (before, after) => {
      const k = firstChange('taken', before, after);
      return { k, frame: field(functionValues(after.taken)[k - 1], 'wrote') };
    },
  },
  BackRespond: backRespond,
  BackUnmap: placeOf('gref', 'mapped'),
};
