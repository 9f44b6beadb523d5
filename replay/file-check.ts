/**
 * A trace of a file before it is replayed: are its constants, states, actions and arguments such as the module has them?
 * A replay relies on all of that, and does not look again.
 */
import type { z } from 'zod';
import { argsOf, type Args } from '../graph/args.js';
import { canonical, ToolError, type State } from '../tlc/index.js';
import { statesOf, type Trace, TraceError, type TraceStep } from './format.js';
import type { TracedModule } from './modules/index.js';

/** The states of a trace, the initial one first. Throws {@link TraceError} where the trace is none of the module's. */
export function checkedStates(trace: Trace, module: TracedModule): readonly State[] {
  const { file, line, header } = trace;
  const schema = stateOf(trace, module);
  const changes = schema.partial();
  mustHave(schema, header.initial, file, line);
  for (const { step, changed } of trace.steps) mustHave(changes, changed, file, line + step);
  const states = statesOf(trace);
  for (const step of trace.steps) {
    const why = wrongStep(step, module, states[step.step - 1]!, states[step.step]!);
    if (why !== undefined) throw new TraceError(file, line + step.step, why);
  }
  return states;
}

function stateOf({ file, line, header }: Trace, module: TracedModule): z.ZodObject {
  try {
    return module.state(header.constants);
  } catch (error) {
    throw error instanceof ToolError ? new TraceError(file, line, error.message) : error;
  }
}

function mustHave(schema: z.ZodType, state: unknown, file: string, line: number): void {
  const { error } = schema.safeParse(state);
  if (error === undefined) return;
  const [issue] = error.issues;
  throw new TraceError(file, line, `${issue!.path.join('.') || 'the state'}: ${issue!.message}`);
}

/** Why this is no step of the module's; undefined if it may be one. */
function wrongStep(
  { action, args, changed, refused }: TraceStep,
  { name, frontActions, backActions, args: readers }: TracedModule,
  before: State,
  after: State,
): string | undefined {
  if (!frontActions.has(action) && !backActions.has(action)) return `${name} has no action ${action}`;
  if (refused) {
    if (!frontActions.has(action)) return `${action} is the backend's, which refuses nothing`;
    if (Object.keys(changed).length > 0) return 'a step that is refused changes nothing';
    return areOfRefused(args) ? undefined : `no ${action} has these arguments`;
  }
  const read = readAs(() => argsOf(readers, action, before, after));
  return read !== undefined && canonical(read as never) === canonical(args as never)
    ? undefined
    : `these are not the arguments with which ${action} makes these changes`;
}

/** An action that is refused has no effect to read its arguments from. They are letters and small numbers. */
const areOfRefused = (args: Args): boolean =>
  Object.values(args).every(
    (value) =>
      (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65_536) ||
      (typeof value === 'string' && /^[A-Z]$/.test(value)),
  );

/** A reader looks for what its action does, and may find nothing of it. */
function readAs(read: () => Args): Args | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
