/** The words of a case, as traces/PORTING.md lists them: what the backend, Xen and the application do. */
import type { RingName } from '../replay/netif.js';
import { ToolError } from '../tlc/errors.js';
import { type Case, hasDevice, LARGEST, onlyRing } from './case.js';
import { deviceNeeds } from './connection/words.js';

/** What a packet leaves for others to do: nothing, its checksum, or its checksum and its segmentation. */
export type Offload = 'none' | 'csum' | 'gso';

/** A status of a response, as a case writes it. */
export type Status = 'OKAY' | 'ERROR' | 'DROPPED';

/**
 * What one step does. `k` says which of the requests that were taken, or which of the frames that the application holds;
 * 1 is the oldest.
 */
export type Action =
  // The application and Xen. Each of these wakes the frontend.
  | { readonly do: 'send'; readonly requests: number; readonly offload: Offload }
  | { readonly do: 'event'; readonly pause: boolean }
  | { readonly do: 'resume' | 'spurious' }
  | { readonly do: 'return'; readonly k: number }
  // A backend that keeps to the protocol.
  | { readonly do: 'take'; readonly ring: RingName }
  | { readonly do: 'arm'; readonly ring: RingName; readonly ahead: number }
  | { readonly do: 'answer'; readonly ring: RingName; readonly k: number; readonly status: Status }
  | { readonly do: 'read' | 'fill'; readonly k: number }
  | { readonly do: 'null' }
  /** `letters` are the slots of the packet, `count` how many of them are published now. */
  | { readonly do: 'packet'; readonly letters: string; readonly count: number }
  | { readonly do: 'rest'; readonly count: number }
  | Misbehaviour;

/** What no backend may do. */
export type Misbehaviour =
  | { readonly do: 'overrun'; readonly ring: RingName; readonly by: number }
  | { readonly do: 'repeat'; readonly ring: RingName }
  | { readonly do: 'unknown'; readonly ring: RingName; readonly id: number }
  | { readonly do: 'oversized'; readonly k: number }
  | { readonly do: 'mapped'; readonly ring: RingName; readonly k: number };

/** A step of a case. */
export type Step = Action & {
  /** How often; sends, takes and answers are then one batch. */
  readonly times: number;
  /** The step as it is written. */
  readonly text: string;
};

/** A word of a case. */
interface Word {
  /** Whose it is: one ring's, either ring's, or no ring's. */
  readonly of: RingName | 'either' | 'neither';
  /** What may stand behind it, and how that is said to somebody who wrote something else. */
  readonly form: RegExp;
  readonly hint: string;
  /** @param args what stands behind the colons */
  readonly action: (args: readonly string[], ring: RingName) => Action;
}

/** Slots of the longest packet of a case. One with more than XEN_NETIF_NR_SLOTS_MIN slots has to be dropped. */
const LONGEST = 24;

const NOTHING = [/^$/, 'nothing stands behind it'] as const;
const NUMBER = [/^(?::\d+)?$/, 'only a number may stand behind it'] as const;
const WHICH = [/^(?::[1-9]\d*)?$/, 'only a number from 1 may stand behind it'] as const;
const kOf = ([k = '1']: readonly string[]): number => Number(k);

const word = (of: Word['of'], [form, hint]: readonly [RegExp, string], action: Word['action']): Word => ({
  of,
  form,
  hint,
  action,
});

const WORDS: Readonly<Record<Action['do'], Word>> = {
  send: word(
    'tx',
    [/^(?::[1-9]\d*(?::(?:gso|csum))?)?$/, 'write send, send:k, send:k:gso or send:k:csum'],
    ([k = '1', offload = 'none']) => ({ do: 'send', requests: Number(k), offload: offload as Offload }),
  ),
  event: word('neither', [/^(?::pause)?$/, 'only pause may stand behind it'], ([pause]) => ({
    do: 'event',
    pause: pause === 'pause',
  })),
  resume: word('neither', NOTHING, () => ({ do: 'resume' })),
  return: word('rx', WHICH, (args) => ({ do: 'return', k: kOf(args) })),
  spurious: word('neither', NOTHING, () => ({ do: 'spurious' })),
  take: word('either', NOTHING, (_, ring) => ({ do: 'take', ring })),
  read: word('tx', WHICH, (args) => ({ do: 'read', k: kOf(args) })),
  fill: word('rx', WHICH, (args) => ({ do: 'fill', k: kOf(args) })),
  answer: word(
    'either',
    [
      /^(?::[1-9]\d*(?::(?:OKAY|ERROR|DROPPED))?)?$/,
      'write answer, answer:k, answer:k:ERROR or answer:k:DROPPED',
    ],
    ([k = '1', status = 'OKAY'], ring) => ({
      do: 'answer',
      ...{ ring, k: Number(k), status: status as Status },
    }),
  ),
  arm: word('either', NUMBER, ([ahead = '1'], ring) => ({ do: 'arm', ring, ahead: Number(ahead) })),
  null: word('tx', NOTHING, () => ({ do: 'null' })),
  packet: word(
    'rx',
    [
      /^:[bden][xuz]*[deo]*(?::[1-9]\d*)?$/,
      'd, b, n or e first, then x, u and z, then further d, e and o; behind them how many slots are published now',
    ],
    ([letters = '', count]) => ({ do: 'packet', letters, count: Number(count ?? letters.length) }),
  ),
  rest: word('rx', [/^(?::[1-9]\d*)?$/, 'only how many slots may stand behind it'], ([count = LONGEST]) => ({
    do: 'rest',
    count: Number(count),
  })),
  overrun: word('either', NUMBER, ([by = '1'], ring) => ({ do: 'overrun', ring, by: Number(by) })),
  repeat: word('either', NOTHING, (_, ring) => ({ do: 'repeat', ring })),
  unknown: word('either', NUMBER, ([id = '1'], ring) => ({ do: 'unknown', ring, id: Number(id) })),
  oversized: word('rx', WHICH, (args) => ({ do: 'oversized', k: kOf(args) })),
  mapped: word('either', WHICH, (args, ring) => ({ do: 'mapped', ring, k: kOf(args) })),
};

