/** One run of one model, believed only if it ends in a verdict. */
import { match, P } from 'ts-pattern';
import {
  findJar,
  findJava,
  type JarResult,
  type Java,
  type Location,
  type Outcome,
  type Progress,
  runModel,
  ToolError,
} from '../tlc/index.js';
import { falseConditionOf } from '../tlc/false-condition.js';
import { assumptionsIn, type Assumption, modulesFrom } from '../tlc/modules.js';
import { type Candidate, requestOf } from '../tlc/models.js';
import { ended, Interrupted } from './errors.js';
import { note, shown } from './output.js';
import { propertiesOf } from './properties.js';

/** An outcome that says something of the model. */
export type Verdict = Extract<Outcome, { kind: 'holds' | 'violated' | 'deadlock' }>;

/** What runs a model. */
export interface Tools {
  readonly java: Java;
  readonly jar: JarResult;
}

/** How to run it. */
export interface RunOptions extends Tools {
  readonly root: string;
  readonly workers?: number;
  readonly signal: AbortSignal;
  readonly stopAfter?: number;
  readonly dumpDot?: string;
  /** Whether TLC counts what it evaluates; see `coverage` of an outcome. */
  readonly counts?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/** Finds Java and the jar, which may have to be fetched first. Throws {@link ToolError}. */
export async function findTools(signal: AbortSignal): Promise<Tools> {
  const java = await findJava({ signal });
  const onDownload = (pin: { name: string; version: string }) => note(`fetching ${pin.name} ${pin.version}`);
  return { java, jar: await findJar({ signal, onDownload }) };
}

/** Runs a model. Throws {@link ToolError} if there is no verdict, and {@link Interrupted}. */
export const verdictOf = async (model: Candidate, options: RunOptions): Promise<Verdict> =>
  verdictIn(model, await outcomeOf(model, options));

/** Runs a model. Throws {@link FalseAssumption}, and {@link ToolError} if a file cannot be used. */
export async function outcomeOf(
  model: Candidate,
  { root, counts = false, ...options }: RunOptions,
): Promise<Outcome> {
  const request = requestOf(root, model);
  const temporalProperties = await propertiesOf(request.config);
  const outcome = await runModel({ ...options, ...request, temporalProperties, coverage: counts });
  if (counts && cannotCount(outcome)) return outcomeOf(model, { root, ...options });
  if (outcome.kind === 'assumptionFailed') {
    const modules = await modulesFrom(root, model.module, 'all');
    const found = modules
      .flatMap(assumptionsIn)
      .find(({ file, lines: [first, last] }) => file === outcome.file && between(first, outcome.line, last));
    if (found !== undefined)
      throw new FalseAssumption(
        model,
        found,
        outcome,
        await falseConditionOf({ ...options, ...request }, found),
      );
  }
  return outcome;
}

/**
 * Counting broke off: the TLC that we use cannot count an invariant that is a RECURSIVE operator, such as PublishedWhole.
 * It says so before it has looked at a state.
 */
const cannotCount = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.message.includes('tlc2.tool.coverage.');

const between = (first: number, line: number | undefined, last: number): boolean =>
  line !== undefined && first <= line && line <= last;

/** The constants of a model are none that its module is for. */
export class FalseAssumption extends ToolError {
  constructor(
    { name }: Candidate,
    readonly assumption: Assumption,
    at: Partial<Location>,
    /** Which of its conditions is false, where that could be found out. */
    readonly condition: string | undefined,
  ) {
    super(
      `${name} has no verdict: ${place(at)}the ASSUME ${assumption.name} is false, which says that ` +
        `${condition ?? assumption.conditions.join(', and ')}. Give the constants values for which it is true.`,
    );
  }
}

/** The name that a verdict has in the manifest: `holds`, `deadlock`, or the violated property. */
export const nameOf = (verdict: Verdict): string =>
  verdict.kind === 'violated' ? verdict.property : verdict.kind;

/** The verdict in an outcome. Throws as {@link verdictOf} does. */
export const verdictIn = (model: Candidate, outcome: Outcome): Verdict =>
  match(outcome)
    .with({ kind: P.union('holds', 'violated', 'deadlock') }, (verdict) => verdict)
    .with({ kind: 'interrupted' }, () => {
      throw new Interrupted();
    })
    .with({ kind: P.union('specError', 'evaluationError', 'assumptionFailed') }, (error) => {
      throw unusable(model, `${place(error)}${ended(error.message)} Mend what is named, and run it again.`);
    })
    .with({ kind: 'outOfMemory' }, ({ message }) => {
      throw unusable(
        model,
        `${ended(message)} Run fewer models at a time (--jobs 1), or make its constants smaller.`,
      );
    })
    .with({ kind: 'stopped' }, () => {
      throw unusable(model, 'TLC stopped before it had looked at every state. Run it again.');
    })
    .with({ kind: 'failed' }, ({ message, exitCode }) => {
      const status = exitCode === undefined ? '' : ` with status ${exitCode}`;
      throw unusable(model, `TLC ended${status}: ${ended(message)} Run it again, and report it if it stays.`);
    })
    .exhaustive();

const unusable = ({ name }: Candidate, why: string): ToolError =>
  new ToolError(`${name} has no verdict: ${why}`);

const place = ({ file, line, column }: Partial<Location>): string =>
  file === undefined ? '' : `${[shown(file), line, column].filter((part) => part !== undefined).join(':')}: `;
