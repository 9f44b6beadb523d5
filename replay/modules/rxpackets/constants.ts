/** The constants of RxPackets. */
import { type Constants, numberIn, setOf } from '../../constants.js';
import { type RxConstants, rxConstants } from '../rx/constants.js';

/** What a replay of RxPackets needs of them. */
export interface RxPacketsConstants extends RxConstants {
  readonly MaxSlots: number;
  /** Does the model's frontend take the first slot's size for the packet's? */
  readonly isTotalFirst: boolean;
}

/** Reads them. Throws ToolError if one is missing or of another kind. */
export const rxPacketsConstants = (constants: Constants): RxPacketsConstants => ({
  ...rxConstants(constants),
  MaxSlots: numberIn(constants, 'MaxSlots', 1, 256),
  isTotalFirst: setOf(constants.Faults).includes('sizes_of_transmit'),
});
