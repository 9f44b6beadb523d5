/** All that is proved, and what it is held against. */
import type { Counterexample } from './counterexample.js';
import type { Machine } from './machine.js';
import { obligations } from './obligations.js';
import { macroFaults, macros } from './macros/macros.js';
import { MACRO_SIZES, macroObligations, proveMacros, RING_H } from './macros/prove.js';
import { functionsIn } from './macros/wasm.js';
import { frontAlone } from './ring/front-alone.js';
import { constantsOfRing, stateOfRing, textOfRing } from './ring/graph.js';
import { ring } from './ring/ring.js';
import { wordsOfRing } from './ring/words.js';
import { type OnProgress, prove, type Verdict } from './prove.js';
import { type Reading, type Tie, tie } from './tie.js';
import { tx } from './tx/tx.js';
import { wordsOfTx } from './tx/words.js';
import { packets } from './packets/packets.js';
import { wordsOfPackets } from './packets/words.js';
import type { Names } from './terms.js';
import type { Graph } from '../graph/graph.js';
import type { Value } from '../tlc/index.js';

export { isProved, type OnProgress, type Proof, type Shown, type Verdict } from './prove.js';
export { readMacros } from './macros/prove.js';
export type { Tie } from './tie.js';

/** One thing to prove. */
export interface Claim {
  readonly name: string;
  /** For which sizes it is proved, as the pages say it. */
  readonly sizes: string;
  /** How many properties it has. */
  readonly count: number;
  /** `seconds` is how long z3 may think about one obligation. */
  readonly prove: (seconds: number, onProgress?: OnProgress) => Promise<Verdict>;
  /** Its properties, with how many obligations each has and the faults that break it. */
  readonly properties: () => readonly ClaimedProperty[];
}

/** A property that is proved. */
export interface ClaimedProperty {
  readonly number: string;
  readonly name: string;
  readonly says: string;
  /** Without those of the invariant, which all properties of a machine stand on. */
  readonly obligations: number;
  /** Those of which one step breaks it. */
  readonly faults: readonly string[];
  /** Those that break it by a later step, with the model that shows the run. */
  readonly later: readonly { readonly fault: string; readonly model: string }[];
}

const claim = <C extends Names, V extends Names>(
  machine: Machine<C, V>,
  wordsOf: (found: Counterexample<C, V>) => string,
): Claim => ({
  name: machine.name,
  sizes: machine.sizes,
  count: machine.properties.length,
  prove: (seconds, onProgress) => prove(machine, seconds, wordsOf, onProgress),
  properties: () => {
    const all = obligations(machine);
    return machine.properties.map(({ number, name, says }) => ({
      ...{ number, name, says },
      obligations: all.filter(({ about }) => about === name).length,
      faults: machine.faults.filter(({ breaks }) => breaks === name).map((fault) => fault.name),
      later: machine.faults.flatMap(({ name: fault, later = [] }) =>
        later.flatMap(({ breaks, model }) => (breaks === name ? [{ fault, model }] : [])),
      ),
    }));
  },
});

/** What is proved of ring.h, as it was compiled. */
const macroClaim = (wasm: Uint8Array): Claim => ({
  name: RING_H,
  sizes: MACRO_SIZES,
  count: macros.length,
  prove: (seconds, onProgress) => proveMacros(functionsIn(wasm), seconds, onProgress),
  properties: () => {
    const all = macroObligations(functionsIn(wasm));
    return macros.map(({ number, name, says }) => ({
      ...{ number, name, says },
      obligations: all.filter(({ about }) => about === name).length,
      faults: macroFaults.filter(({ breaks }) => breaks.name === name).map((fault) => fault.name),
      later: [],
    }));
  },
});

/** Everything that is proved. @param wasm the committed macros.wasm */
export const claimsOf = (wasm: Uint8Array): readonly Claim[] => [...ofModules, macroClaim(wasm)];

const ofModules: readonly Claim[] = [
  claim(ring, wordsOfRing),
  claim(frontAlone, wordsOfRing),
  claim(tx, wordsOfTx),
  claim(packets, wordsOfPackets),
];

/** Of what something is proved, by the names of the claims. */
export const claimNames: readonly string[] = [...ofModules.map(({ name }) => name), RING_H];

/** How many properties are proved, of all claims together. It takes no time to say. */
export const proofCount = (): number => ofModules.reduce((sum, { count }) => sum + count, 0) + macros.length;

/** A property that is not proved here, and why. */
export interface NotProved {
  readonly number: string;
  readonly name: string;
  readonly why: string;
}

/** Properties of Ring and TxPackets that only TLC looks at. */
export const notProved: readonly NotProved[] = [
  {
    number: 'P22',
    name: 'NothingMissed',
    why: 'it says what happens in the end; P16 is the moment in which it is lost, and P25 the poll that goes on',
  },
  { number: 'P23', name: 'BlockedWriterProceeds', why: 'it says what happens in the end' },
  { number: 'P24', name: 'Quiescence', why: 'it says what happens in the end' },
  { number: 'P57', name: 'PublishedIsTold', why: 'it says what happens in the end' },
];

/** The transcription of Ring, and how it is held against TLC's graphs of it. */
export const ringReading: Reading<typeof ring.constants, typeof ring.variables> = {
  machine: ring,
  constantsOf: constantsOfRing,
  stateOf: stateOfRing,
  textOf: textOfRing,
};

/** The modules of models whose graphs a transcription is held against, each with how. */
export const ties: Readonly<Record<string, (graph: Graph, given: Readonly<Record<string, Value>>) => Tie>> = {
  MCRing: (graph, given) => tie(ringReading, graph, given),
};
