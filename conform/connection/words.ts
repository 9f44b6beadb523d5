/**
 * The words of a case with a device: what the backend, the toolstack, Xen and the application do. Each is a step of
 * spec/Connection.tla, or several of them. One that cannot be done where it stands is passed over.
 */
import { ToolError } from '../../tlc/errors.js';
import { FAILURES, type FailureKind } from '../protocol.js';

/** What a backend offers, as a word has it: `sg`, `split`, and the number of queues. */
export interface Offered {
  readonly sg: boolean;
  readonly split: boolean;
  readonly queues: number;
}

/** The words that have nothing behind them, and what each does. */
export const PLAIN = {
  back: 'the backend does all that it can until it waits',
  'back.look': "it reads the front's state (BackReadState)",
  'back.map': 'it maps what the keys name (BackMap)',
  'back.connect': 'it says Connected (BackConnect)',
  'back.refuse': 'it cannot map, or does as if, and says Closing (BackRefuse, BackMapFails)',
  'back.close': 'it sees an end, unmaps, and says Closing (BackClose)',
  'back.closed': 'it says Closed (BackClosed)',
  'back.ends': 'its device is gone, and it ends (BackEnds)',
  'back.take': 'it takes all that is published on the transmit rings (BackShow)',
  'back.answer': 'it answers what was taken longest ago (BackAnswer)',
  'back.receive': 'it sends the guest a frame on each queue that has a page for it',
  'back.crash': 'its domain dies; what it has mapped stays mapped (BackCrash)',
  'back.restart': 'another takes its place, and its directory stays (BackRestart)',
  'front.watch': 'the watches that are due are called (FrontReadState)',
  'front.spurious': 'a watch is called for nothing',
  'front.events': 'Xen delivers the events that are due',
  'front.tick': 'its timers are due (FrontTimeout)',
  'front.crash': "the guest's kernel starts again (FrontCrash)",
  'front.migrate': 'the guest goes on in a new domain (ToolMigrate)',
  'front.cancelled': 'a suspend that is cancelled',
  'app.send': 'the application sends its next frame (AppSend)',
  'app.close': 'it closes the device (AppClose)',
  'app.open': 'it opens the device (AppOpen)',
  'tool.unplug': 'the toolstack asks for the device to go (ToolUnplug)',
  'tool.remove': 'it removes a device that both ends have closed (ToolRemove)',
  'tool.force': 'it removes both directories, and asks nobody (ToolForceRemove)',
  'tool.plug': 'it makes the device anew (ToolPlug)',
  'tool.dead': "it removes a dead backend's directory (ToolTakesDead)",
  'xen.unmap': 'Xen takes down what a dead backend has mapped (XenUnmap)',
  settle: 'backend and front do all that they can, until nothing changes',
} as const;

/** The words that have something behind them. */
export const WITH_ARGUMENTS = {
  'back.offer, back.offer:none, back.offer:sg:split:2':
    'the backend writes what it offers, and InitWait (BackOffer); several slots, split event channels, two queues',
  'front.fail:grant:2': 'the third grant from now on cannot be made; also `port` and `commit`',
  'race:unplug, race:force, race:replug, race:conflict':
    'just before the front commits next, the toolstack does that; or nobody, and it gets EAGAIN all the same',
} as const;

/** A step of such a case. */
export type DeviceStep = (
  | { readonly do: keyof typeof PLAIN }
  /** It writes what it offers, and InitWait (BackOffer). */
  | { readonly do: 'back.offer'; readonly offer: Offered | undefined }
  | { readonly do: 'front.fail'; readonly what: FailureKind; readonly after: number }
  /** The step is done just before the front's next commit. */
  | { readonly do: 'race'; readonly with: 'tool.unplug' | 'tool.force' | 'replug' | 'conflict' }
) & { readonly text: string };

const isPlain = (text: string): text is keyof typeof PLAIN => Object.hasOwn(PLAIN, text);

const wrong = (text: string, why: string): ToolError =>
  new ToolError(`the step ${text} cannot be used (${why}): see traces/PORTING.md for the words of a case`);

/** What a backend offers for whom nothing is said. */
export const USUAL_OFFER: Offered = { sg: true, split: false, queues: 1 };

/** The most queues that a backend of a case offers. */
const MOST_QUEUES = 8;
/** No front asks for so much in one turn. */
const MOST_CALLS = 10_000;

function stepOf(text: string): DeviceStep {
  if (isPlain(text)) return { do: text, text };
  const [name, ...args] = text.split(':');
  switch (name) {
    case 'back.offer':
      return { do: name, offer: args.length === 0 ? undefined : offerOf(text, args), text };
    case 'front.fail': {
      const [what, after = '0', ...more] = args;
      const kind = FAILURES.find((each) => each === what);
      if (kind === undefined || more.length > 0 || !/^\d{1,5}$/.test(after) || Number(after) > MOST_CALLS)
        throw wrong(text, `write front.fail:${FAILURES.join(' or ')}, and behind that after how many`);
      return { do: name, what: kind, after: Number(after), text };
    }
    case 'race': {
      const [what] = args;
      if (
        args.length !== 1 ||
        !(what === 'unplug' || what === 'force' || what === 'replug' || what === 'conflict')
      )
        throw wrong(text, 'write race:unplug, race:force, race:replug or race:conflict');
      const step = what === 'unplug' || what === 'force' ? (`tool.${what}` as const) : what;
      return { do: name, with: step, text };
    }
    default:
      throw wrong(
        text,
        `there are ${[...Object.keys(PLAIN), 'back.offer', 'front.fail', 'race'].join(', ')}`,
      );
  }
}

function offerOf(text: string, args: readonly string[]): Offered {
  const known = args.every((arg) => arg === 'none' || arg === 'sg' || arg === 'split' || /^[1-9]$/.test(arg));
  const queues = Number(args.find((arg) => /^\d$/.test(arg)) ?? 1);
  if (!known || queues > MOST_QUEUES)
    throw wrong(text, `none, sg, split and a number of queues up to ${MOST_QUEUES} may stand behind it`);
  return { sg: args.includes('sg'), split: args.includes('split'), queues };
}

/**
 * The steps of a case with a device; `word*3` is one three times.
 * @throws ToolError if a word is none
 */
export function deviceSteps(text: string): readonly DeviceStep[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const [, name, times = '1'] = /^(.+?)(?:\*([1-9]\d{0,2}))?$/.exec(word)!;
      const step = stepOf(name!);
      return Array.from({ length: Number(times) }, () => step);
    });
}

/** The features without which a driver is not asked to do this. */
export function deviceNeeds(steps: string): string[] {
  const all = deviceSteps(steps);
  const has = (...words: readonly DeviceStep['do'][]): boolean => all.some((step) => words.includes(step.do));
  const needs = {
    ...{ connection: true, tx: true, rx: true, copy: true },
    plug: has('tool.plug') || all.some((step) => step.do === 'race' && step.with === 'replug'),
    close: has('app.close', 'app.open'),
    crash: has('front.crash'),
    migrate: has('front.migrate'),
  };
  return Object.entries(needs).flatMap(([feature, isNeeded]) => (isNeeded ? [feature] : []));
}
