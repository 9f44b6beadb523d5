/** A device as the runner has it: its two directories, and the words for them in failures. */
import type { StoreKeys } from '../protocol.js';
import { type Offered } from './words.js';
import { type Commit, type StateName, stateOf, StoreCopy, XENBUS_STATE } from './xenbus.js';

const backOf = (domid: number): string => `/local/domain/${domid}/backend/vif/7/0`;

/** A device, made anew as often as the toolstack does that. */
export class DeviceStore extends StoreCopy {
  /** How many times the toolstack has made it. */
  made = 0;
  /** The backend's domain. Another one each time. */
  domid = 0;

  constructor(readonly front: string) {
    super();
  }

  /** The backend's directory. */
  get back(): string {
    return backOf(this.domid);
  }

  get frontState(): StateName {
    return stateOf(this.read(`${this.front}/state`));
  }

  get backState(): StateName {
    return stateOf(this.read(`${this.back}/state`));
  }

  get online(): boolean {
    return this.read(`${this.back}/online`) === '1';
  }

  /** What the backend offers. */
  get offer(): Offered {
    return {
      sg: this.number(`${this.back}/feature-sg`) === 1,
      split: this.number(`${this.back}/feature-split-event-channels`) === 1,
      queues: this.number(`${this.back}/multi-queue-max-queues`) ?? 1,
    };
  }

  /** What the toolstack writes for the next device, whose backend is in another domain than the last one's. */
  get next(): Commit {
    const { front } = this;
    const domid = this.domid + 1;
    const back = backOf(domid);
    return {
      [`${front}/backend`]: back,
      [`${front}/backend-id`]: String(domid),
      [`${front}/handle`]: '0',
      [`${front}/mac`]: '00:16:3e:00:00:01',
      [`${front}/state`]: XENBUS_STATE.Initialising,
      [`${back}/frontend`]: `/local/domain/9/${front}`,
      [`${back}/frontend-id`]: '9',
      [`${back}/online`]: '1',
      [`${back}/state`]: XENBUS_STATE.Initialising,
    };
  }

  /** {@link next} was written. */
  taken(): void {
    this.made++;
    this.domid++;
  }

  /** What a backend writes that offers this, InitWait included. */
  offering({ sg, split, queues }: Offered): Commit {
    const { back } = this;
    return {
      [`${back}/feature-rx-copy`]: '1',
      [`${back}/feature-sg`]: sg ? '1' : '0',
      [`${back}/feature-split-event-channels`]: split ? '1' : '0',
      [`${back}/multi-queue-max-queues`]: String(queues),
      [`${back}/state`]: XENBUS_STATE.InitWait,
    };
  }

  /** Every key, as a `start` or a `suspend` has them. */
  get all(): StoreKeys {
    return Object.fromEntries(
      [this.front, this.back].flatMap((directory) =>
        this.below(directory).map(([key, value]) => [`${directory}/${key}`, value]),
      ),
    );
  }

  /** Both ends on a line each. */
  get text(): readonly string[] {
    const line = (end: string, directory: string, state: StateName, left: readonly string[]): string => {
      const keys = this.below(directory)
        .filter(([key]) => !left.includes(key))
        .map(([key, value]) => `${key} ${value}`);
      return `${end} ${state}${keys.length > 0 ? `: ${keys.join(', ')}` : ''}`;
    };
    const dull = ['state', 'backend', 'handle', 'mac', 'frontend', 'frontend-id'];
    return [line('front', this.front, this.frontState, dull), line('back ', this.back, this.backState, dull)];
  }
}
