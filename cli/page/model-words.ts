/** What a model is of, and what it does wrong, in the words by which the page filters. */
import { setOf } from '../../replay/constants.js';
import type { Config } from '../../tlc/config.js';
import { constantsIn, type Family } from '../ask/family.js';

/** The faults of a model: what stands in Faults and BackFaults, and `no` with each barrier that is not in place. */
export function faultsOf(config: Config, sets: Family['sets']): readonly string[] {
  const { Faults, BackFaults, Barriers } = constantsIn(config);
  const barriers = Barriers === undefined ? [] : (sets.get('AllBarriers') ?? []);
  const inPlace = setOf(Barriers);
  return [
    ...[Faults, BackFaults].flatMap((set) => setOf(set).map(String)),
    ...barriers.filter(({ name }) => !inPlace.includes(name)).map(({ name }) => `no ${name}`),
  ];
}

const RELEASE =
  /mirage-net-xen(?: up to)? \d[\d.]*\d(?:(?: to |, | and )\d[\d.]*\d)*|Linux|OpenBSD|NetBSD|Mini-OS|HaLVM|Nanos|shared-memory-ring/;

/** The driver, and where it is named its release, that a model's sentence speaks of; empty where it is of none. */
export const releaseOf = (about: string): string => RELEASE.exec(about)?.[0] ?? '';
