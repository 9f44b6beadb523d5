/** Faults in how ids are chosen, and in what is made of the id in a response. */
import { blockNumber, counterSkip, freeList, type IdScheme } from '../../impl/ids.js';
import { grefPerPage } from '../../page/backend/msa00.js';
import type { Fault } from './fault.js';

const counter: IdScheme = { ...counterSkip, name: 'counter', choose: ({ nextId }) => nextId };

const slot: IdScheme = {
  ...blockNumber,
  name: 'slot',
  choose: (state, source) => source.slot % state.ids,
  answeredBlock: (state, _, at) => blockNumber.answeredBlock(state, at % state.ids, at),
  unregister: (state, _, at) => blockNumber.unregister(state, at % state.ids, at),
};

/** What is left in the array of buffers from the last request with this id is taken for its block. */
const freeListUnchecked: IdScheme = {
  ...freeList,
  name: 'free_list_unchecked',
  answeredBlock: (state, id, at) => freeList.answeredBlock(state, id, at) ?? id,
};

const leakingList: IdScheme = {
  ...freeList,
  unregister: (state, id, at) => ({ ...freeList.unregister(state, id, at), freeIds: state.freeIds }),
};

export const idFaults = {
  newestOfGref: {
    what: "sends a request under its page's gref, and frees the newest block that has it (mirage-net-xen 1.4.1)",
    target: { scheme: grefPerPage },
  },
  counterUnchecked: {
    what: 'counts ids up and round without asking whether one is in flight (HaLVM)',
    target: { scheme: counter },
  },
  idBySlot: {
    what: 'gives the number of the slot for an id, and believes a response by its slot (OpenBSD)',
    target: { scheme: slot },
  },
  freeListUnchecked: {
    what: 'frees what an id stood for, in flight or not (Mini-OS, Unikraft)',
    target: { scheme: freeListUnchecked },
  },
  idNotPutBack: {
    what: 'does not put an id back on the free list',
    target: { scheme: leakingList },
  },
} satisfies Record<string, Fault>;
