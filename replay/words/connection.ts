/**
 * The words of Connection: the life of a device. There is no ring to draw, so the last column has the states of the two
 * ends, and XenStore between them.
 */
import { type Fields, list } from './values.js';
import { changes, silent, type Wording } from './changes.js';
import type { Words } from './words.js';
import type { State, Value } from '../../tlc/index.js';
import { equal } from '../../tlc/value-text.js';

/** `2`, or `none` where there is no incarnation. */
const incarnation = (value: Value | undefined): string => (value === 0 ? 'none' : String(value));

/** A key that was written: whose it is stands before it. */
const written =
  (key: string): Wording =>
  (_, after) => [`${key} := ${after === 'Unknown' ? '(removed)' : after}`];

const KEYS: Readonly<Record<string, string>> = {
  queues: 'multi-queue-num-queues',
  flat: 'tx-ring-ref and rx-ring-ref',
  numbered: 'queue-N/…-ring-ref',
  channel: 'event-channel',
  split: 'event-channel-tx and -rx',
};

const keysWording: Wording = (before, after) =>
  Object.entries(KEYS)
    .filter(([key]) => !equal((before as Fields)[key]!, (after as Fields)[key]!))
    .map(([key, name]) => {
      const now = (after as Fields)[key];
      if (now === 0) return `${name} removed`;
      return key === 'queues' ? `${name} := ${now}` : `${name} of rings ${now}`;
    });

/** `sg, split, 2 queues`. */
const featuresText = (value: Value | undefined): string => {
  const { sg, split, queues } = value as Fields;
  return [...(sg === true ? ['sg'] : []), ...(split === true ? ['split'] : []), `${queues} queue(s)`].join(
    ', ',
  );
};

const PAGES: Readonly<Record<string, string>> = {
  granted: 'are granted',
  kept: 'are kept, since a backend has them mapped',
  free: 'are free',
  freed_twice: 'are freed a second time',
};

const pagesWording: Wording = (before, after) =>
  list<string>(after)
    .map((now, i) => ({ now, ring: i + 1, then: list<string>(before)[i] }))
    .filter(({ now, then }) => now !== then)
    .map(({ now, ring }) => `the pages of connection ${ring} ${PAGES[now]}`);

/** The frames by their names. A function of strings is a record. */
const framesOf = (value: Value | undefined): Readonly<Record<string, Fields>> =>
  value as unknown as Readonly<Record<string, Fields>>;

const framesWording: Wording = (before, after) =>
  Object.entries(framesOf(after))
    .filter(([frame, now]) => !equal(framesOf(before)[frame]!, now))
    .flatMap(([frame, now]) => {
      const then = framesOf(before)[frame]!;
      const shape = now.sg === true ? ', in several slots' : '';
      if (now.at === then.at)
        return [
          now.shown === then.shown
            ? `frame ${frame} is taken in another shape`
            : `frame ${frame} is shown to the back although it was dropped`,
        ];
      switch (now.at) {
        case 'held':
          return [`frame ${frame} waits for a connection`];
        case 'ring':
          return [`frame ${frame} is on the ring of connection ${now.ring}${shape}`];
        case 'shown':
          return [
            `frame ${frame} is shown to the back${now.shown === 1 ? '' : ` for the ${now.shown}nd time`}`,
          ];
        case 'answered':
          return [`frame ${frame} is answered`];
        default:
          return [
            now.told === 'nothing'
              ? `frame ${frame} is forgotten`
              : `the application is told that frame ${frame} was ${now.told}`,
          ];
      }
    });

const saw =
  (whose: string): Wording =>
  (_, after) =>
    after === 'nothing' ? [] : [`it reads ${whose}: ${after === 'Removed' ? 'the device is gone' : after}`];

const maps: Wording = (before, after) =>
  after === 0
    ? [`the rings of connection ${before} are unmapped`]
    : [`it maps the rings of connection ${after}`];

const variables: Readonly<Record<string, Wording>> = {
  frontState: written('front state'),
  backState: written('back state'),
  online: written('online'),
  keys: keysWording,
  offer: (_, after) => [`the back offers ${featuresText(after)}`],
  device: (_, after) => [`device ${after} takes the place`],
  frontSaw: saw("the back's state"),
  backSaw: saw("the front's state"),
  pages: pagesWording,
  frames: framesWording,
  backRing: maps,
  left: (_, after) =>
    (after as { readonly '#set': readonly Value[] })['#set'].length === 0
      ? ['Xen takes down what the dead backend had mapped']
      : ['its mappings stay'],
  wish: (_, after) => [after === 'open' ? 'the application opens the device' : 'the application closes'],
  ...Object.fromEntries(
    [
      ...['frontLook', 'backLook', 'frontPhase', 'backPhase', 'frontDevice', 'incarnation', 'agreed'],
      ...['backChannel', 'backQueues', 'backAwake', 'disturbed'],
    ].map((name) => [name, silent]),
  ),
};

/** The rings that the keys name. */
const named = (state: State): string => {
  const { queues, flat, numbered } = state.keys as Fields;
  return incarnation(queues === 1 ? flat : numbered);
};

/** A row of three columns: the front, XenStore, the back. */
const row = (front: string, store: string, back: string): string =>
  `${front.padEnd(12)} ${store.padEnd(14)} ${back}`.trimEnd();

