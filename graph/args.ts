/**
 * The arguments of a step. TLC's graph names the action of a transition and not its arguments; every argument can be
 * read off the two states, and that they tell all transitions of a state apart is checked on the whole graph, each
 * time (`graphArgs`).
 */
import type { State, Value } from '../tlc/index.js';
import type { Graph } from './graph.js';
import { ringStep } from '../replay/modules/txrx/rings.js';

/** The arguments of an action by name, in ITF's spelling. */
export type Args = Readonly<Record<string, Value>>;

/** Arguments and results of a function of TLA+; a sequence is one from 1. */
export const functionEntries = (value: Value | undefined): readonly (readonly [Value, Value])[] => {
  if (Array.isArray(value)) return value.map((item: Value, i) => [i + 1, item] as const);
  if (typeof value === 'object' && '#map' in value)
    return value['#map'] as readonly (readonly [Value, Value])[];
  throw new TypeError(`no function: ${JSON.stringify(value)}`);
};

/** The results of a function or a sequence, in order of its arguments. */
export const functionValues = (value: Value | undefined): readonly Value[] =>
  functionEntries(value).map(([, result]) => result);

/** How the arguments of one action are read, and from which variables before and after. */
interface Reader {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly read: (before: State, after: State) => Args;
}

const NONE: Args = Object.freeze({});

const field = (value: Value | undefined, name: string): Value => (value as Record<string, Value>)[name]!;

/** The first argument at which a function or a sequence is not what it was. */
const firstChange = (name: string, before: State, after: State): number => {
  const now = functionEntries(after[name]);
  const then = functionEntries(before[name]);
  const changed = then.find(([, value], i) => JSON.stringify(value) !== JSON.stringify(now[i]?.[1]));
  // Nothing changed but that there is one more.
  return changed === undefined ? then.length + 1 : (changed[0] as number);
};

/** An argument that is the place where one variable changed. */
const placeOf = (argument: string, variable: string): Reader => ({
  before: [variable],
  after: [variable],
  read: (before, after) => ({ [argument]: firstChange(variable, before, after) }),
});

/** A frame by its name; or, of TxPackets, the packet that a chain is opened for. Its next fragments need no telling. */
const filledWith = (content: Value): Args => {
  if (typeof content === 'string') return { frame: content };
  const packet = field(content, 'packet');
  return field(content, 'frag') === 1
    ? { frags: field(packet, 'frags'), extras: field(packet, 'extras') }
    : NONE;
};

const readers: Readonly<Record<string, Reader>> = {
  TxFill: {
    before: [],
    after: ['contents', 'filling'],
    read: (_, after) => filledWith(functionValues(after.contents)[after.filling as number]!),
  },
  TxGrantAccess: placeOf('gref', 'granted'),
  RxGrantAccess: placeOf('gref', 'granted'),
  AppReturn: placeOf('page', 'held'),
  BackWriteFrame: {
    before: ['taken'],
    after: ['taken'],
    read: (before, after) => {
      const k = firstChange('taken', before, after);
      return { k, frame: field(functionValues(after.taken)[k - 1], 'wrote') };
    },
  },
  BackReadBlock: placeOf('k', 'taken'),
  BackRespond: {
    before: ['taken', 'rsp_prod_pvt'],
    after: ['taken', 'ring'],
    read: (before, after) => {
      const slots = functionValues(after.ring);
      const written = slots[(before.rsp_prod_pvt as number) % slots.length];
      return { k: firstChange('taken', before, after), status: field(written, 'status') };
    },
  },
  BackRespondNull: {
    before: ['rsp_prod_pvt'],
    after: ['ring'],
    read: (before, after) => {
      const slots = functionValues(after.ring);
      return { id: field(slots[(before.rsp_prod_pvt as number) % slots.length], 'id') };
    },
  },
  BackRespondNullToRequest: placeOf('k', 'taken'),
  BackRepeatResponse: {
    before: ['taken', 'rsp_prod_pvt'],
    after: ['taken', 'ring'],
    read: (before, after) => {
      const slots = functionValues(after.ring);
      const written = slots[(before.rsp_prod_pvt as number) % slots.length];
      const id = field(written, 'id');
      const j = firstChange('taken', before, after);
      const k =
        functionValues(before.taken).findIndex((taken, i) => i + 1 !== j && field(taken, 'id') === id) + 1;
      return { k, j };
    },
  },
  BackUnmap: placeOf('gref', 'mapped'),
  BackSendPacket: {
    before: [],
    after: ['sent', 'sending'],
    read: (_, after) => {
      const packet = functionValues(after.sent).at(-1);
      const [frags, extras] = [
        functionValues(field(packet, 'frags')),
        functionValues(field(packet, 'extras')),
      ];
      const count = frags.length + extras.length - functionValues(after.sending).length;
      return { packet: { frags, extras: extras.length }, count };
    },
  },
  BackSendRest: {
    before: ['sending'],
    after: ['sending'],
    read: (before, after) => ({
      count: functionValues(before.sending).length - functionValues(after.sending).length,
    }),
  },
};

