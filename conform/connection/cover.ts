/**
 * Cases made from the state graph of Connection: paths of what backend, toolstack, Xen and application do. The front's own
 * steps between two of them are contracted, in the order in which a front takes them that does all that it can. A front
 * that does otherwise, as it may, passes over what cannot be done where it is.
 */
import type { GraphArgs } from '../../graph/args.js';
import { type Graph, stateAt, successors } from '../../graph/graph.js';
import type { State, Value } from '../../tlc/index.js';
import { caseOf, type ExplainedCase } from '../cases/builders.js';
import { DEVICE } from '../cases/connection.js';
import { grouped } from '../grouped.js';

/** The word of each action that is not the front's. */
const WORDS: Readonly<Record<string, string>> = {
  AppSend: 'app.send',
  AppClose: 'app.close',
  AppOpen: 'app.open',
  BackReadState: 'back.look',
  BackOffer: 'back.offer',
  BackMap: 'back.map',
  BackConnect: 'back.connect',
  BackRefuse: 'back.refuse',
  BackMapFails: 'back.refuse',
  BackClose: 'back.close',
  BackClosed: 'back.closed',
  BackEnds: 'back.ends',
  BackShow: 'back.take',
  BackAnswer: 'back.answer',
  BackCrash: 'back.crash',
  BackRestart: 'back.restart',
  ToolUnplug: 'tool.unplug',
  ToolRemove: 'tool.remove',
  ToolForceRemove: 'tool.force',
  ToolPlug: 'tool.plug',
  ToolTakesDead: 'tool.dead',
  ToolMigrate: 'front.migrate',
  FrontCrash: 'front.crash',
  XenUnmap: 'xen.unmap',
};

/** The words after which the front runs; after the others it waits for a watch. */
const WAKES = new Set(['app.send', 'app.close', 'app.open', 'front.migrate', 'front.crash']);

/** The order in which a front takes its steps until it rests. */
const ORDER = [
  ...[
    'FrontReadState',
    'FrontDrop',
    'FrontGone',
    'FrontProbe',
    'FrontAnswerClose',
    'FrontClosing',
    'FrontClosed',
  ],
  ...['FrontPrepare', 'FrontWriteKeys', 'FrontConnect', 'FrontSeeConnected', 'FrontReset', 'FrontRestarted'],
  ...['FrontRelease', 'FrontReopen', 'FrontPut', 'FrontDropHeld'],
];

/** What only time brings. */
const TIMED = ['FrontTimeout', 'FrontRelease', 'FrontFreesKept'];

interface Edge {
  readonly word: string;
  readonly to: number;
  /**
   * What of the edge is to be taken once: where the front is, and what wakes it. `rough` leaves out its frames and pages.
   * Undefined where it is not woken.
   */
  readonly keys: { readonly fine: string; readonly rough: string } | undefined;
}

/** The most words of a case. */
const LONGEST = 40;

/** The graph as a port can be walked through it. */
class DeviceGraph {
  readonly #edges = new Map<number, readonly Edge[]>();
  readonly #states: (State | undefined)[] = [];

  constructor(
    readonly graph: Graph,
    readonly args: GraphArgs,
  ) {}

  /** What can be done where the front rests. */
  edges(state: number): readonly Edge[] {
    let edges = this.#edges.get(state);
    if (edges === undefined) this.#edges.set(state, (edges = [...this.#find(state)]));
    return edges;
  }

  *#find(state: number): Generator<Edge> {
    const { fine, rough } = this.#look(state);
    const edge = (word: string, to: number): Edge => ({
      ...{ word, to },
      keys: { fine: `${fine} ${word}`, rough: `${rough} ${word}` },
    });
    const asleep = (word: string, to: number): Edge => ({ word, to, keys: undefined });
    const next = [...successors(this.graph, state)];
    for (const { transition, action, to } of next) {
      const word = WORDS[action];
      if (word === undefined || to === state) continue;
      const features = this.args.values[this.args.ofTransition[transition]!]!.features;
      const text = features === undefined ? word : `${word}:${offerWord(features as string)}`;
      yield WAKES.has(word) ? edge(text, this.#rest(to)) : asleep(text, to);
    }
    const look = next.find(({ action }) => action === 'FrontReadState');
    if (look !== undefined) yield edge('front.watch', this.#rest(look.to));
    const answered = next.find(({ action }) => action === 'FrontTakeAnswer');
    if (answered !== undefined) yield edge('front.events', this.#rest(answered.to));
    const timed = TIMED.map((name) => next.find(({ action }) => action === name)).find(
      (each) => each !== undefined,
    );
    if (timed !== undefined) yield edge('front.tick', this.#rest(timed.to));
  }

  /** Where the front rests that runs from here. */
  #rest(from: number): number {
    const seen = new Set<number>();
    for (let state = from; ;) {
      if (seen.has(state)) return state;
      seen.add(state);
      const own = this.#own(state);
      if (own === undefined) return state;
      state = own;
    }
  }

  #own(state: number): number | undefined {
    const next = [...successors(this.graph, state)];
    const { frontSaw } = this.#state(state);
    for (const name of ORDER) {
      // It looks by itself where it has begun anew, or has written something after which it must.
      if (name === 'FrontReadState' && frontSaw !== 'nothing') continue;
      if (name === 'FrontRelease' && !['Closed', 'Unknown', 'Removed'].includes(frontSaw as string)) continue;
      const found = next.find(({ action, to }) => action === name && to !== state);
      if (found !== undefined) return found.to;
    }
    return undefined;
  }

  #state(state: number): State {
    return (this.#states[state] ??= stateAt(this.graph, state));
  }

  /** What a state looks like to the front, whatever the numbers of its rings. */
  #look(state: number): { readonly fine: string; readonly rough: string } {
    const { incarnation, frames, pages, keys, offer, ...rest } = this.#state(state);
    const ring = (value: Value | undefined): string =>
      value === undefined || value === 0 ? 'none' : value === incarnation ? 'this' : 'old';
    const keyed = keys as Readonly<Record<string, Value>>;
    const framed = Object.values(
      frames as unknown as Readonly<Record<string, Readonly<Record<string, Value>>>>,
    );
    const rough = {
      ...{ frontState: rest.frontState, backState: rest.backState, online: rest.online, wish: rest.wish },
      ...{ frontPhase: rest.frontPhase, frontSaw: rest.frontSaw },
      isOwn: rest.frontDevice === rest.device,
      backRing: ring(rest.backRing),
      keys: [ring(keyed.flat), ring(keyed.numbered), ring(keyed.split)],
    };
    const more = {
      pages: [...new Set(pages as readonly Value[])].map(String).toSorted(),
      frames: framed.map(({ at, ring: of, told, shown, sg }) => [at, ring(of), told, shown, sg]),
      offer,
    };
    return { fine: JSON.stringify({ ...rough, ...more }), rough: JSON.stringify(rough) };
  }

