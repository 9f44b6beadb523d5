/** netfront second-opinion: another model checker, written by others, must find what TLC finds. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { runModel, ToolError } from '../tlc/index.js';
import { type Model, readManifest, requestOf } from '../tlc/models.js';
import { rootOf } from './context.js';
import { interruptible } from './interrupt.js';
import { chosen } from './models.js';
import { counted, duration, figure, note, print, table } from './output.js';
import { findTools, type Tools, verdictIn } from './run.js';
import { findChecker, type Opinion, opinionOf, VERSION } from './tla-checker.js';

/**
 * The models that it is asked for where none is named: of the ring, and of each way of choosing ids. Those it cannot
 * read, and why, are in spec/README.md.
 */
const confirmed = [
  ...['ring_1_trace', 'ring_2_trace', 'ring_4_trace', 'ring_4'],
  ...['ring_1', 'ring_no_final_check', 'ring_no_final_check_back', 'ring_no_final_check_wake_up'],
  ...['ring_signed_notify', 'ring_signed_notify_storm', 'ring_unbounded_index', 'ring_less_than'],
  ...['ring_event_halfway', 'ring_loose_response_bound', 'ring_full_off_by_one'],
  ...['tx_1_4_2', 'tx_1_4_2_trace', 'tx_counter_in_order', 'tx_counter_skip_trace', 'tx_freelist_trace'],
  ...['tx_slot_in_order', 'tx_1_4_1', 'tx_1_4_1_ids', 'tx_counter', 'tx_slot', 'tx_early_free'],
  ...['tx_freelist_unchecked_repeat', 'rx_1_4_2_trace', 'rx_slot_trace', 'rx_1_4_1', 'rx_1_4_1_ids'],
  ...['tx_freelist_repeat', 'rx_1_6_1', 'rx_overrun', 'ring_weak'],
];

/** Adds the command. */
export function addSecondOpinion(program: Command): void {
  program
    .command('second-opinion')
    .summary('have another model checker look at the same models')
    .description(
      `Builds tla-checker ${VERSION} with cargo, runs it on the models named, or on those it can read, and compares ` +
        'verdict, states, depth and transitions with what TLC finds and the manifest has.',
    )
    .argument('[MODEL...]', 'models of spec/models/manifest.json')
    .addHelpText('after', '\nExit status: 0 if both agree, 1 if not, 2 if one has no verdict.')
    .action(async (names: string[], _: unknown, command: Command) => {
      process.exitCode = await interruptible((signal) => secondOpinion(rootOf(command), names, signal));
    });
}

async function secondOpinion(root: string, names: readonly string[], signal: AbortSignal): Promise<0 | 1> {
  const models = chosen(await readManifest(root), names.length === 0 ? confirmed : names);
  const checker = await findChecker(root, signal);
  const tools = await findTools(signal);
  const rows: string[][] = [];
  const findings: string[] = [];
  const unread: string[] = [];
  for (const model of models) {
    const second = await opinionOf(checker, root, model, signal);
    if ('unread' in second) {
      unread.push(model.name);
      findings.push(`${model.name}: ${second.unread}`);
      rows.push([model.name, 'no verdict', '-', '-', '-']);
      note(`${model.name} ... no verdict`);
      continue;
    }
    const first = await firstOpinion(root, model, tools, signal);
    const found = differences(model, first, second);
    findings.push(...found);
    rows.push([...row(model, second), found.length === 0 ? 'yes' : 'NO']);
    note(`${model.name} ... ${found.length === 0 ? 'agreed' : 'NOT agreed'}, ${duration(second.seconds)} s`);
  }
  print(
    table(
      [
        { title: 'model' },
        { title: 'tla-checker' },
        { title: 'states', align: 'right' },
        { title: 'transitions', align: 'right' },
        { title: 'as TLC' },
      ],
      rows,
    ),
  );
  if (findings.length > 0) print(`\n${findings.join('\n')}`);
  if (findings.length > unread.length) return 1;
  if (unread.length > 0)
    throw new ToolError(
      `tla-checker has no verdict on ${unread.length === 1 ? unread[0] : `${unread.length} of ${counted(models.length, 'model')}`}: the lines below the table say why, and spec/README.md which models it is known to read.`,
    );
  return 0;
}

const row = ({ name }: Model, { verdict, whole, states, transitions, length }: Opinion): string[] => [
  name,
  length > 0 ? `${verdict}, step ${length}` : verdict,
  whole ? figure(states) : '-',
  verdict === 'holds' ? figure(transitions) : '-',
];

/** What TLC finds that the manifest does not have. */
interface First {
  /** Undefined where the model does not hold: there is no whole graph then. */
  readonly transitions?: number;
  /** States of the counterexample; 0 if there is none. */
  readonly length: number;
}

/** Runs TLC. Its report counts a successor once for each way to compute it, so transitions are counted in its graph. */
async function firstOpinion(root: string, model: Model, tools: Tools, signal: AbortSignal): Promise<First> {
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-graph-'));
  try {
    const dumpDot = path.join(folder, 'graph.dot');
    const run = await runModel({ ...requestOf(root, model), ...tools, signal, dumpDot });
    const verdict = verdictIn(model, run);
    if (verdict.kind !== 'holds') return { length: verdict.trace.length };
    const transitions = await transitionsIn(dumpDot, verdict.stats.distinctStates);
    return { length: 0, transitions };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Counts the transitions in a graph that TLC has written: a state, an action and a successor, as tla-checker counts them. With
 * liveness there is a dashed line from each state to itself as well, which is none.
 */
async function transitionsIn(dump: string, distinctStates: number): Promise<number> {
  const states = new Set<string>();
  const transitions = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(dump) })) {
    const [, from, to, action] = /^(-?\d+)(?: -> (-?\d+))? \[label="(\w*)/.exec(line) ?? [];
    if (to !== undefined) transitions.add(`${from} ${action} ${to}`);
    else if (from !== undefined) states.add(from);
  }
  if (states.size !== distinctStates)
    throw new ToolError(
      `TLC's graph has ${counted(states.size, 'state')} of ${figure(distinctStates)}: make room in ${tmpdir()}, and run it again.`,
    );
  return transitions.size;
}

/** A sentence for everything in which the two differ. */
function differences(model: Model, first: First, second: Opinion): readonly string[] {
  const differs = (what: string, tlc: string | number, other: string | number) =>
    tlc === other ? [] : [`${model.name}: ${what}: TLC ${show(tlc)}, tla-checker ${show(other)}`];
  if (model.expected !== second.verdict) return differs('verdict', model.expected, second.verdict);
  // How much is looked at before a violation is found depends on the order; how long the shortest run is does not.
  if (!second.whole) return differs('steps of the counterexample', first.length, second.length);
  return [
    ...differs('distinct states', model.distinctStates, second.states),
    ...differs('depth', model.depth, second.depth),
    ...(second.verdict === 'holds'
      ? differs('transitions', first.transitions ?? 'no graph', second.transitions)
      : []),
  ];
}

const show = (value: string | number): string => (typeof value === 'number' ? figure(value) : value);
