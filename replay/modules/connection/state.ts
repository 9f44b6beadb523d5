/** The state of Connection. */
import { z } from 'zod';
import { type Constants, framesIn, numberIn } from '../../constants.js';
import { sequenceOf, setOfNumbers, within } from '../../state-schema.js';

/** The most connections that a trace may begin. Each disturbance ends one or two. */
const MOST_INCARNATIONS = 64;

const ENDS = ['Unknown', 'Initialising', 'InitWait', 'Connected', 'Closing', 'Closed'] as const;
const FRONT_PHASES = [
  ...(['waiting', 'prepared', 'written', 'connecting', 'up', 'closing'] as const),
  ...(['closed', 'released', 'restarting', 'gone'] as const),
];
const BACK_PHASES = [
  ...(['none', 'new', 'waiting', 'mapped', 'connected', 'closing', 'closed', 'dead'] as const),
];

/** What a variable of the state may be. Throws ToolError where the constants do not fit. */
export const connectionState = (constants: Constants) => {
  numberIn(constants, 'Wish', 1, 2);
  const incarnation = within(0, MOST_INCARNATIONS);
  const end = z.enum(ENDS);
  const offer = z.strictObject({ sg: z.boolean(), split: z.boolean(), queues: within(1, 2) });
  const frame = z.strictObject({
    at: z.enum(['app', 'held', 'ring', 'shown', 'answered', 'done']),
    ring: incarnation,
    shown: within(0, MOST_INCARNATIONS),
    told: z.enum(['nothing', 'sent', 'dropped']),
    sg: z.boolean(),
  });
  return z.strictObject({
    ...{ frontState: end, backState: end, online: z.boolean(), offer, agreed: offer },
    keys: z.strictObject({
      ...{ queues: within(0, 2), flat: incarnation, numbered: incarnation },
      ...{ channel: incarnation, split: incarnation },
    }),
    ...{ device: incarnation, frontDevice: incarnation, incarnation },
    ...{ frontPhase: z.enum(FRONT_PHASES), backPhase: z.enum(BACK_PHASES) },
    ...{ frontLook: z.boolean(), backLook: z.boolean(), backAwake: z.boolean() },
    frontSaw: z.enum([...ENDS, 'Removed', 'nothing']),
    backSaw: z.enum([...ENDS, 'nothing']),
    pages: sequenceOf(z.enum(['granted', 'kept', 'free', 'freed_twice']), MOST_INCARNATIONS),
    frames: z.strictObject(Object.fromEntries(framesIn(constants, 'Frame').map((name) => [name, frame]))),
    wish: z.enum(['open', 'closed']),
    ...{ backRing: incarnation, backChannel: incarnation, backQueues: within(0, 2) },
    left: setOfNumbers(MOST_INCARNATIONS),
    disturbed: within(0, MOST_INCARNATIONS),
  });
};
