/** The arrows that the figure of a connection has several times (machine.ts). */
import type { At, ConnectionContext, ConnectionEvent, OneFrame } from './state.js';

/** It says Closed, and looks anew: a Closed that it saw before may be of a backend that has gone on since. */
export const CLOSED = [
  { type: 'writeState', params: { state: 'Closed' } },
  { type: 'lookAgain' },
  { type: 'forgetSaw' },
] as const;

/** An event of one action. */
type Of<Action extends ConnectionEvent['type']> = {
  readonly event: Extract<ConnectionEvent, { readonly type: Action }>;
};
const whole = <Event>({ event }: { readonly event: Event }): Event => event;

/** The front answers a close, whatever it is at. */
export const answers = (at: At) =>
  ({
    guard: { type: 'answersClose', params: ({ event }: Of<'FrontAnswerClose'>) => ({ ...event, at }) },
    target: 'closed',
    actions: CLOSED,
  }) as const;

/** The application closes: the front asks the back. */
export const asks = (at: At) =>
  ({
    guard: { type: 'asksForClose', params: ({ event }: Of<'FrontClosing'>) => ({ ...event, at }) },
    target: 'closing',
    actions: { type: 'writeState', params: { state: 'Closing' } },
  }) as const;

/** Something that the set-up needs is not to be had: what there is, is given back. */
export const fails = {
  guard: { type: 'isOwn', params: whole<Of<'FrontSetUpFails'>['event']> },
  target: 'released',
  actions: [...CLOSED, { type: 'release', params: whole<Of<'FrontSetUpFails'>['event']> }],
} as const;

/** A frame goes into a ring. Its shape is chosen now, by the features of this connection. */
export const puts = (sg: (context: ConnectionContext) => boolean) =>
  ({
    guard: { type: 'isHeld', params: whole<OneFrame> },
    actions: [
      {
        type: 'put',
        params: ({
          context,
          event,
        }: { readonly event: OneFrame } & { readonly context: ConnectionContext }) => ({
          frame: event.frame,
          sg: sg(context),
        }),
      },
      { type: 'enter', params: whole<OneFrame> },
    ],
  }) as const;

/** The back has answered a frame. */
export const takesAnswer = {
  guard: { type: 'hasAnswer', params: whole<Of<'FrontTakeAnswer'>['event']> },
  actions: [
    {
      type: 'tell',
      params: ({ event: { frame, status } }: Of<'FrontTakeAnswer'>) => ({ frame, told: status! }),
    },
    { type: 'finish', params: whole<Of<'FrontTakeAnswer'>['event']> },
  ],
} as const;

/** The application is told that a frame is dropped. */
export const drops = <Guard extends string>(guard: Guard) =>
  ({
    guard: { type: guard, params: whole<OneFrame> },
    actions: [
      {
        type: 'tell',
        params: ({ event }: { readonly event: OneFrame }) => ({
          frame: event.frame,
          told: 'dropped' as const,
        }),
      },
      { type: 'finish', params: whole<OneFrame> },
    ],
  }) as const;
