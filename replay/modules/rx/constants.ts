/** The constants of NetfrontRx. */
import { type Constants, countIn, type NetifConstants, netifConstants } from '../../constants.js';

/** What a replay of NetfrontRx needs of them. */
export interface RxConstants extends NetifConstants {
  readonly pages: number;
  readonly CopyOut: boolean;
}

/** Reads them. Throws ToolError if one is missing or of another kind. */
export const rxConstants = (constants: Constants): RxConstants => ({
  ...netifConstants(constants),
  pages: countIn(constants, 'Page'),
  CopyOut: constants.CopyOut === true,
});