/** How an action's arguments are read, and what stands before the names of its variables. */
const readerOf = (
  action: string,
  variables: readonly string[],
): { readonly reader: Reader | undefined; readonly prefix: string } => {
  if (!variables.includes('tx_ring')) return { reader: readers[action], prefix: '' };
  const step = ringStep(action);
  return step === undefined
    ? { reader: undefined, prefix: '' }
    : { reader: readers[step.action], prefix: `${step.ring}_` };
};

/** The arguments with which this action leads from the one state to the other. */
export const argsOf = (action: string, before: State, after: State): Args => {
  const { reader, prefix } = readerOf(action, Object.keys(before));
  if (reader === undefined) return NONE;
  const part = (state: State, names: readonly string[]): State =>
    Object.fromEntries(names.map((name) => [name, state[prefix + name]!]));
  return reader.read(part(before, reader.before), part(after, reader.after));
};

/** The arguments of every transition of a graph. */
export interface GraphArgs {
  /** For each transition an index into `values`. */
  readonly ofTransition: Int32Array;
  readonly values: readonly Args[];
}

/**
 * Reads the arguments of all transitions.
 * @throws Error if two transitions of one state have the same action and arguments: then a step would not say
 *   where it leads, and the specification has a choice that no argument names.
 */
export function graphArgs(graph: Graph): GraphArgs {
  const values: Args[] = [];
  const known = new Map<string, number>();
  const intern = (args: Args): number => {
    const text = JSON.stringify(args);
    const index = known.get(text) ?? values.push(args) - 1;
    known.set(text, index);
    return index;
  };
  const readAt = graph.actions.map((action) => readerAt(graph, action, intern));
  const ofTransition = new Int32Array(graph.transitionCount);
  for (let s = 0; s < graph.stateCount; s++) {
    const seen = new Set<number>();
    for (let t = graph.offsets[s]!; t < graph.offsets[s + 1]!; t++) {
      const label = graph.labels[t]!;
      const args = readAt[label]!(s, graph.targets[t]!);
      ofTransition[t] = args;
      const step = label * 65536 + args;
      if (seen.has(step))
        throw new Error(
          `state ${s} has two transitions ${graph.actions[label]} ${JSON.stringify(values[args])}: ` +
            'give the action an argument that tells them apart, and graph/args.ts a way to read it',
        );
      seen.add(step);
    }
  }
  return { ofTransition, values };
}

/** Reads the arguments of one action between two states; remembers them by the values they were read from. */
function readerAt(
  graph: Graph,
  action: string,
  intern: (args: Args) => number,
): (from: number, to: number) => number {
  const { reader, prefix } = readerOf(action, graph.variables);
  if (reader === undefined) {
    const none = intern(NONE);
    return () => none;
  }
  const width = graph.variables.length;
  const columns = (names: readonly string[]) => names.map((name) => graph.variables.indexOf(prefix + name));
  const before = columns(reader.before);
  const after = columns(reader.after);
  const part = (state: number, at: readonly number[], names: readonly string[]): State =>
    Object.fromEntries(at.map((c, i) => [names[i]!, graph.values[c]![graph.cells[state * width + c]!]!]));
  const memory = new Map<string, number>();
  return (from, to) => {
    let key = '';
    for (const c of before) key += `${graph.cells[from * width + c]},`;
    for (const c of after) key += `${graph.cells[to * width + c]},`;
    let args = memory.get(key);
    if (args === undefined) {
      args = intern(reader.read(part(from, before, reader.before), part(to, after, reader.after)));
      memory.set(key, args);
    }
    return args;
  };
}
