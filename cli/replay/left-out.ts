/** What a replay should have done and did not. */
import { figure } from '../output.js';

/** Something that is counted in a replay, and how many times it has to be done. */
export interface Due {
  /** Who does it, and what: `replay`, `took % transitions`, where % stands for the figures. */
  readonly who: string;
  readonly what: string;
  readonly done: number;
  readonly due: number;
  /** Whether more may be done than is due. */
  readonly orMore?: boolean;
}

const differs = ({ done, due, orMore }: Due): boolean => (orMore === true ? done < due : done !== due);

/** How far what was done is from what was due, in all. 0 where the replay is whole. */
export const leftOutOf = (parts: readonly Due[]): number =>
  parts.filter(differs).reduce((sum, { done, due }) => sum + Math.abs(due - done), 0);

/** A finding for each of these of which too few were done, or too many. */
export const findingsOf = (model: string, target: string, parts: readonly Due[]): readonly string[] =>
  parts
    .filter(differs)
    .map(
      ({ who, what, done, due }) =>
        `NOT ok  the graph of ${model}, against ${target}\n` +
        `  ${who.padEnd(9)} ${what.replace('%', `${figure(done)} of ${figure(due)}`)}\n`,
    );
