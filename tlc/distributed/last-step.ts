/**
 * What is wrong in the last step of a distributed run. TLC's server prints its two states, and neither the property nor
 * what could not be computed. So TLC looks at that step once more, alone on this machine.
 */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Config, configText } from '../config.js';
import type { RunRequest } from '../command-line.js';
import type { Outcome } from '../outcome.js';
import { runModel } from '../run.js';

const NAME = 'NetfrontLastStep';

/** The module that looks at the steps from one state. */
const moduleFor = (spec: string, state: string): string => `---- MODULE ${NAME} ----
EXTENDS ${basename(spec, '.tla')}, TLC
${NAME}Init ==
${state.replaceAll(/^/gm, '  ')}
${NAME}Only == TLCGet("level") < 2
====
`;

/**
 * @param request has the specification in a folder of ours, with all its modules
 * @param next the operator of the next step
 * @param state the first of the two states, as TLC prints it
 */
export async function lastStep(
  request: RunRequest,
  config: Config,
  next: string,
  state: string,
  folder: string,
): Promise<Outcome> {
  const spec = join(folder, `${NAME}.tla`);
  const only = join(folder, `${NAME}.cfg`);
  const rest: Config['rest'] = [
    ...config.rest.filter(([keyword]) => keyword === 'CHECK_DEADLOCK'),
    ...[
      ['INIT', [`${NAME}Init`]] as const,
      ['NEXT', [next]] as const,
      ['CONSTRAINT', [`${NAME}Only`]] as const,
    ],
  ];
  await writeFile(spec, moduleFor(request.spec, state));
  await writeFile(
    only,
    configText({ ...config, properties: [], rest }, 'The last step of a distributed run.'),
  );
  const { java, jar, signal, deadlock } = request;
  return runModel({
    ...{ java, jar, spec, config: only, brief: true },
    ...(signal && { signal }),
    ...(deadlock !== undefined && { deadlock }),
  });
}
