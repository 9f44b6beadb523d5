/** Proves what is said of the macros of ring.h, as they were compiled, and shows what each fault does. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { askAll } from '../ask.js';
import type { OnProgress, Shown, Verdict } from '../prove.js';
import { type Solver, startSolver } from '../solver.js';
import { type MacroFault, macroFaults, macros } from './macros.js';
import {
  brokenRun,
  MACRO_LOGIC,
  macroDeclarations,
  type MacroObligation,
  obligationsOf,
} from './obligations.js';
import type { Macro } from './seen.js';
import type { WasmFunction } from './wasm.js';
import { wordsOfRun } from './run-words.js';

/** What is proved something of: the header. */
export const RING_H = 'ring.h';
/** For which sizes. */
export const MACRO_SIZES = '`ring.h` as compiled: every N, all 32-bit values';

/** Functions by name. */
export type Functions = ReadonlyMap<string, WasmFunction>;

/** The committed macros.wasm: what clang made of macros.c and faults.c. @param root the project's folder */
export const readMacros = (root: string): Uint8Array =>
  readFileSync(path.join(root, 'prove', 'macros', 'macros.wasm'));

const named = (functions: Functions, name: string): WasmFunction => {
  const read = functions.get(name);
  if (read === undefined) throw new Error(`macros.wasm has no function ${name}`);
  return read;
};

/** All that has to be shown, macro by macro. Throws Error if a function is not there, or does what is not read. */
export const macroObligations = (functions: Functions): readonly MacroObligation[] =>
  macros.flatMap((macro) => obligationsOf(macro, named(functions, macro.name)));

/**
 * Proves all macros.
 * @param seconds how long z3 may think about one obligation
 */
export async function proveMacros(
  functions: Functions,
  seconds: number,
  onProgress: OnProgress = () => {},
): Promise<Verdict> {
  const solver = await startSolver(macroDeclarations, seconds, MACRO_LOGIC);
  try {
    const obligations = macroObligations(functions);
    const total = obligations.length + macroFaults.length;
    let done = 0;
    const rows = await askAll(
      obligations,
      ({ formulas }) => solver.check(formulas),
      seconds,
      () => onProgress(++done, total),
    );
    const shown: Shown[] = [];
    for (const fault of macroFaults) {
      shown.push(await show(fault, functions, solver, seconds));
      onProgress(++done, total);
    }
    const titled = ({ name, number, says }: Macro) => ({
      ...{ machine: RING_H, number, name, says },
      ...rows.get(name)!,
    });
    return { proofs: macros.map(titled), shown };
  } finally {
    await solver.close();
  }
}

async function show(
  { name, read, breaks }: MacroFault,
  functions: Functions,
  solver: Solver,
  seconds: number,
): Promise<Shown> {
  const begun = performance.now();
  const found = await brokenRun(breaks, named(functions, read), solver);
  return {
    machine: RING_H,
    fault: name,
    breaks: `${breaks.number} ${breaks.name}`,
    ...(found === 'none'
      ? { step: undefined, open: 'No run was found that does.' }
      : found === 'not decided'
        ? { step: undefined, open: `Whether a run does is not decided in ${seconds} s.` }
        : { step: wordsOfRun(found), open: undefined }),
    seconds: (performance.now() - begun) / 1000,
  };
}
