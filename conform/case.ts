/**
 * A case for a port: sizes, and what the backend, Xen and the application do. What the frontend must do then is not
 * written in the steps; `see` has what the state graph says of it, where the case was made from one.
 */
import { z } from 'zod';
import { ToolError } from '../tlc/index.js';

const RingSizes = z.strictObject({
  nr_ents: z.int().positive(),
  first: z.int().nonnegative(),
  buffers: z.int().positive(),
  ids: z.int().positive(),
});

/** The sizes in `start`. */
export const Sizes = z.strictObject({
  tx: RingSizes.optional(),
  rx: RingSizes.extend({ copy: z.boolean() }).optional(),
});

/** What a step that wakes the frontend makes it do, by the specification. */
export const See = z.strictObject({
  requests: z.int().nonnegative().optional().describe('How many it publishes; none if left out.'),
  notified: z.literal(true).optional().describe('The backend is notified.'),
  sent: z.array(z.int()).optional().describe('The statuses of the sends that it finishes, sorted.'),
  received: z.int().positive().optional().describe('How many frames it delivers.'),
});

/** One line of a file of cases. */
export const Case = z.strictObject({
  name: z.string().min(1),
  needs: z.array(z.string()).describe('The features without which a driver is not asked.'),
  start: Sizes,
  steps: z.string().describe('One word a step; see traces/PORTING.md.'),
  cannot: z.literal(true).optional().describe('No ring has these sizes, and the driver must say so.'),
  see: z.array(See).optional().describe('For each step that wakes the frontend, `start` being the first.'),
});

/** A case. */
export type Case = z.infer<typeof Case>;
/** What is seen of a step. */
export type See = z.infer<typeof See>;

/** What a packet leaves to others beside its way. */
export type Offload = 'none' | 'csum' | 'gso';

/** A step of a case. */
export interface Step {
  readonly do: (typeof KINDS)[number];
  readonly ring: 'tx' | 'rx';
  /** Which of the requests that were taken, or of the frames held; 1 is the oldest. */
  readonly k: number;
  readonly status: 'OKAY' | 'ERROR' | 'DROPPED';
  readonly pause: boolean;
  /** How far, how many, or which id. */
  readonly value: number;
  /** Of `send`: with the extra of segmentation, or with nothing but its checksum blank. */
  readonly offload: Offload;
  /** Of `packet`: its slots, a letter each. */
  readonly slots: string;
  readonly times: number;
  /** The step as it is written. */
  readonly text: string;
}

const KINDS = [
  ...['send', 'event', 'resume', 'return', 'spurious'],
  ...['take', 'read', 'fill', 'answer', 'arm'],
  ...['null', 'packet', 'rest'],
  ...['overrun', 'repeat', 'unknown', 'oversized', 'mapped'],
] as const;

/** XEN_NETIF_NR_SLOTS_MIN: slots of a packet that every backend takes, extras included. */
export const MOST_SLOTS = 18;
/** Slots of the longest packet that a case has: one with more than {@link MOST_SLOTS} has to be dropped. */
const LONGEST = 24;

const ON_TX: ReadonlySet<string> = new Set(['send', 'read', 'null']);
const ON_RX: ReadonlySet<string> = new Set(['fill', 'return', 'oversized', 'packet', 'rest']);

/** The steps that are not of one ring alone. */
const WAKING: ReadonlySet<string> = new Set(['send', 'event', 'resume', 'return', 'spurious']);

const wrong = (text: string, why: string): ToolError =>
  new ToolError(`the step ${text} cannot be used (${why}): see traces/PORTING.md for the words of a case`);

/**
 * The steps of a case, loops written out: `(send take answer:1 event)*300`.
 * @throws ToolError if a word is none
 */
export function stepsOf(text: string, only: 'tx' | 'rx' | undefined): readonly Step[] {
  const words = text.match(/\(|\)(?:\*\d+)?|[^\s()]+/g) ?? [];
  const open: Step[][] = [[]];
  for (const word of words) {
    if (word === '(') open.push([]);
    else if (word.startsWith(')')) {
      const loop = open.pop()!;
      if (open.length === 0) throw wrong(text, 'a bracket is closed that was not opened');
      for (let i = Number(word.slice(2) || 1); i > 0; i--) open.at(-1)!.push(...loop);
    } else open.at(-1)!.push(stepOf(word, only));
  }
  if (open.length > 1) throw wrong(text, 'a bracket is not closed');
  return open[0]!;
}

