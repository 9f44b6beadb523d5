/** How the arguments of Connection's actions are read off two states. */
import { type Args, placeOf, type Reader, type Readers } from '../../../graph/args.js';
import { equal } from '../../../tlc/value-text.js';
import type { State, Value } from '../../../tlc/index.js';

/** The frames by their names. A function of strings is a record. */
export const framesOf = (
  value: Value | undefined,
): Readonly<Record<string, Readonly<Record<string, Value>>>> =>
  value as unknown as Readonly<Record<string, Readonly<Record<string, Value>>>>;

/** The frame that is not what it was. */
const frame: Reader = {
  before: ['frames'],
  after: ['frames'],
  read: (before: State, after: State): Args => {
    const then = framesOf(before.frames);
    const changed = Object.entries(framesOf(after.frames)).find(([name, now]) => !equal(then[name]!, now));
    return { frame: changed?.[0] ?? 'none' };
  },
  parse: ([name]) => ({ frame: name! }),
};

const FRAME_ACTIONS = [
  ...['AppSend', 'FrontPut', 'FrontDrop', 'FrontDropHeld', 'FrontTakeAnswer'],
  ...['BackShow', 'BackAnswer'],
];

/** The readers. */
export const connectionArgs: Readers = {
  ...Object.fromEntries(FRAME_ACTIONS.map((action) => [action, frame])),
  FrontFreesKept: placeOf('ring', 'pages'),
  BackOffer: { before: [], after: ['offer'], read: (_, { offer }) => ({ features: featuresText(offer!) }) },
};

/** `sg,split,2`: what is offered, and how many queues. */
const featuresText = (offer: Value): string => {
  const { sg, split, queues } = offer as Readonly<Record<string, Value>>;
  return [...(sg === true ? ['sg'] : []), ...(split === true ? ['split'] : []), String(queues)].join(',');
};
