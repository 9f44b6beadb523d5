/** The replay of NetfrontTxRx: both rings on one host and one event channel. */
import type { PageMemory } from '../../../impl/page-memory.js';
import { takeEvent } from '../../../impl/txrx.js';
import type { Args } from '../../../graph/args.js';
import { FIRST_GREF } from '../../expected-ring.js';
import { JudgeHost } from '../../judge-host.js';
import type { Divergence, FrontStep, Replay } from '../../replay.js';
import { RxReplay, type RxTarget } from '../rx/replay.js';
import type { Rows } from '../../rows.js';
import { TxReplay, type TxTarget } from '../tx/replay.js';
import type { TxRxConstants } from './constants.js';
import { ringRows, ringStep } from './projection.js';

/** What traces of both rings are replayed against. */
export interface TxRxTarget {
  readonly tx?: TxTarget;
  readonly rx?: RxTarget;
  /** What wakes both machines; the tests give one with a fault in it. */
  readonly takeEvent?: typeof takeEvent;
}

/** The receive ring's grant references are numbered from here, so that no reference is ever both rings'. */
const FIRST_RX_GREF = FIRST_GREF + 100;

/** Each ring's own wake-up: the composition has one for both. */
const OWN_WAKE_UPS: ReadonlySet<string> = new Set(['TxTakeEvent', 'RxTakeEvent']);

/** Replays paths through states of NetfrontTxRx. */
export class TxRxReplay implements Replay {
  readonly #tx: TxReplay;
  readonly #rx: RxReplay;
  readonly #takeEvent: typeof takeEvent;
  readonly #memory: PageMemory | undefined;

  /** @throws ToolError as the replays of the two rings do */
  constructor(rows: Rows, constants: TxRxConstants, target: TxRxTarget = {}) {
    this.#tx = new TxReplay(ringRows(rows, 'tx'), constants.tx, target.tx);
    this.#rx = new RxReplay(ringRows(rows, 'rx'), constants.rx, target.rx, FIRST_RX_GREF);
    this.#tx.othersGrants = (row) => this.#rx.grants(row);
    this.#rx.othersGrants = (row) => this.#tx.grants(row);
    this.#takeEvent = target.takeEvent ?? takeEvent;
    this.#memory = target.tx?.back?.memory;
  }

  start(row: number): Divergence | null {
    const host = new JudgeHost(FIRST_GREF, this.#memory);
    this.#tx.begin(host, row);
    this.#rx.begin(host, row);
    return this.#tx.compare(0, 'Init', {}, row) ?? this.#rx.compare(0, 'Init', {}, row);
  }

  step(number: number, action: string, args: Args, from: number, to: number): Divergence | null {
    const step = ringStep(action);
    if (step === undefined) return this.#wake(number, from, to);
    // What the composition offers in its place wakes whoever sleeps, and that is what is judged.
    if (OWN_WAKE_UPS.has(action)) return named(this.#wake(number, from, to), action);
    const [mine, other] = step.ring === 'tx' ? [this.#tx, this.#rx] : [this.#rx, this.#tx];
    return named(
      mine.step(number, step.action, args, from, to) ?? other.compare(number, step.action, args, to),
      action,
    );
  }

  candidates(row: number): readonly FrontStep[] {
    const steps = [...this.#tx.candidates(row), ...this.#rx.candidates(row)];
    return [{ action: 'TakeEvent', args: {} }, ...steps.filter(({ action }) => !OWN_WAKE_UPS.has(action))];
  }

  refuses(number: number, step: FrontStep, row: number): Divergence | null {
    const { action, args } = step;
    const whose = ringStep(action);
    if (whose === undefined) {
      if (this.#takeEvent(this.#tx.driver, this.#rx.driver))
        return { kind: 'accepted', step: number, action, args };
      return this.#tx.compare(number, action, args, row) ?? this.#rx.compare(number, action, args, row);
    }
    const [mine, other] = whose.ring === 'tx' ? [this.#tx, this.#rx] : [this.#rx, this.#tx];
    return mine.refuses(number, step, row) ?? other.compare(number, action, args, row);
  }

  #wake(number: number, from: number, to: number): Divergence | null {
    const action = 'TakeEvent';
    if (!this.#takeEvent(this.#tx.driver, this.#rx.driver))
      return { kind: 'refused', step: number, action, args: {} };
    return this.#tx.taken(number, action, {}, from, to) ?? this.#rx.taken(number, action, {}, from, to);
  }
}

/** The divergence under the name that the composition has for the step. */
const named = (divergence: Divergence | null, action: string): Divergence | null =>
  divergence === null ? null : { ...divergence, action };
