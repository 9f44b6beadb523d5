/** The steps of a case with a device: the runner is XenStore, toolstack, backend, Xen and application. */
import { match } from 'ts-pattern';
import type { Case } from '../case.js';
import { type DriverFault, type Port } from '../port.js';
import { type DeviceMessage, hexOf } from '../protocol.js';
import { planSend } from '../send.js';
import { type Failure, failureOf } from '../verdict.js';
import { Violation } from '../violation.js';
import { DeviceBack } from './back.js';
import { DeviceFront } from './front.js';
import { type DeviceStep, deviceSteps } from './words.js';
import { type Commit, XENBUS_STATE } from './xenbus.js';

/** The most rounds in which states are written until everything rests. Two ends that answer each other for ever need more. */
const MOST_ROUNDS = 60;

/** A case that is run. */
export class DeviceRun {
  step = 0;
  doing = 'start';
  readonly front: DeviceFront;
  readonly back: DeviceBack;
  readonly #steps: readonly DeviceStep[];

  constructor(
    readonly port: Port,
    readonly given: Case,
    readonly claims: ReadonlySet<string>,
  ) {
    this.#steps = deviceSteps(given.steps);
    this.front = new DeviceFront(port, given);
    this.back = new DeviceBack(port, this.front, given);
  }

  failure(error: Violation | DriverFault): Failure {
    return { ...failureOf(error, this, []), store: this.front.store.text };
  }

  /** The steps of the case, one after the other. */
  async steps(): Promise<void> {
    for (const step of this.#steps) {
      this.step++;
      this.doing = step.text;
      await this.#do(step);
    }
    this.step++;
  }

