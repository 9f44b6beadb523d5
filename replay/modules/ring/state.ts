/** The state of Ring. */
import { z } from 'zod';
import type { Constants } from '../../constants.js';
import { ringVariables } from '../../state-schema.js';
import { ringConstants } from './constants.js';

/** What a variable of the state may be. Throws ToolError where the constants do not fit. */
export const ringState = (constants: Constants) =>
  z.strictObject({
    ...ringVariables(ringConstants(constants), [
      z.strictObject({ kind: z.literal('request') }),
      z.strictObject({ kind: z.literal('response') }),
    ]),
    poller: z.enum(['asleep', 'reading', 'polling', 'armed', 'pushing']),
    taker: z.enum(['asleep', 'looking', 'taking', 'arming', 'armed', 'pushing']),
  });