/** One line: `up  Connected | keys 1 | Connected  connected`. */
const line = (state: State): string =>
  state.frontState === undefined
    ? ''
    : `${state.frontPhase}  ${state.frontState} | keys ${named(state)} | ${state.backState}  ${state.backPhase}`;

/** The two ends, and the store between them: a row for the front's state, one for the rings, one for the back's state. */
const drawing = (state: State): string => {
  if (state.frontState === undefined) return '';
  const { frontState, backState, frontPhase, backPhase, incarnation: rings, backRing } = state;
  const pages = list<string>(state.pages)[(rings as number) - 1];
  const has = pages === 'granted' ? `rings ${rings}` : pages === 'kept' ? `kept ${rings}` : '';
  return [
    row(`${frontPhase}`, `${frontState}`, ''),
    row(has, `keys name ${named(state)}`, backRing === 0 ? '' : `rings ${backRing}`),
    row('', `${backState}`, `${backPhase}`),
  ].join('\n');
};

const frameIn = (state: State, is: (frame: Fields) => boolean): string | undefined =>
  Object.entries(framesOf(state.frames)).find(([, frame]) => is(frame))?.[0];

const closing: Readonly<Record<string, (state: State, before: State) => string | undefined>> = {
  KeysBeforeConnected: (state) =>
    `the front says Connected for connection ${state.incarnation}, and the ring keys name ${named(state)}.`,
  ConnectedMeansMapped: () => 'the back says Connected, and has mapped nothing.',
  RingNamedByKeys: (state) =>
    `the front is up with the rings of connection ${state.incarnation}, the back with those of connection ${state.backRing}: neither will hear of the other.`,
  NoFreeWhileMapped: () =>
    'pages that a backend still has mapped are free: whoever gets them next shares them with it.',
  FrameOnlyOnLiveRing: (state) => {
    const { ring } = framesOf(state.frames)[frameIn(state, (frame) => frame.at === 'ring')!]!;
    return `a frame is put into the ring of connection ${ring}, whose pages were given back.`;
  },
  NoAnswerOfOldConnection: (state) =>
    `the application is told that frame ${frameIn(state, ({ told, shown }) => told === 'sent' && shown === 0)} was sent, and no backend was ever shown it.`,
  ShownAtMostOnce: (state) =>
    `frame ${frameIn(state, ({ shown }) => (shown as number) > 1)} is sent a second time.`,
  ToldWhenDone: (state) =>
    `frame ${frameIn(state, (frame) => frame.at === 'done' && frame.told === 'nothing')} is gone, and the application waits for it.`,
  ReleasedOnce: () => 'pages that were given back are given back again: somebody else may have them by now.',
  NothingLeaks: () => 'the set-up failed, and its pages stay granted.',
  QueuesAgreed: (state) =>
    `there is one queue, and the front wrote its keys for connection ${state.incarnation} as if there were several.`,
  NoStaleKeyBelieved: (state) =>
    `the back maps the rings of connection ${state.backRing}, and binds the event channel of connection ${state.backChannel}.`,
  FeaturesFresh: () => 'a frame in several slots waits for a back that does not offer feature-sg.',
  RefinesPlug: () => 'a frame enters a device that is down, or stays inside one that goes down.',
  OwnDirectoryOnly: () => 'the front writes into a directory that is not its own any more.',
  StateGraph: ({ frontState }, before) =>
    `the front's state goes from ${before.frontState} to ${frontState}: the back may never see what was between.`,
};

const ends = ({ frontState, backState, frontPhase, backPhase }: State): string =>
  `the front is ${frontPhase} (${frontState}), the back ${backPhase} (${backState}).`;

/** What a step is, where its name does not say it. */
const STEPS: Readonly<Record<string, string>> = {
  FrontCrash: "the guest's kernel starts again",
  FrontSeeConnected: 'the connection is up',
  FrontTimeout: 'it has waited long enough',
  FrontRelease: 'it releases the rings',
  FrontSetUpFails: 'it cannot get all that it needs',
  FrontProbe: 'a driver begins with the new device',
  BackCrash: "the backend's domain dies",
  BackRestart: 'a backend begins in its place',
  BackMapFails: 'it cannot map the rings',
  BackSleep: 'it waits for an event',
  ToolMigrate: 'the guest goes on in a new domain',
  ToolUnplug: 'the device is to go',
  ToolForceRemove: 'the device is removed, and nobody is asked',
};

/** The words of Connection. */
export const connectionWords: Words = {
  actors: { Front: 'front', Back: 'back', App: 'app', Tool: 'tools', Xen: 'Xen' },
  arrows: {},
  column: {
    title: row('front', 'XenStore', 'back'),
    legend:
      'front, XenStore, back: what each end is at, and the key `state` that each has written. Between them are the rings\n' +
      'that the front has, those that the ring keys name, and those that the back has mapped. Rings have the number of\n' +
      'the connection that they were made for.',
  },
  legend: [],
  argument: (value) =>
    typeof value === 'object' && 'sg' in value
      ? featuresText(value)
      : typeof value === 'string'
        ? value
        : String(value),
  changes: (before, after, action) => [
    ...Object.entries(STEPS)
      .filter(([name]) => name === action)
      .map(([, says]) => says),
    ...changes(variables, before, after),
  ],
  slots: line,
  drawing,
  owned: () => [],
  closing: (property, state, _, before) => closing[property]?.(state, before),
  never: (_, { loop }) =>
    loop.length > 1 ? 'the two ends never come to rest.' : `it stays like this: ${ends(loop.at(-1)!)}`,
};
