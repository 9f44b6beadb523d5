/** Proves what is claimed of a machine, and shows what each fault does. */
import { askAll, type Row } from './ask.js';
import { type Counterexample, counterexample } from './counterexample.js';
import { broken, type Fault, type Machine } from './machine.js';
import { declarations, INVARIANT, obligations, POSSIBLE, theoryOf } from './obligations.js';
import type { Theory } from './smt.js';
import { type Solver, startSolver } from './solver.js';
import type { Names } from './terms.js';

/** What became of the obligations of one property. */
export interface Proof extends Row {
  readonly machine: string;
  /** Its number in the modules; `-` of what all properties stand on. */
  readonly number: string;
  readonly name: string;
  readonly says: string;
}

/** What a fault does. */
export interface Shown {
  readonly machine: string;
  readonly fault: string;
  /** Number and name of the property that it breaks. */
  readonly breaks: string;
  /** The step in the ring's words; undefined if none is shown. */
  readonly step: string | undefined;
  /** Why none is shown, as a sentence. */
  readonly open: string | undefined;
  readonly seconds: number;
}

/** How far the work is. */
export type OnProgress = (done: number, total: number) => void;

/** What is said of a machine as a whole. */
export interface Verdict {
  readonly proofs: readonly Proof[];
  readonly shown: readonly Shown[];
}

/** Whether all is proved and each fault shown, and there was something to prove. */
export const isProved = ({ proofs, shown }: Verdict): boolean =>
  proofs.length > 0 &&
  proofs.every(({ obligations, proved }) => obligations > 0 && proved === obligations) &&
  shown.every(({ step }) => step !== undefined);

/**
 * Proves a machine.
 * @param seconds how long z3 may think about one obligation
 * @param wordsOf a counterexample as a sentence
 */
export async function prove<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  seconds: number,
  wordsOf: (found: Counterexample<C, V>) => string,
  onProgress: OnProgress = () => {},
): Promise<Verdict> {
  const solvers = solversOf(machine, seconds);
  try {
    const all = obligations(machine);
    const total = all.length + machine.faults.length;
    let done = 0;
    const rows = await askAll(
      all,
      async ({ formulas, theory }) => (await solvers.of(theory)).check(formulas),
      seconds,
      () => onProgress(++done, total),
    );
    const shown: Shown[] = [];
    for (const fault of machine.faults) {
      shown.push(await show(machine, fault, await solvers.of(theoryOf(machine)), seconds, wordsOf));
      onProgress(++done, total);
    }
    const proofs = [...rows].map(([about, row]) => ({
      machine: machine.name,
      ...titleOf(machine, about),
      ...row,
    }));
    return { proofs, shown };
  } finally {
    await solvers.close();
  }
}

/** Solvers that know a machine, one for each theory, started when it is first asked for. */
function solversOf<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  seconds: number,
): { readonly of: (theory: Theory) => Promise<Solver>; readonly close: () => Promise<void> } {
  const started = new Map<Theory, Solver>();
  return {
    of: async (theory) => {
      const solver =
        started.get(theory) ?? (await startSolver(declarations(machine, theory), seconds, theory.logic));
      started.set(theory, solver);
      return solver;
    },
    close: async () => {
      for (const solver of started.values()) await solver.close();
    },
  };
}

const titleOf = <C extends Names, V extends Names>(
  { properties }: Machine<C, V>,
  about: string,
): Pick<Proof, 'number' | 'name' | 'says'> => {
  if (about === INVARIANT)
    return { number: '-', name: about, says: 'It holds at the start, and every action keeps it' };
  if (about === POSSIBLE)
    return {
      number: '-',
      name: about,
      says: 'It is of something: every action can be taken, and corners are allowed',
    };
  const { number, name, says } = properties.find((property) => property.name === about)!;
  return { number, name, says };
};

async function show<C extends Names, V extends Names>(
  machine: Machine<C, V>,
  fault: Fault<C>,
  solver: Solver,
  seconds: number,
  wordsOf: (found: Counterexample<C, V>) => string,
): Promise<Shown> {
  const begun = performance.now();
  const found = await counterexample(machine, fault, solver);
  const { number } = broken(machine, fault);
  return {
    machine: machine.name,
    fault: fault.name,
    breaks: number === '-' ? `the part ${fault.breaks} of the invariant` : `${number} ${fault.breaks}`,
    ...(found === 'none'
      ? { step: undefined, open: 'No step was found that does.' }
      : found === 'not decided'
        ? { step: undefined, open: `Whether a step does is not decided in ${seconds} s.` }
        : { step: wordsOf(found), open: undefined }),
    seconds: (performance.now() - begun) / 1000,
  };
}
