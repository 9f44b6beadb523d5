/** z3, as WebAssembly: the npm package z3-solver. It is loaded when it is first asked for, and not before. */
import type { init as initialise } from 'z3-solver';
import { ToolError } from '../tlc/index.js';

/** What a solver says of a set of formulas. `unknown`: it did not decide them in time. */
export type Answer = 'sat' | 'unsat' | 'unknown';

/** A solver that knows some declarations, and answers questions about them one at a time. */
export interface Solver {
  /** Are there values that make all of these true? */
  readonly check: (formulas: readonly string[]) => Promise<Answer>;
  /**
   * Values that make all of these true, as z3 prints them, of some constants that are declared in `more`; undefined
   * unless the answer is `sat`.
   */
  readonly model: (
    formulas: readonly string[],
    more: string,
  ) => Promise<ReadonlyMap<string, string> | undefined>;
  /** Ends the threads of z3. A process with a solver that was not closed does not end by itself. */
  readonly close: () => Promise<void>;
}

/**
 * Starts z3.
 * @param declarations SMT-LIB text that every question begins with
 * @param logic z3's name of what the questions are about
 * @param seconds how long it may think about one question, in thousandths at the least
 * Throws {@link ToolError} if z3 cannot be loaded; Error if it cannot read a formula, which is our mistake.
 */
export async function startSolver(declarations: string, seconds: number, logic = 'QF_ABV'): Promise<Solver> {
  const { em, Z3 } = await loaded();
  const config = Z3.mk_config();
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  const params = Z3.mk_params(context);
  Z3.params_inc_ref(context, params);
  Z3.params_set_uint(context, params, Z3.mk_string_symbol(context, 'timeout'), Math.round(seconds * 1000));
  // The arithmetic of whole numbers that z3 had before the present one: ours are mostly bounds on a difference, and
  // it decides them in a third of the time.
  Z3.params_set_uint(context, params, Z3.mk_string_symbol(context, 'smt.arith.solver'), 2);

  const ask = async (
    formulas: readonly string[],
    more: string,
  ): Promise<{ answer: Answer; model: string | undefined }> => {
    const solver = Z3.mk_solver_for_logic(context, Z3.mk_string_symbol(context, logic));
    Z3.solver_inc_ref(context, solver);
    Z3.solver_set_params(context, solver, params);
    const text = [declarations, more, ...formulas.map((formula) => `(assert ${formula})`)].join('\n');
    // Not eval_smtlib2_string: it frees the text before its thread has read it, and reads what comes to lie there.
    Z3.solver_from_string(context, solver, text);
    if (Z3.get_error_code(context) !== 0)
      throw new Error(
        `z3 cannot read a formula: ${Z3.get_error_msg(context, Z3.get_error_code(context))}\n${text}`,
      );
    const answer = answers[`${await Z3.solver_check(context, solver)}`]!;
    const model =
      answer === 'sat' ? Z3.model_to_string(context, Z3.solver_get_model(context, solver)) : undefined;
    Z3.solver_dec_ref(context, solver);
    return { answer, model };
  };
  return {
    check: async (formulas) => (await ask(formulas, '')).answer,
    model: async (formulas, more) => {
      const { model } = await ask(formulas, more);
      return model === undefined ? undefined : valuesIn(model);
    },
    close: async () => {
      Z3.del_context(context);
      // A thread that has just answered still says that it is at its end. Nobody would listen, and Node would tell.
      await new Promise((resolve) => setTimeout(resolve, 10));
      em.PThread.terminateAllThreads();
    },
  };
}

/** Z3_lbool */
const answers: Readonly<Record<string, Answer>> = { '-1': 'unsat', '0': 'unknown', '1': 'sat' };

/** The lines `name -> value` of a model. A value of several words, as an array has, is none of those we ask for. */
const valuesIn = (model: string): ReadonlyMap<string, string> =>
  new Map(
    Array.from(model.matchAll(/^\|?([^|\n]+?)\|? -> ([^\s()]+)$/gm), ([, name, value]) => [name!, value!]),
  );

async function loaded(): ReturnType<typeof initialise> {
  try {
    const { init } = await import('z3-solver');
    return await init();
  } catch (error) {
    throw new ToolError(
      `z3 cannot be loaded (${(error as Error).message}): install the packages again (npm ci)`,
    );
  }
}
