/** What a port is asked through, whatever stands behind it: a process, or a front in the same program. */
import type { z } from 'zod';
import type { Message } from './protocol.js';

/** What a driver does wrong, whatever the port in it does. */
export type FaultKind = 'ended' | 'silent' | 'garbage' | 'unasked' | 'wrong answer' | 'cannot start';

/** A driver that does not speak the protocol. */
export class DriverFault extends Error {
  override readonly name = 'DriverFault';

  constructor(
    readonly kind: FaultKind,
    message: string,
  ) {
    super(message);
  }
}

/** A message to the driver, and the schema of its answer. */
export interface Exchange<T> {
  readonly message: Message;
  readonly answer: z.ZodType<T>;
  /** How long it may take, where that is longer than others may. */
  readonly withinMs?: number;
}

/** The answers to messages, in their order. */
export type Answers<E extends readonly Exchange<unknown>[]> = {
  [I in keyof E]: E[I] extends Exchange<infer T> ? T : never;
};

/** A driver, or what stands for one. */
export interface Port {
  /** Sends all messages and waits for all answers. @throws DriverFault if one does not come, or not as it must be */
  ask<const E extends readonly Exchange<unknown>[]>(exchanges: E): Promise<Answers<E>>;
}
