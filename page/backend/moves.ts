/** What the reader can do next, as words of `netfront conform --steps`. */
import type { AnySide, FrontWatch } from '../../conform/front-watch.js';
import { SENTENCES } from '../../conform/violation.js';

/** Whose move it is, and whether a backend may do it. */
export type Group = 'The application' | 'You keep to the protocol' | 'You break it';

/** A step that can be taken now. */
export interface Move {
  readonly group: Group;
  readonly word: string;
  /** What it does, in words. */
  readonly says: string;
}

const AT_ONCE = 0x7fffffff;

/**
 * rsp_prod is past req_prod, and the front has not looked. If it published more before it looks, what was too much would
 * be as much as there is, and nobody could tell.
 */
export const isUnseen = ({ rsp_prod, req_prod }: Pick<AnySide, 'rsp_prod' | 'req_prod'>): boolean =>
  ((rsp_prod - req_prod) | 0) > 0;

/** The moves at a ring, in the order in which they are shown. */
export function movesOf({ pending }: FrontWatch, side: AnySide): readonly Move[] {
  const isTx = side.ring === 'tx';
  const taken = side.unanswered.filter((request) => request.taken);
  const posted = side.unanswered.length;
  const isSeen = !isUnseen(side);
  const hasAnswered = posted < side.published;
  const move =
    (group: Group) =>
    (is: boolean, word: string, says: string): readonly Move[] =>
      is ? [{ group, word, says }] : [];
  const [application, honest, not] = [
    move('The application'),
    move('You keep to the protocol'),
    move('You break it'),
  ];
  return [
    ...application(isTx && isSeen, 'send', 'sends a frame'),
    ...application(isTx && isSeen, 'send:2', 'sends a frame of two slots'),
    ...honest(taken.length < posted, 'take', isTx ? 'take a packet' : 'take a request'),
    ...taken.flatMap(({ n, id }, i) =>
      isTx
        ? ['OKAY', 'ERROR', 'DROPPED'].flatMap((status) =>
            honest(
              true,
              `answer:${i + 1}${status === 'OKAY' ? '' : `:${status}`}`,
              `answer request ${n}, id ${id}: ${status}`,
            ),
          )
        : [],
    ),
    ...honest(!isTx && posted > 0, 'packet:d', 'send a packet of one slot'),
    ...honest(!isTx && posted > 1, 'packet:dd', 'send a packet of two slots'),
    ...honest(!isTx && posted > 0, 'packet:e', 'answer with an error'),
    ...honest(pending, 'event', 'let the event arrive that you have sent'),
    ...honest(true, 'spurious', 'send an event without cause'),
    ...not(true, 'unknown:7', 'answer with an id that no request has'),
    ...not(hasAnswered, 'repeat', 'give the last answer again'),
    ...not(true, 'overrun:1', 'store rsp_prod one past req_prod'),
    ...not(true, `overrun:${AT_ONCE}`, 'let rsp_prod jump by 2^31 - 1'),
    ...not(!isTx && taken.length > 0, 'oversized:1', 'answer with more octets than a page has'),
    ...taken.flatMap(({ n }, i) =>
      not(true, `mapped:${i + 1}`, `answer request ${n}, and keep its page mapped`),
    ),
  ];
}

/** The sentence of a header that a step breaks, and the property behind it where there is one; undefined where it breaks none. */
export function brokenBy(
  word: string,
): { readonly property: string | undefined; readonly header: string; readonly sentence: string } | undefined {
  const [name] = word.split(':');
  const named = (property: string | undefined, of: keyof typeof SENTENCES) => {
    const [header, sentence] = SENTENCES[of];
    return { property, header, sentence };
  };
  if (name === 'overrun') return named('ResponseBound', 'responses that can be');
  if (name === 'unknown' || name === 'repeat') return named(undefined, 'an id');
  if (name === 'oversized') return named(undefined, 'a receive status');
  return undefined;
}
