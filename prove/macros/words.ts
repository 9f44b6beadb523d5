/** Where ring.h has which word: what an address in compiled code is called. */

/** Words that one end has to itself, from the start of its `struct …_front_ring` or `struct …_back_ring`. */
export const privateWords = {
  front: { 0: 'req_prod_pvt', 4: 'rsp_cons', 8: 'nr_ents' },
  back: { 0: 'rsp_prod_pvt', 4: 'req_cons', 8: 'nr_ents' },
} as const;

/** Where both structs have the address of the shared page. */
export const SRING = 12;

/** Words of the shared page. */
export const sharedWords = { 0: 'req_prod', 4: 'req_event', 8: 'rsp_prod', 12: 'rsp_event' } as const;

/** Whose macro it is. */
export type End = keyof typeof privateWords;

export type SharedWord = (typeof sharedWords)[keyof typeof sharedWords];
