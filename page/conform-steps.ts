/** A way through a graph as a case of `netfront conform`, where it is one. */
import { functionEntries } from '../graph/args.js';
import type { Constants } from '../replay/constants.js';
import { rxPacketsView } from '../replay/modules/rxpackets/view.js';
import { rxView } from '../replay/modules/rx/view.js';
import { txPacketsView } from '../replay/modules/txpackets/view.js';
import { txView } from '../replay/modules/tx/view.js';
import type { Move, Step, View } from '../replay/view.js';
import type { State } from '../tlc/index.js';
import { type Enabled, enabledIn, stateIn, type Walked } from './graph-pack.js';

/** The modules of which a port is asked. */
const VIEWS: Readonly<Record<string, (constants: Constants) => View>> = {
  NetfrontTx: () => txView,
  NetfrontRx: () => rxView,
  TxPackets: txPacketsView,
  RxPackets: () => rxPacketsView,
};

/** The command; or why the way cannot be written as one. */
export type AsCase =
  | { readonly command: string; /** What the front still does at the end. */ readonly more: boolean }
  | { readonly why: string };

/**
 * The command that asks a driver the same. A driver does all of its own steps before it answers, so a way is a case only
 * where backend, Xen and application act while the front rests.
 * @param states along the way, the initial one first
 */
export function asCase(
  graph: Walked,
  { module, constants }: { readonly module: string; readonly constants: Constants },
  states: readonly number[],
  taken: readonly Enabled[],
): AsCase {
  const view = VIEWS[module]?.(constants);
  if (view === undefined) return { why: `no driver is asked about ${module}` };
  try {
    const words: string[] = [];
    for (const [i, step] of taken.entries()) {
      const from = states[i]!;
      const move = moveOf(view, graph, from, step);
      if (move.by === 'nobody')
        return { why: `a driver need not take ${step.label}, so no case asks for it` };
      if (!('word' in move)) continue;
      if (move.by === 'send' && !move.fits)
        return { why: `a driver has a packet wait that does not fit, and here ${step.label} begins one` };
      const own = ownIn(view, graph, from);
      if (own !== undefined)
        return {
          why: `a driver takes all of its own steps before it answers, and at ${step.label} the front could still take ${own}`,
        };
      words.push(move.word);
    }
    if (words.length === 0) return { why: 'only the front has acted so far' };
    const start = JSON.stringify(startOf(module, constants, stateIn(graph, states[0]!)));
    const command = `netfront conform --start '${start}' --steps '${words.join(' ')}' -- DRIVER`;
    return { command, more: ownIn(view, graph, states.at(-1)!) !== undefined };
  } catch (error) {
    return { why: (error as Error).message };
  }
}

/** Throws Error where a case has no word for the action. */
const moveOf = (view: View, graph: Walked, from: number, { label, args, to }: Enabled): Move => {
  const action = label.replace(/\(.*/, '');
  const step: Step = { action, args, before: stateIn(graph, from), after: stateIn(graph, to) };
  return view.moveOf(step);
};

/** A step of the front's own that a state allows, and that changes it; undefined if the front rests. */
function ownIn(view: View, graph: Walked, state: number): string | undefined {
  return enabledIn(graph, state).find((step) => {
    if (step.to === state || step.label.startsWith('Back')) return false;
    const { by } = moveOf(view, graph, state, step);
    return by === 'poller' || by === 'poster';
  })?.label;
}

/** The sizes of the model. Its indices are as far from their wrap as those of the case. */
function startOf(module: string, { N, M, First, CopyOut }: Constants, initial: State): object {
  const buffers = functionEntries(initial.contents).length;
  const first = (2 ** 32 - (Number(M) - Number(First))) % 2 ** 32;
  const sizes = { nr_ents: Number(N), first, buffers, ids: buffers };
  return module.includes('Rx') ? { rx: { ...sizes, copy: CopyOut !== false } } : { tx: sizes };
}
