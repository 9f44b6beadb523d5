/**
 * A device through its connections. What drivers have had (spec/CONNECTION-BUGS.md), and what the graph of Connection does
 * not have: a set-up that fails at each of its calls, several queues, split event channels, other features.
 */
import { caseOf, type ExplainedCase } from './builders.js';

const SIZES = { nr_ents: 2, first: 0, buffers: 2, ids: 2 };

/** A device whose queues have rings of two slots. */
export const DEVICE = { tx: SIZES, rx: { ...SIZES, copy: true }, device: 'device/vif/0' };

const device = (name: string, steps: string, why: string, wrong: string): ExplainedCase =>
  caseOf(`connection/${name}`, DEVICE, steps, why, wrong);

/** A connection, step by step, as far as each word. */
const STEPS = ['back.offer', 'front.watch', 'back.look', 'back.map', 'back.connect', 'front.watch'] as const;

const stages: readonly (readonly [name: string, steps: string])[] = [
  ['begun', ''],
  ['offered', 'back.offer'],
  ['written', 'back.offer front.watch'],
  ['mapped', 'back.offer front.watch back.look back.map'],
  ['connected', 'back.offer front.watch back.look back.map back.connect'],
  ['up', STEPS.join(' ')],
  ['in-flight', `${STEPS.join(' ')} app.send*2 back.take`],
  ['answered', `${STEPS.join(' ')} app.send*2 back.take back.answer`],
];

/** The same at each stage of a connection. */
const atEach = (name: string, steps: string, why: string, wrong: string): readonly ExplainedCase[] =>
  stages.map(([stage, before]) => device(`${name}-${stage}`, `${before} ${steps}`.trim(), why, wrong));

const numbersTo = (most: number): readonly number[] => Array.from({ length: most + 1 }, (_, i) => i);

const connects: readonly ExplainedCase[] = [
  device(
    'connects',
    'settle app.send*3 settle back.receive settle',
    'The shortest life: it connects, frames go both ways, and the device goes.',
    'It does not wait for the backend, or nothing goes over its rings.',
  ),
  device(
    'step-by-step',
    `${STEPS.join(' ')} app.send back.take back.answer front.events`,
    'Each step by itself: each end reads, decides and writes.',
    'It takes a watch for the value that it stands for.',
  ),
  device(
    'sent-before-connected',
    'app.send back.offer front.watch app.send back.look back.map app.send back.connect front.watch app.send',
    'Frames that are sent before there is a connection, and while it begins.',
    'It loses what is sent before the backend has bound its port.',
  ),
  device(
    'spurious-watches',
    'front.spurious*2 back.offer front.spurious*3 settle front.spurious*3 app.send settle',
    'Watches are called though nothing has changed.',
    'It begins a second connection, or writes its state again and again.',
  ),
  device(
    'refused',
    'back.offer front.watch back.look back.refuse front.watch',
    'A backend that cannot map what the keys name says Closing.',
    'It answers a close only once it was connected.',
  ),
  device(
    'conflict-as-it-connects',
    'back.offer race:conflict front.watch settle',
    'Its first commit gets EAGAIN.',
    'It goes on as if it had written its keys.',
  ),
];

const ends: readonly ExplainedCase[] = [
  ...atEach(
    'unplugged',
    'tool.unplug front.watch',
    'The toolstack asks for the device to go.',
    'It answers a close only where it is connected, or waits for a state that does not come.',
  ),
  ...atEach(
    'removed',
    'tool.force front.watch front.tick',
    'The directories are gone, and nobody asked.',
    'It writes into a directory that is gone, or keeps what it has.',
  ),
  ...atEach(
    'replugged',
    'tool.force back tool.plug front.watch',
    'Another device is there before the front has seen that the last one is gone.',
    "It writes the old device's end into the new one, or never sees the new one.",
  ),
  ...atEach(
    'backend-crashed',
    'back.crash tool.dead front.watch front.tick',
    'The domain of the backend dies, and its directory is taken away.',
    'It stays Connected, and frees pages that are still mapped.',
  ),
  ...atEach(
    'backend-restarted',
    'back.restart front.watch back front.watch',
    'Another backend takes the place of the first, in mid-connection.',
    'It goes on with rings that nobody has mapped.',
  ),
  device(
    'backend-restarted-and-its-pages-mapped',
    'settle back.restart back.offer front.watch settle app.send*2 settle',
    'The next connection begins while the pages of the last one are still mapped.',
    'It uses such a page again, for the next rings.',
  ),
  ...atEach(
    'frontend-crashed',
    'front.crash front.watch back front.watch',
    "The guest's kernel begins anew, and finds the device as it was left.",
    'It says Initialising at once, and the backend sees Connected twice.',
  ),
  ...atEach(
    'migrated',
    'front.migrate app.send front.watch',
    'The guest goes on in a new domain, with another backend.',
    'It uses grants or ports of before, sends again what was shown, or forgets frames.',
  ),
  ...atEach(
    'suspend-cancelled',
    'front.cancelled app.send',
    'A suspend that is cancelled, where nothing has changed.',
    'It gives up a connection that is sound.',
  ),
  ...atEach(
    'closed-by-application',
    'app.close front.tick back front.watch app.open',
    'The application closes the device and opens it again.',
    'Its close waits for a backend that does not answer, or it does not open again.',
  ),
  ...atEach(
    'closed-with-a-dead-backend',
    'back.crash app.close front.tick front.tick',
    'The application closes the device, and no backend will ever answer.',
    'Its close never ends.',
  ),
];

