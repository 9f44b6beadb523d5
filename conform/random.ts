/** Cases in which the backend, Xen and the application act at random, each by a seed of its own. */
import type { Case } from './case.js';
import { Chance } from './chance.js';
import { claimsOf } from './features.js';
import { type Liberties, moveOf } from './moves.js';
import type { RealSizes } from './real-sizes.js';
import type { Player } from './run-case.js';

/** How to play. */
export interface RandomOptions {
  /** How many steps there are in all. */
  readonly steps: number;
  /** A whole number below 2^32. */
  readonly seed: number;
  /** The sizes of a driver that has no others. */
  readonly sizes: RealSizes;
}

/** A case that is still to be played. */
export interface RandomCase {
  /** Without steps: the player chooses them. */
  readonly given: Case;
  readonly player: () => Player;
}

/** Steps of a case. */
const CASE_STEPS = 40;

type Rings = 'tx' | 'copy' | 'lend' | 'both';

/**
 * Cases for a driver with these features, of as many steps together as were asked for. The features that a case needs
 * beyond its rings are allowed in some cases and not in others, since what one of them brings about may hide all else.
 * A frontend that always does the same is given the same steps, whatever else runs.
 */
export function randomCases(features: readonly string[], options: RandomOptions): readonly RandomCase[] {
  const kinds = ringsOf(features);
  const claims = claimsOf(features);
  if (kinds.length === 0) return [];
  return Array.from({ length: Math.ceil(options.steps / CASE_STEPS) }, (_, i): RandomCase => {
    const chance = new Chance(options.seed, i);
    const rings = kinds[i % kinds.length]!;
    // The first of each kind are plain, and one thing more is allowed in each of those that follow.
    const round = Math.floor(i / kinds.length);
    const isAllowed = (feature: string): boolean =>
      (feature.endsWith('-chains') && Math.floor(round / 2) % 2 === 1) ||
      (/-(?:csum|gso)$/.test(feature) && Math.floor(round / 4) % 2 === 1) ||
      (feature === 'pause' && round % 3 === 2);
    const allowed = BEYOND[rings].filter((feature) => claims.has(feature) && isAllowed(feature));
    const may: Liberties = { errors: round % 2 === 1, features: new Set(allowed) };
    const start = startOf(rings, options.sizes, chance);
    const needs = [
      ...{ tx: ['tx'], copy: ['rx', 'copy'], lend: ['rx', 'lend'], both: ['tx', 'rx', 'copy'] }[rings],
      ...allowed,
    ];
    const most = Math.min(CASE_STEPS, options.steps - i * CASE_STEPS);
    return {
      given: { name: `random/${FOLDERS[rings]}/${i + 1}`, needs, start, steps: '' },
      player: () => playerOf(may, most, new Chance(options.seed, i, 1)),
    };
  });
}

const TX = ['tx-chains', 'tx-csum', 'tx-gso'] as const;
const RX = ['rx-chains', 'rx-csum', 'rx-gso'] as const;

/** What a case on these rings may need beyond them. */
const BEYOND: Readonly<Record<Rings, readonly string[]>> = {
  tx: [...TX, 'pause'],
  copy: [...RX, 'pause'],
  lend: [...RX, 'pause'],
  both: [...TX, ...RX, 'pause'],
};

const FOLDERS = { tx: 'tx', copy: 'rx-copied', lend: 'rx-lent', both: 'txrx' } as const;

const ringsOf = (features: readonly string[]): readonly Rings[] => {
  const has = (...all: readonly string[]): boolean => all.every((feature) => features.includes(feature));
  return [
    ...(has('tx') ? (['tx'] as const) : []),
    ...(has('rx', 'copy') ? (['copy'] as const) : []),
    ...(has('rx', 'lend') ? (['lend'] as const) : []),
    ...(has('tx', 'rx', 'copy') ? (['both'] as const) : []),
  ];
};

const playerOf = (may: Liberties, most: number, chance: Chance): Player => {
  let left = most;
  return (front) => (left-- > 0 ? moveOf(front, may, chance) : undefined);
};

const NR_ENTS = [1, 2, 4, 8] as const;

/** Near each end of the numbers that an index may be taken for, and where every real ring starts. */
const FIRSTS = [0, 2 ** 32 - 1, 2 ** 32 - 4, 2 ** 31 - 2, 2 ** 16 - 2] as const;

function startOf(rings: Rings, { nr_ents, first }: RealSizes, chance: Chance): Case['start'] {
  const sizes = () => {
    const slots = nr_ents ?? chance.of(NR_ENTS);
    // A driver of one size has one pool too, which is as large as its ring.
    const buffers = nr_ents ?? (chance.once(2) ? slots : 1 + chance.below(2 * slots));
    const ids = Math.max(slots, buffers);
    return { nr_ents: slots, first: first ?? chance.of(FIRSTS), buffers, ids };
  };
  const tx = () => ({ tx: sizes() });
  const rx = (copy: boolean) => ({ rx: { ...sizes(), copy } });
  return { tx, copy: () => rx(true), lend: () => rx(false), both: () => ({ ...tx(), ...rx(true) }) }[rings]();
}
