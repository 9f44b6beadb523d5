/** Faults in what applications run, each put into a method of it. */
import { vi } from 'vitest';
import type { Host } from '../../impl/host.js';
import { Inbox } from '../../impl/inbox.js';
import { hasUnpublished, isDrained } from '../../impl/ring.js';
import { RingDriver } from '../../impl/ring-driver.js';
import { Receiver } from '../../impl/receiver.js';
import { Sender } from '../../impl/sender.js';
import type { TxAction, TxDriver } from '../../impl/tx-driver.js';
import { ScheduledHost } from '../../replay/scheduled-host.js';

/** A fault of the scheduler. */
export interface SchedulerFault {
  readonly what: string;
  /** Puts it in; `vi.restoreAllMocks` takes it out. */
  readonly put: () => void;
}

const step = (driver: TxDriver, action: TxAction): void => {
  if (!driver.send(driver.load(action)))
    throw new Error(`the transmit machine refused ${action}, which was due`);
};

const ringOf = (driver: TxDriver) => driver.snapshot.context.ring;

/** How a transmit ring is polled, with the guards that are asked for. */
const poll = (driver: TxDriver, { looks, arms }: { looks: boolean; arms: boolean }): void => {
  while (driver.isPolling) {
    if (!looks || isDrained(ringOf(driver))) step(driver, 'TxReadRspProd');
    while (!isDrained(ringOf(driver))) {
      step(driver, 'TxConsumeResponse');
      if (driver.snapshot.context.done !== null) step(driver, 'TxRelease');
    }
    if (!arms) return;
    step(driver, 'TxArm');
    step(driver, 'TxFinalCheck');
  }
};

const original = { pump: Sender.prototype.pump, run: Receiver.prototype.run };

/** Each by its name. */
export const schedulerFaults = {
  loadsAgain: {
    what: 'loads rsp_prod again where the final check has found a response',
    put: () =>
      vi.spyOn(Sender.prototype, 'poll').mockImplementation(function (this: Sender) {
        poll(this.driver, { looks: false, arms: true });
      }),
  },
  neverArms: {
    what: 'ends its poll without arming',
    put: () =>
      vi.spyOn(Sender.prototype, 'poll').mockImplementation(function (this: Sender) {
        poll(this.driver, { looks: true, arms: false });
      }),
  },
  notPumped: {
    what: 'sends nothing more of its own accord when there is room again',
    put: () => {
      let isFirst = true;
      vi.spyOn(Sender.prototype, 'pump').mockImplementation(function (this: Sender) {
        if (isFirst || this.unsettled === 1) original.pump.call(this);
        isFirst = false;
      });
    },
  },
  publishesFullRings: {
    what: 'publishes only when the ring is full',
    put: () =>
      vi.spyOn(Sender.prototype, 'pump').mockImplementation(function (this: Sender) {
        const { nr_ents, req_prod, rsp_cons } = ringOf(this.driver);
        if (hasUnpublished(ringOf(this.driver)) || this.unsettled > 1 || req_prod - rsp_cons >= nr_ents)
          original.pump.call(this);
      }),
  },
  closesEarly: {
    what: 'closes while packets are with the backend',
    put: () => vi.spyOn(Sender.prototype, 'unsettled', 'get').mockReturnValue(0),
  },
  keepsGrants: {
    what: 'closes without taking back its grants',
    put: () => vi.spyOn(RingDriver.prototype, 'disconnect').mockReturnValue(0),
  },
  asksThenEnds: {
    what: 'asks whether a page is mapped, and ends the grant later (XSA-396)',
    put: () =>
      vi.spyOn(ScheduledHost.prototype, 'endAccess').mockImplementation(function (
        this: ScheduledHost,
        gref: number,
      ) {
        this.onEndAccess?.();
        const isMapped = (this.maps[gref] ?? 0) > 0;
        this.point('endAccess', gref);
        if (isMapped) return false;
        this.table[gref] = undefined;
        this.grants--;
        return true;
      }),
  },
  runsOnce: {
    what: 'receives only while it connects',
    put: () => {
      const hosts = new WeakSet<Host>();
      vi.spyOn(Receiver.prototype, 'run').mockImplementation(function (this: Receiver) {
        if (hosts.has(this.driver.host)) return;
        hosts.add(this.driver.host);
        original.run.call(this);
      });
    },
  },
  keepsFrames: {
    what: 'keeps the frames that it has received',
    put: () => vi.spyOn(Inbox.prototype, 'handOver').mockReturnValue(undefined),
  },
  neverFull: {
    what: 'delivers frames however many wait for the application',
    put: () => vi.spyOn(Inbox.prototype, 'isFull', 'get').mockReturnValue(false),
  },
  neverEnds: {
    what: 'does not end its iterator when it is closed',
    put: () => vi.spyOn(Inbox.prototype, 'end').mockReturnValue(undefined),
  },
  refusesNoListener: {
    what: 'takes a second listener',
    put: () => vi.spyOn(Inbox.prototype, 'listen').mockReturnValue(undefined),
  },
  takesNoEvent: {
    what: 'does nothing when Xen calls its listener',
    put: () => vi.spyOn(ScheduledHost.prototype, 'deliver').mockReturnValue(undefined),
  },
} satisfies Record<string, SchedulerFault>;
