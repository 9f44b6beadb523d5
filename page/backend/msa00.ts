/** The ids of mirage-net-xen 1.3.0 to 1.4.1, which the advisory MSA00 is about. */
import { blockNumber, type IdScheme } from '../../impl/ids.js';
import { get, set } from '../../impl/table.js';

/** The id is the reference of the page's grant, and a page holds two blocks. The newest block with an id is freed. */
export const grefPerPage: IdScheme = {
  ...blockNumber,
  name: 'gref_per_page',
  choose: (state, { gref }) => gref % state.ids,
  answeredBlock: (state, id) => get(state.inFlight, id)?.at(-1) ?? null,
  unregister: (state, id) => {
    const blocks = get(state.inFlight, id) ?? [];
    return {
      ...state,
      inFlight: set(state.inFlight, id, blocks.length > 1 ? blocks.slice(0, -1) : undefined),
    };
  },
};