/** A set-up that fails at each call: more calls than any front makes for rings of two slots. */
const failures: readonly ExplainedCase[] = [
  ...(['grant', 'port', 'commit'] as const).flatMap((what) =>
    numbersTo({ grant: 7, port: 1, commit: 2 }[what]).map((after) =>
      device(
        `set-up-fails-${what}-${after + 1}`,
        `front.fail:${what}:${after} app.send settle front.tick settle`,
        `What it needs next is not to be had: call ${after + 1} of its kind fails.`,
        'It keeps what it has got already, gives it back twice, or never tries again.',
      ),
    ),
  ),
];

/** The directory changes between what the front has read and what it writes. */
const races: readonly ExplainedCase[] = [
  device(
    'unplugged-as-it-begins-again',
    'settle back.restart back front.watch back race:unplug front.watch',
    'The device is to go, which is written just before the front says Initialising again.',
    'It begins again though nobody will answer it.',
  ),
  device(
    'unplugged-as-it-connects',
    'back.offer race:unplug front.watch',
    'The device is to go, which is written just before the front writes its keys.',
    'It does not look at the backend again.',
  ),
  device(
    'removed-as-it-connects',
    'back.offer race:force front.watch',
    'The directories are removed just before the front writes its keys.',
    'It makes the directory anew, and the toolstack finds a device that nobody has.',
  ),
  device(
    'removed-as-it-answers',
    'settle tool.unplug race:force front.watch',
    'The directories are removed just before the front answers a close.',
    'It makes the directory anew.',
  ),
  device(
    'replugged-as-it-ends',
    'settle back.restart back race:replug front.watch',
    'Another device is made just before the front writes the end of its connection.',
    "It writes the old device's end into the new one.",
  ),
  device(
    'conflict-as-it-ends',
    'settle tool.unplug race:conflict front.watch',
    'The commit that answers a close gets EAGAIN.',
    'It takes the close for answered.',
  ),
];

/** Another number of queues, other event channels, other features at the next connection. */
const offers: readonly ExplainedCase[] = [
  ...[
    ['two-queues', 'back.offer:sg:2', 'back.offer:sg:2'],
    ['one-queue-after-two', 'back.offer:sg:2', 'back.offer:sg:1'],
    ['two-queues-after-one', 'back.offer:sg:1', 'back.offer:sg:2'],
    ['more-queues-than-it-wants', 'back.offer:sg:8', 'back.offer:sg:3'],
    ['split-channels', 'back.offer:sg:split', 'back.offer:sg:split'],
    ['one-channel-after-split', 'back.offer:sg:split', 'back.offer:sg'],
    ['split-after-one-channel', 'back.offer:sg', 'back.offer:sg:split'],
    ['split-channels-of-two-queues', 'back.offer:sg:split:2', 'back.offer:sg:split'],
    ['one-slot-after-several', 'back.offer:sg', 'back.offer:none'],
    ['several-slots-after-one', 'back.offer:none', 'back.offer:sg'],
  ].flatMap(([name, first, then]) => [
    device(
      `${name}-migrated`,
      `${first} settle app.send*4 front.migrate app.send*4 ${then} settle`,
      'The backend of the next domain offers something else.',
      'It takes what was agreed with the last one, or its keys are still there.',
    ),
    device(
      `${name}-reopened`,
      `${first} settle app.send*4 settle app.close settle app.open app.send*4 back.look ${then} settle`,
      'The same backend offers something else when the device is opened again.',
      'It takes what was agreed before, or its keys are still there.',
    ),
  ]),
];

/** All of them. */
export const connectionCases: readonly ExplainedCase[] = [
  ...connects,
  ...ends,
  ...failures,
  ...races,
  ...offers,
];
