/**
 * Logs as a TLA+ module: the constant `Logs` of RecordedRing. Each ring of a log is a root. Other events that are to be
 * tried from some position on are a branch, so TLC walks only once along what they share.
 */
import type { State, Value } from '../tlc/index.js';
import { toTla } from '../tlc/index.js';
import { match } from 'ts-pattern';
import type { RingName } from '../replay/netif.js';
import { type Event, type Kind, type LogHeader, operation, type RingHeader } from './event.js';

/** RecordedRing's M: how many values an index has there. */
export const M = 2 ** 30;

/** A sequence of events of one ring. TLC tries to take each as a step. */
export interface Walk {
  readonly ring: RingName;
  readonly header: RingHeader;
  readonly driver: LogHeader['driver'];
  readonly events: readonly Event[];
  /** The states in which it may start, where it is not a fresh page. */
  readonly starts?: readonly State[];
  /** Of each event, how far it may be behind those that were recorded after it; in the recorded order if left out. */
  readonly slack?: readonly Slack[];
  readonly branches?: readonly Branch[];
}

/** Where an event was recorded, and which of those behind it may have come first. */
export interface Slack {
  readonly cpu: number;
  /** The last position that may have come first; its own if there is none. */
  readonly till: number;
  /** May it be moved by itself? If not, it waits only behind one of its own processor. */
  readonly mayWait: boolean;
}

/** Other events after the first `at` of a walk: `patch`, and then those of the walk from `resume` on. */
export interface Branch {
  readonly at: number;
  readonly patch: readonly Event[];
  readonly resume: number;
  /** How many events to try, those of `patch` among them. */
  readonly length: number;
}

/** What TLC is given. */
export interface Module {
  /** The module to run. */
  readonly name: string;
  /** Files by name: that module, the one with the logs, and the configuration. */
  readonly files: Readonly<Record<string, string>>;
  /** What each number of `log` is: a walk, or one of its branches. */
  readonly logs: readonly { readonly walk: number; readonly branch?: number }[];
}

// Beyond this SANY takes longer for each further event; well below it, for each definition.
const CHUNK = 250;

/** The module of these walks, which are all of rings of one size. @throws RangeError if they are not */
export function moduleOf(walks: readonly Walk[], withStates = false): Module {
  const [nr_ents] = walks.map(({ header }) => header.nr_ents);
  if (nr_ents === undefined || walks.some(({ header }) => header.nr_ents !== nr_ents))
    throw new RangeError('rings of several sizes cannot be looked at together');
  const logs: { walk: number; branch?: number }[] = [];
  const records: string[] = [];
  const definitions: string[] = [];
  walks.forEach((walk, w) => {
    const index = indices(walk);
    const chunks = chunked(walk.events, CHUNK);
    chunks.forEach((chunk, c) =>
      definitions.push(
        `Walk${w}_${c} == <<\n  ${chunk.map((e, i) => eventText(e, index, walk.slack?.[c * CHUNK + i])).join(',\n  ')}>>`,
      ),
    );
    definitions.push(`Walk${w} == <<${chunks.map((_, c) => `Walk${w}_${c}`).join(', ')}>>`);
    const root = logs.push({ walk: w });
    const branches = new Map<number, number[]>();
    (walk.branches ?? []).forEach(({ at }, branch) => {
      const number = logs.push({ walk: w, branch });
      branches.set(at, [...(branches.get(at) ?? []), number]);
    });
    const common = commonText(walk, `Walk${w}`);
    records[root - 1] = recordText(common, {
      patch: '<<>>',
      resume: '0',
      length: String(walk.events.length),
      starts: `<<${(walk.starts ?? []).map(stateText).join(', ')}>>`,
      clock: walk.slack === undefined ? 'FALSE' : 'TRUE',
      branches: functionText([...branches].map(([at, numbers]) => [String(at), `{${numbers.join(', ')}}`])),
      root: 'TRUE',
    });
    (walk.branches ?? []).forEach(({ patch, resume, length }, b) => {
      records[root + b] = recordText(common, {
        patch: `<<${patch.map((e) => eventText(e, index)).join(', ')}>>`,
        resume: String(resume),
        length: String(length),
        starts: '<<>>',
        clock: 'FALSE',
        branches: '<<>>',
        root: 'FALSE',
      });
    });
  });
  const logDefinitions = records.map((record, i) => `Log${i + 1} == ${record}`);
  const events = [
    '---- MODULE RecordedLogs ----',
    'EXTENDS Integers, TLC',
    ...definitions,
    ...logDefinitions,
    `TheLogs == <<${records.map((_, i) => `Log${i + 1}`).join(', ')}>>`,
    '====',
    '',
  ].join('\n');
  return {
    name: 'Recording',
    files: {
      'RecordedLogs.tla': events,
      // In this order. TLC evaluates the constants of a module when it comes to it, and goes through all that is not yet
      // evaluated for each definition that mentions it: with the logs last it does so for every one of RecordedRing's.
      'Recording.tla': '---- MODULE Recording ----\nEXTENDS RecordedLogs, RecordedRing\n====\n',
      'Recording.cfg': configOf(nr_ents, withStates),
    },
    logs,
  };
}

