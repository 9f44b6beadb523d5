/**
 * What must happen in the end, when nobody disturbs any more (P85 to P91): the device connects and carries frames on both
 * rings of each queue, or its close ends; it can be unplugged, nothing is left of it, and the next one connects.
 */
import { Violation } from '../violation.js';
import type { QueueAt } from './queue.js';
import type { DeviceRun } from './run.js';

/** So often time passes until a front has given up waiting, or tried again. One may poll many times. */
const PATIENCE = 20;
/** Where so many ticks in a row have changed nothing, the next ones will not either. */
const IDLE_TICKS = 3;

/** Does the rest of a case with a device. Throws Violation. */
export async function concludeDevice(run: DeviceRun): Promise<void> {
  const { front, claims } = run;
  run.doing = 'everything comes to rest';
  await front.noRace();
  await front.noFailure();
  if (!front.isOpen) await endClose(run);
  await rest(run);
  await atRest(run);
  if (!front.isOpen && claims.has('close')) {
    run.doing = 'the application opens the device again';
    await run.open(true);
    await rest(run);
    await atRest(run);
  }
  if (!claims.has('plug')) return;
  run.doing = 'the device is unplugged';
  await goAway(run);
  front.guest.checkNothingLeft();
  checkTold(run);
  run.doing = 'the next device is plugged in';
  // The toolstack can: both directories are gone, and the backend has ended.
  if (!(await run.plug())) throw new Error('the next device cannot be plugged in');
  await rest(run);
  await atRest(run);
}

/** P86. A close ends, though the backend does nothing. */
async function endClose({ front }: DeviceRun): Promise<void> {
  for (let i = 0; i < PATIENCE; i++) await front.wake([{ do: 'tick' }]);
  const { frontState } = front.store;
  if (front.isServing && (frontState === 'Closing' || frontState === 'Connected'))
    throw new Violation(
      'CloseCompletes',
      'the close that the application asked for to end, whatever the backend does',
      `after ${PATIENCE} ticks the front's state is ${frontState}`,
    );
}

/** Everybody does what they can, time passes, and again. */
async function rest(run: DeviceRun): Promise<void> {
  await run.back.xenUnmap();
  await run.takeDead();
  await run.settle();
  for (let i = 0, idle = 0; i < PATIENCE && idle < IDLE_TICKS; i++) {
    const before = run.front.stateChanges;
    await run.front.wake([{ do: 'tick' }]);
    const isAny = await run.settle();
    idle = isAny || run.front.stateChanges > before ? 0 : idle + 1;
  }
}

/** The device is up and carries frames, or there is a reason why not. */
async function atRest(run: DeviceRun): Promise<void> {
  const { front, back, claims } = run;
  const { frontState, backState, online } = front.store;
  if (frontState === 'Unknown') return;
  if (backState === 'Unknown' || back.phase === 'dead' || back.phase === 'none') {
    if (frontState === 'Connected')
      throw new Violation(
        'LossNoticed',
        "the front to leave Connected, since its backend's directory is gone",
        'its state is still Connected',
      );
    return;
  }
  if (backState === 'Closing' && frontState !== 'Closed')
    throw new Violation(
      'CloseAnswered',
      "the backend's Closing to be answered",
      `the front's state is ${frontState}`,
    );
  if (!online) return;
  if (!front.isOpen) {
    if (frontState === 'Connected' || frontState === 'Closing')
      throw new Violation(
        'CloseCompletes',
        'the device to close, as the application asked',
        `its state is ${frontState}`,
      );
    return;
  }
  // Not every front begins again, once it had a reason to end.
  if ((frontState === 'Closed' || frontState === 'Closing') && front.mayEnd && !claims.has('reopen')) return;
  if (frontState !== 'Connected' || back.phase !== 'connected')
    throw new Violation(
      'ConnectsOrFails',
      'both ends to be Connected: the device may stay, and its backend lives',
      `the front's state is ${frontState}, and the backend's ${backState}`,
    );
  checkNamed(run);
  await traffic(run);
}

/** P72. The backend has mapped what the keys name. */
function checkNamed({ front }: DeviceRun): void {
  const named = front.named();
  const isMapped =
    Array.isArray(named) &&
    (named as readonly QueueAt[]).every(({ tx, rx }, i) => {
      const at = front.queues[i]?.at;
      return at !== undefined && at.tx === tx && at.rx === rx;
    });
  if (!isMapped)
    throw new Violation(
      'RingNamedByKeys',
      'the rings that the keys name to be those that the backend has mapped',
      'the front wrote the keys of other rings, and the backend saw no end of the connection before',
    );
}

/** P89. Each queue carries frames both ways, more than its rings have slots. */
async function traffic(run: DeviceRun): Promise<void> {
  const { front, back, given } = run;
  const { tx, rx } = given.start;
  const before = front.sends.count;
  const sends = Math.min(tx!.nr_ents, 8) * front.queues.length + 1;
  for (let i = 0; i < sends; i++) await run.send(true);
  await run.settle();
  const untold = front.tells ? front.sends.untold.filter((n) => n > before) : [];
  const dropped = Array.from({ length: sends }, (_, i) => before + i + 1).find(
    (n) => front.sends.toldOf(n) === 'dropped',
  );
  if (untold.length > 0 || dropped !== undefined || !front.sends.areShown(before))
    throw new Violation(
      'PutIsSeen',
      'frames of a device that is up to be sent',
      untold.length > 0
        ? `nothing came of send ${untold.join(', ')}`
        : dropped === undefined
          ? 'not all of them came into a ring'
          : `send ${dropped} was dropped`,
    );
  for (let i = 0; i <= Math.min(rx!.nr_ents, 8); i++) {
    if (front.queues.some(({ posted }) => posted === 0) || !(await back.receive()))
      throw new Violation('RxNeverStarves', 'pages to be posted on the RX ring', 'a queue has none');
    await run.settle();
    if (front.arrivals.missing > 0)
      throw new Violation(
        'PutIsSeen',
        'frames of the backend to be delivered',
        'the application was given none',
      );
  }
}

/** The toolstack asks for the device to go, and removes it; or removes it without asking, where there is no backend. */
async function goAway(run: DeviceRun): Promise<void> {
  const { front } = run;
  const isThere = (): boolean => front.store.frontState !== 'Unknown';
  if (isThere()) {
    if (!(front.store.online ? await run.unplug() : front.store.backState !== 'Unknown')) await run.force();
    await rest(run);
    if (isThere() && !(await run.remove()))
      throw new Violation(
        'UnplugCompletes',
        'both ends to be Closed, since the device is to go',
        `the front's state is ${front.store.frontState}, and the backend's ${front.store.backState}`,
      );
  }
  await rest(run);
}

function checkTold({ front }: DeviceRun): void {
  const { untold } = front.sends;
  if (front.tells && untold.length > 0)
    throw new Violation(
      'ToldWhenDone',
      'the application to be told of each send, once the device is gone',
      `it was told nothing of send ${untold.join(', ')}`,
    );
}