const isWord = (text: string): text is Action['do'] => Object.hasOwn(WORDS, text);

const wrong = (text: string, why: string): ToolError =>
  new ToolError(`the step ${text} cannot be used (${why}): see traces/PORTING.md for the words of a case`);

// Loops in loops soon fill any memory. The longest case of the corpus has 2,000 steps.
const MOST_STEPS = 100_000;

/**
 * The steps of a case, loops written out: `(send take answer:1 event)*300`.
 * @param only the ring of a case that has one; the words of the backend name their ring if this is undefined
 * @throws ToolError if a word is none, or there are more than 100,000 steps
 */
export function stepsOf(text: string, only: RingName | undefined): readonly Step[] {
  const words = text.match(/\(|\)(?:\*\d+)?|[^\s()]+/g) ?? [];
  const open: Step[][] = [[]];
  for (const each of words) {
    if (each === '(') open.push([]);
    else if (each.startsWith(')')) {
      const loop = open.pop()!;
      if (open.length === 0) throw wrong(text, 'a bracket is closed that was not opened');
      const outer = open.at(-1)!;
      const times = Number(each.slice(2) || 1);
      // An empty loop takes no memory, and as long.
      if (outer.length + times * Math.max(1, loop.length) > MOST_STEPS)
        throw wrong(text, `it has more than ${MOST_STEPS} steps`);
      for (let i = times; i > 0; i--) for (const step of loop) outer.push(step);
    } else open.at(-1)!.push(stepOf(each, only));
  }
  if (open.length > 1) throw wrong(text, 'a bracket is not closed');
  return open[0]!;
}

function stepOf(text: string, only: RingName | undefined): Step {
  const found = /^(?:(tx|rx)\.)?([a-z]+)((?::[A-Za-z0-9]+)*)(?:\*(\d+))?$/.exec(text);
  if (found === null) throw wrong(text, 'it is no word of a case');
  const [, prefix, name, args, times = 1] = found;
  if (!isWord(name!)) throw wrong(text, `there are ${Object.keys(WORDS).join(', ')}`);
  const { of, form, hint, action } = WORDS[name];
  if (!form.test(args!)) throw wrong(text, hint);
  if (Number(times) > LARGEST) throw wrong(text, `at most ${LARGEST} times`);
  const ring = ringOf(text, of, prefix as RingName | undefined, only);
  const step = action(args!.split(':').slice(1), ring);
  if (step.do === 'packet') checkPacket(text, step);
  if (step.do === 'send' && step.requests > LONGEST)
    throw wrong(text, `a packet has ${LONGEST} slots at most`);
  return { ...step, times: Number(times), text };
}

/** The ring that a word is of. A word of neither ring has one too, which nobody looks at. */
function ringOf(
  text: string,
  of: Word['of'],
  prefix: RingName | undefined,
  only: RingName | undefined,
): RingName {
  if (of === 'neither') return 'tx';
  const ring = of === 'either' ? (prefix ?? only) : of;
  if (ring === undefined) throw wrong(text, 'which ring? write tx. or rx. before it');
  if (prefix !== undefined && prefix !== ring) throw wrong(text, `it is a word of the ring ${ring}`);
  if (only !== undefined && only !== ring) throw wrong(text, `the case has no ring ${ring}`);
  return ring;
}

function checkPacket(
  text: string,
  { letters, count }: { readonly letters: string; readonly count: number },
): void {
  if (letters.length > LONGEST) throw wrong(text, `a packet has ${LONGEST} slots at most`);
  if (letters.split('x').length > 2) throw wrong(text, 'a packet has one extra of segmentation at most');
  if (count > letters.length) throw wrong(text, 'it has fewer slots than that');
}

/**
 * The features without which a driver is not asked to do this. Of each ring: `chains` where a packet has several slots with
 * octets, `csum` where one has a blank checksum and no more, and `gso` where one has an extra.
 */
export function needsOf(start: Case['start'], steps: string): string[] {
  if (hasDevice({ start })) return deviceNeeds(steps);
  const { tx, rx } = start;
  const all = stepsOf(steps, onlyRing({ start }));
  const sends = all.filter((step) => step.do === 'send');
  const packets = all.filter((step) => step.do === 'packet').map(({ letters }) => letters);
  const needs = {
    tx: tx !== undefined,
    rx: rx !== undefined,
    copy: rx?.copy === true,
    lend: rx?.copy === false,
    'tx-chains': sends.some(({ requests }) => requests > 1),
    'rx-chains': packets.some((letters) => letters.replaceAll(/[xuz]/g, '').length > 1),
    'tx-csum': sends.some(({ offload }) => offload === 'csum'),
    'rx-csum': packets.some((letters) => letters.startsWith('b')),
    'tx-gso': sends.some(({ offload }) => offload === 'gso'),
    'rx-gso': packets.some((letters) => /[nxuz]/.test(letters)),
    pause: all.some((step) => step.do === 'event' && step.pause),
  };
  return Object.entries(needs).flatMap(([feature, isNeeded]) => (isNeeded ? [feature] : []));
}