function stepOf(text: string, only: 'tx' | 'rx' | undefined): Step {
  const found = /^(?:(tx|rx)\.)?([a-z]+)((?::[A-Za-z0-9]+)*)(?:\*(\d+))?$/.exec(text);
  if (found === null) throw wrong(text, 'it is no word of a case');
  const [, ring, kind, args, times] = found;
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) throw wrong(text, `there are ${KINDS.join(', ')}`);
  const why = wrongArguments(known, args!);
  if (why !== undefined) throw wrong(text, why);
  const [first, second] = args!.split(':').slice(1);
  const status = known === 'answer' ? (second ?? 'OKAY') : 'OKAY';
  if (status !== 'OKAY' && status !== 'ERROR' && status !== 'DROPPED') throw wrong(text, 'no such status');
  return {
    do: known,
    ring: (ring as 'tx' | 'rx' | undefined) ?? defaultRing(known, only, text),
    k: Number(first ?? 1) || 1,
    status,
    pause: first === 'pause',
    value: valueOf(known, first, second),
    offload: known === 'send' ? ((second as 'csum' | 'gso' | undefined) ?? 'none') : 'none',
    slots: known === 'packet' ? first! : '',
    times: Number(times ?? 1),
    text,
  };
}

/** What may stand behind some words. */
const ARGUMENTS: Partial<Record<Step['do'], readonly [RegExp, string]>> = {
  send: [/^(?::[1-9]\d*(?::(?:gso|csum))?)?$/, 'write send, send:k, send:k:gso or send:k:csum'],
  null: [/^$/, 'nothing stands behind it'],
  packet: [
    /^:[bde][xuz]*[deo]*(?::[1-9]\d*)?$/,
    'd, b or e first, then x, u and z, then further d, e and o; behind them how many slots are published now',
  ],
  rest: [/^(?::[1-9]\d*)?$/, 'only how many slots may stand behind it'],
};

function wrongArguments(kind: Step['do'], args: string): string | undefined {
  const [form, why] = ARGUMENTS[kind] ?? [];
  if (form?.test(args) === false) return why;
  if (kind !== 'packet') return undefined;
  const [letters, count] = args.split(':').slice(1);
  if (letters!.length > LONGEST) return `a packet has ${LONGEST} slots at most`;
  if (letters!.split('x').length > 2) return 'a packet has one extra of segmentation at most';
  return Number(count ?? 1) > letters!.length ? 'it has fewer slots than that' : undefined;
}

const valueOf = (kind: Step['do'], first: string | undefined, second: string | undefined): number => {
  if (kind === 'packet') return Number(second ?? first!.length);
  return kind === 'rest' ? Number(first ?? LONGEST) : Number(first ?? 1);
};

/**
 * The features without which a driver is not asked to do this: `chains` where a packet has several slots with octets,
 * `gso` where one has an extra, or a blank checksum.
 */
export function needsOf(start: Case['start'], steps: string): string[] {
  const { tx, rx } = start;
  const both = tx !== undefined && rx !== undefined;
  const all = stepsOf(steps, both ? undefined : tx === undefined ? 'rx' : 'tx');
  const isChain = ({ do: kind, k, slots }: Step): boolean =>
    (kind === 'send' && k > 1) || slots.replaceAll(/[xuz]/g, '').length > 1;
  return [
    ...(tx ? ['tx'] : []),
    ...(rx ? ['rx', rx.copy ? 'copy' : 'lend'] : []),
    ...(all.some(isChain) ? ['chains'] : []),
    ...(all.some(({ offload, slots }) => offload !== 'none' || /[bxuz]/.test(slots)) ? ['gso'] : []),
    ...(all.some(({ pause }) => pause) ? ['pause'] : []),
  ];
}

const defaultRing = (kind: Step['do'], only: 'tx' | 'rx' | undefined, text: string): 'tx' | 'rx' => {
  if (ON_TX.has(kind)) return 'tx';
  if (ON_RX.has(kind)) return 'rx';
  if (only === undefined && !WAKING.has(kind)) throw wrong(text, 'which ring? write tx. or rx. before it');
  return only ?? 'tx';
};

/** The one ring that a case has; undefined if it has both. */
export const onlyRing = ({ start }: Case): 'tx' | 'rx' | undefined =>
  start.rx === undefined ? 'tx' : start.tx === undefined ? 'rx' : undefined;