const configOf = (nr_ents: number, withStates: boolean): string =>
  `INIT Init
NEXT Next
VIEW changing
CONSTANTS
  N = ${nr_ents}
  M = ${M}
  First = 0
  Logs <- TheLogs
  Tell = ${withStates ? 'TRUE' : 'FALSE'}
  Forget <- Remember
`;

const chunked = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

const commonText = ({ ring, header, driver }: Walk, chunks: string): string =>
  `ring |-> "${ring}", program |-> "${driver}", ids |-> "${header.ids}", ` +
  `shows |-> {${header.shows.map((what) => `"${what}"`).join(', ')}}, ` +
  `first |-> ${(header.first ?? 0) % M}, chunk |-> ${CHUNK}, chunks |-> ${chunks}`;

const recordText = (common: string, fields: Readonly<Record<string, string>>): string =>
  `[${common}, ${Object.entries(fields)
    .map(([name, value]) => `${name} |-> ${value}`)
    .join(', ')}]`;

/** A function by its pairs. Halved again and again: TLC's stack would not hold a long row of `@@`. */
const functionText = (pairs: readonly (readonly [string, string])[]): string => {
  if (pairs.length === 0) return '<<>>';
  if (pairs.length === 1) return `(${pairs[0]![0]} :> ${pairs[0]![1]})`;
  const half = pairs.length >> 1;
  return `(${functionText(pairs.slice(0, half))} @@ ${functionText(pairs.slice(half))})`;
};

/** A state. Its functions have as many arguments as the ring has slots. */
const stateText = (state: State): string =>
  `[${Object.entries(state)
    .map(([name, value]) => `${name} |-> ${isFunction(value) ? mapText(value['#map']) : toTla(value)}`)
    .join(', ')}]`;

type Pairs = readonly (readonly [Value, Value])[];

const isFunction = (value: Value): value is { '#map': Pairs } => typeof value === 'object' && '#map' in value;

const mapText = (pairs: Pairs): string =>
  functionText(pairs.map(([from, to]) => [toTla(from), toTla(to)] as const));

/**
 * Indices of the page as RecordedRing has them: modulo M. An index that is further from the log's start than any ring gets in
 * so few events is none of the ring's. Modulo M it could be taken for one that is.
 */
function indices({ header, starts }: Walk): (index: number) => number {
  const fresh = header.first ?? 0;
  // What a log starts with is modulo M, but no log gets as far as that from where its page was fresh.
  const first =
    starts === undefined
      ? fresh
      : (fresh + (((((starts[0]!.req_prod as number) - fresh) % M) + M) % M)) >>> 0;
  return (index) => {
    const ahead = (index - first) >>> 0;
    return ahead < M / 2 || ahead >= 2 ** 32 - M / 2 ? index % M : NO_INDEX;
  };
}

const NO_INDEX = -3;
// Agrees with whatever it is compared to: RecordedRing's NotShown.
const NOT_SHOWN = -1;

function eventText(event: Event, index: (i: number) => number, slack?: Slack): string {
  const { fields } = operation(event.op)!;
  const texts = Object.entries(fields).map(
    ([name, kind]) =>
      `${name} |-> ${valueText(kind, event[name] as number | readonly number[] | undefined, index)}`,
  );
  const clock =
    slack === undefined
      ? []
      : [`cpu |-> ${slack.cpu}`, `till |-> ${slack.till}`, `mayWait |-> ${slack.mayWait ? 'TRUE' : 'FALSE'}`];
  return `[${[`op |-> "${event.op}"`, `side |-> "${event.side}"`, ...texts, ...clock].join(', ')}]`;
}

function valueText(
  kind: Kind,
  value: number | readonly number[] | undefined,
  index: (i: number) => number,
): string {
  if (value === undefined) return String(NOT_SHOWN);
  return match(kind)
    .with('request', 'response', () => `<<${(value as readonly number[]).join(',')}>>`)
    .with('gref', () => `<<${(value as number) & 0xffff},${(value as number) >>> 16}>>`)
    .with('index', () => String(index(value as number)))
    .with('octets', 'bit', () => String(value))
    .exhaustive();
}