  /** Paths that together, and with what was taken already, wake the front by each word wherever it can be, as far as that looks different to it. */
  paths(taken: Set<string>, by: 'fine' | 'rough'): readonly (readonly Edge[])[] {
    const start = this.#rest(this.graph.initial[0]!);
    const paths: (readonly Edge[])[] = [];
    let path: Edge[] = [];
    for (;;) {
      const way = this.#wayToNext(path.at(-1)?.to ?? start, LONGEST - path.length, taken, by);
      if (way === undefined) {
        if (path.length === 0) return paths;
        paths.push(path);
        path = [];
        continue;
      }
      for (const { keys } of way) if (keys !== undefined) taken.add(keys.fine).add(keys.rough);
      path.push(...way);
    }
  }

  /** The shortest way whose last edge was not taken; undefined if it would be too long, or there is none. */
  #wayToNext(
    from: number,
    longest: number,
    taken: ReadonlySet<string>,
    by: 'fine' | 'rough',
  ): readonly Edge[] | undefined {
    const cameBy = new Map<number, readonly [before: number, edge: Edge]>();
    const wayTo = (state: number): Edge[] => {
      const way: Edge[] = [];
      for (let at = state; at !== from;) {
        const [before, edge] = cameBy.get(at)!;
        way.push(edge);
        at = before;
      }
      return way.toReversed();
    };
    let border = [from];
    for (let length = 1; length <= longest && border.length > 0; length++) {
      const next: number[] = [];
      for (const state of border)
        for (const edge of this.edges(state)) {
          if (edge.keys !== undefined && !taken.has(edge.keys[by])) return [...wayTo(state), edge];
          if (edge.to === from || cameBy.has(edge.to)) continue;
          cameBy.set(edge.to, [state, edge]);
          next.push(edge.to);
        }
      border = next;
    }
    return undefined;
  }
}

/** `sg,split,2` as a word has it: `sg:split:2`. */
const offerWord = (features: string): string => features.replaceAll(',', ':');

/** A graph of Connection, as the corpus is made of it. */
export interface DeviceModelGraph {
  readonly name: string;
  readonly graph: Graph;
  readonly args: GraphArgs;
}

/** A path through the graph of this name, as the steps of a case. */
export interface DeviceWalk {
  readonly name: string;
  readonly steps: string;
}

/** The graphs that are covered, by the names of their dumps, and where their cases are. */
const COVERED: Readonly<Record<string, { readonly area: string; readonly by: 'fine' | 'rough' }>> = {
  connection: { area: 'connection/cover', by: 'fine' },
  connection_features: { area: 'connection/cover-features', by: 'fine' },
  // Two disturbances, one after the other: what becomes of frames and pages then is that of one.
  connection_again: { area: 'connection/cover-again', by: 'rough' },
  connection_crashes: { area: 'connection/cover-crashes', by: 'rough' },
};

/** Are cases made of this graph? */
export const isDeviceGraph = (name: string): boolean => Object.hasOwn(COVERED, name);

/**
 * The paths of all graphs that are covered, as the steps of cases. What a graph has that one before it has is not taken
 * again.
 * @throws Error if a graph is missing
 */
export function deviceWalks(graphs: readonly DeviceModelGraph[]): readonly DeviceWalk[] {
  const taken = new Set<string>();
  return Object.entries(COVERED).flatMap(([name, { by }]) => {
    const found = graphs.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no graph of ${name}`);
    const paths = new DeviceGraph(found.graph, found.args).paths(taken, by);
    return paths.map((path) => ({ name, steps: path.map(({ word }) => word).join(' ') }));
  });
}

/** The cases of these paths. */
export const deviceCover = (walks: readonly DeviceWalk[]): readonly ExplainedCase[] =>
  [...grouped(walks, ({ name }) => name)].flatMap(([name, all]) =>
    all.map(({ steps }, i) =>
      caseOf(
        `${COVERED[name]!.area}/${i + 1}`,
        DEVICE,
        steps,
        `Paths through the state graph of ${name}, which together wake the front by each word wherever it can be.`,
        'It breaks a property of Connection at the step that is named, or what must happen in the end does not.',
      ),
    ),
  );