  async #do(step: DeviceStep): Promise<void> {
    const { front, back } = this;
    await match(step)
      .with({ do: 'back' }, () => back.rest())
      .with({ do: 'back.look' }, () => back.look())
      .with({ do: 'back.offer' }, ({ offer }) => back.writeOffer(offer))
      .with({ do: 'back.map' }, () => back.map())
      .with({ do: 'back.connect' }, () => back.connect())
      .with({ do: 'back.refuse' }, () => back.refuse())
      .with({ do: 'back.close' }, () => back.close())
      .with({ do: 'back.closed' }, () => back.closed())
      .with({ do: 'back.ends' }, () => back.ends())
      .with({ do: 'back.take' }, () => back.take())
      .with({ do: 'back.answer' }, () => back.answer())
      .with({ do: 'back.receive' }, () => back.receive())
      .with({ do: 'back.crash' }, () => back.crash())
      .with({ do: 'back.restart' }, () => back.restart())
      .with({ do: 'front.watch' }, () => this.watch())
      .with({ do: 'front.spurious' }, () => front.wake([{ do: 'watch', path: `${front.store.back}/state` }]))
      .with({ do: 'front.events' }, () => this.events())
      .with({ do: 'front.tick' }, () => front.wake([{ do: 'tick' }]))
      .with({ do: 'front.crash' }, () => this.#crash())
      .with({ do: 'front.migrate' }, () => this.#migrate())
      .with({ do: 'front.cancelled' }, () => front.wake([{ do: 'suspend' }]))
      .with({ do: 'front.fail' }, async ({ what, after }) => {
        front.hasFailed = true;
        front.mayEnd = true;
        await front.tell({ do: 'fail', what, after });
      })
      .with({ do: 'app.send' }, () => this.send())
      .with({ do: 'app.close' }, () => this.open(false))
      .with({ do: 'app.open' }, () => this.open(true))
      .with({ do: 'tool.unplug' }, () => this.unplug())
      .with({ do: 'tool.remove' }, () => this.remove())
      .with({ do: 'tool.force' }, () => this.force())
      .with({ do: 'tool.plug' }, () => this.plug())
      .with({ do: 'tool.dead' }, () => this.takeDead())
      .with({ do: 'xen.unmap' }, () => back.xenUnmap())
      .with({ do: 'race' }, (race) => this.#race(race.with))
      .with({ do: 'settle' }, () => this.settle())
      .exhaustive();
  }

  /** Calls the front's watches that are due. @returns whether there were any */
  async watch(): Promise<boolean> {
    const due = [...this.front.due];
    this.front.due.clear();
    await this.front.wake(due.map((path): DeviceMessage => ({ do: 'watch', path })));
    return due.length > 0;
  }

  /** Delivers the events that are due. @returns whether there were any */
  async events(): Promise<boolean> {
    const { front } = this;
    const due = front.queues.flatMap((queue) => {
      const ports = [...queue.due];
      queue.due.clear();
      return ports;
    });
    const messages = [...new Set(due)].flatMap((port) => front.eventOn(port));
    await front.wake(messages);
    return messages.length > 0;
  }

  /** The application sends its next frame: of two requests now and then, where a backend has to offer that. */
  async send(isShort = false): Promise<void> {
    const { front } = this;
    const n = front.sends.count + 1;
    const isLong = !isShort && this.claims.has('tx-chains') && n % 3 === 2;
    const send = planSend(n, isLong ? 2 : 1, 'none', front.block);
    const { frame } = send;
    front.sends.add(send);
    await front.wake([{ do: 'send', send: n, frame: hexOf(frame) }]);
  }

  /** AppOpen, AppClose */
  async open(isOpen: boolean): Promise<void> {
    const { front } = this;
    if (front.isOpen === isOpen) return;
    front.isOpen = isOpen;
    front.mayEnd = true;
    await front.wake([{ do: isOpen ? 'open' : 'close' }]);
  }

  #unplugged(): Commit {
    const { store } = this.front;
    return {
      [`${store.back}/online`]: '0',
      ...(store.backState !== 'Closed' && { [`${store.back}/state`]: XENBUS_STATE.Closing }),
    };
  }

  /** ToolUnplug. @returns whether it could be done */
  async unplug(): Promise<boolean> {
    await this.front.noRace();
    const { store } = this.front;
    if (!store.online || store.backState === 'Unknown') return false;
    await this.front.commit(this.#unplugged());
    return true;
  }

  #removed(): Commit {
    const { store } = this.front;
    return { [store.front]: null, [store.back]: null };
  }

  /** ToolRemove */
  async remove(): Promise<boolean> {
    await this.front.noRace();
    const { store } = this.front;
    const isClosed = store.backState === 'Closed' || store.backState === 'Unknown';
    if (store.online || store.frontState !== 'Closed' || !isClosed) return false;
    await this.front.commit(this.#removed());
    return true;
  }

  /** ToolForceRemove */
  async force(): Promise<boolean> {
    await this.front.noRace();
    if (this.front.store.frontState === 'Unknown') return false;
    await this.front.commit(this.#removed());
    return true;
  }

  /** ToolPlug */
  async plug(): Promise<boolean> {
    await this.front.noRace();
    const { store } = this.front;
    if (store.frontState !== 'Unknown' || store.backState !== 'Unknown') return false;
    if (this.back.phase !== 'none' && this.back.phase !== 'dead') return false;
    await this.front.commit(store.next);
    store.taken();
    this.front.mayEnd = false;
    this.front.watchAll();
    this.back.begin();
    return true;
  }

  /** ToolTakesDead */
  async takeDead(): Promise<boolean> {
    await this.front.noRace();
    const { store } = this.front;
    if (this.back.phase !== 'dead' || store.backState === 'Unknown') return false;
    await this.front.commit({ [store.back]: null });
    return true;
  }

  async #crash(): Promise<void> {
    const { front } = this;
    if (front.store.frontState === 'Unknown') return;
    await front.noRace();
    front.forget(true);
    front.due.clear();
    front.mayEnd = true;
    front.isCrashed = front.store.frontState !== 'Initialising';
    front.served = front.store.made;
    front.isOpen = true;
    front.watchAll();
    front.arrivals.forget();
    front.sends.forget();
    await front.wake([{ do: 'crash' }]);
  }

  async #migrate(): Promise<void> {
    const { front, back } = this;
    const { store } = front;
    if (store.frontState === 'Unknown' || front.isCrashed) return;
    await front.noRace();
    const made = store.next;
    store.reset({});
    store.apply(made);
    store.taken();
    front.served = store.made;
    front.forget(false);
    back.forget();
    front.due.clear();
    front.mayEnd = false;
    front.watchAll();
    await front.wake([{ do: 'suspend', store: store.all }]);
  }

  async #race(what: 'tool.unplug' | 'tool.force' | 'replug' | 'conflict'): Promise<void> {
    const { front, back } = this;
    const { store } = front;
    if (store.frontState === 'Unknown' || store.backState === 'Unknown') return;
    if (what === 'conflict')
      await front.race({ [`${store.front}/state`]: store.read(`${store.front}/state`)! }, () => {});
    else if (what === 'tool.unplug') await front.race(this.#unplugged(), () => {});
    else if (what === 'tool.force') await front.race(this.#removed(), () => {});
    else {
      await front.race({ ...this.#removed(), ...store.next }, () => {
        store.taken();
        front.mayEnd = false;
        front.watchAll();
        back.begin();
      });
    }
  }

  /**
   * Backend and front do all that they can, until nothing changes. What is published is taken and answered.
   * @returns whether there was anything to do
   * @throws Violation if the two answer each other's states for ever
   */
  async settle(): Promise<boolean> {
    for (let rounds = 0, isAny = false; ; isAny = true) {
      const before = this.front.stateChanges;
      const isMore = [
        await this.back.rest(),
        await this.watch(),
        await this.back.take(),
        await this.back.answer(),
        await this.events(),
      ].includes(true);
      if (!isMore) return isAny;
      if (this.front.stateChanges > before && ++rounds > MOST_ROUNDS)
        throw new Violation(
          'Quiescent',
          'both ends to come to rest',
          `they have written states in each of ${MOST_ROUNDS} rounds; the front ${this.front.stateWrites} times`,
        );
    }
  }
}
