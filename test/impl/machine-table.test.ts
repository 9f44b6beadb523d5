/** The table that runs a machine: that it does what xstate does, and what it has no place for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { and, assign, createMachine, not, setup, stateIn, type AnyStateMachine } from 'xstate';
import { byTable } from '../../impl/machine-table.js';
import { byXstate, type Runner } from '../../impl/runner.js';
import { agreeing, Agreement } from '../../replay/agreement.js';

/** Two lamps side by side, one of them in two rooms, and a fuse that ends both. */
const lamps = setup({
  types: {
    context: {} as { presses: number; left: number },
    events: {} as { type: 'Left' | 'Right' | 'Both' | 'Fuse' | 'Count' | 'Move'; by?: number },
  },
  guards: {
    isEven: ({ context }) => context.presses % 2 === 0,
    isMoreThan: ({ context }, { least }: { least: number }) => context.presses > least,
  },
  actions: {
    press: assign(({ context }) => ({ presses: context.presses + 1 })),
    add: assign(({ context }, { by }: { by: number }) => ({ presses: context.presses + by })),
    click: (_, _params: { presses: number }) => {},
  },
}).createMachine({
  context: { presses: 0, left: 0 },
  initial: 'whole',
  on: { Count: { actions: { type: 'add', params: ({ event }) => ({ by: event.by ?? 1 }) } } },
  states: {
    whole: {
      type: 'parallel',
      on: { Fuse: { guard: { type: 'isMoreThan', params: { least: 3 } }, target: 'blown' } },
      states: {
        left: {
          initial: 'off',
          on: { Move: { guard: 'isEven', target: '.on' } },
          states: {
            off: {
              on: {
                Left: [
                  {
                    guard: 'isEven',
                    target: 'on',
                    actions: [
                      { type: 'click', params: ({ context }) => ({ presses: context.presses }) },
                      'press',
                      { type: 'click', params: ({ context }) => ({ presses: context.presses }) },
                    ],
                  },
                  { actions: 'press' },
                ],
              },
            },
            on: {
              id: 'isOn',
              initial: 'dim',
              on: { Left: { target: 'off', actions: assign({ left: ({ context }) => context.left + 1 }) } },
              states: { dim: { on: { Both: 'bright' } }, bright: {} },
            },
          },
        },
        right: {
          initial: 'off',
          states: {
            off: { on: { Right: { guard: and([not('isEven'), stateIn('#isOn')]), target: 'on' } } },
            on: { on: { Right: 'off' } },
          },
        },
      },
    },
    blown: { on: { Fuse: 'whole' } },
  },
});

type Pressed = Parameters<typeof lamps.transition>[1];
const events = fc.array(
  fc.record({
    type: fc.constantFrom('Left', 'Right', 'Both', 'Fuse', 'Count', 'Move', 'Nothing'),
    by: fc.integer({ min: 0, max: 3 }),
  }) as fc.Arbitrary<Pressed>,
  { maxLength: 30 },
);

/** Runs the machine by both, and says how far they agree. */
const comparedOn = (given: readonly Pressed[], one: Runner = byTable) => {
  const agreement = new Agreement();
  const run = agreeing(one, byXstate, agreement)(lamps);
  let place = run.start(undefined);
  for (const event of given) place = run.step(place, event, []) ?? place;
  return agreement;
};

describe('a table', () => {
  test('does what xstate does', () => {
    fc.assert(
      fc.property(events, (given) => {
        const { agreed, first } = comparedOn(given);
        expect([first, agreed]).toEqual([undefined, given.length]);
      }),
    );
  });

  test('is made once for a machine', () => {
    const place = byTable(lamps).start(undefined);
    expect(byTable(lamps).step(place, { type: 'Left' }, [])?.value).toEqual({
      whole: { left: { on: 'dim' }, right: 'off' },
    });
  });
});

describe('a region that is left', () => {
  const regions = (target: string, of: 'both' | 'left') =>
    createMachine({
      type: 'parallel',
      ...(of === 'both' && { on: { Move: target } }),
      states: {
        left: {
          initial: 'a',
          states: { a: { ...(of === 'left' && { on: { Move: target } }) }, b: { id: 'b' } },
        },
        right: { initial: 'a', states: { a: { on: { Right: 'b' } }, b: { id: 'other' } } },
      },
    });
  test.each([
    ['both', '.left.b'],
    ['left', '#other'],
    ['left', 'b'],
  ] as const)('is entered anew as xstate does, from %s to %s', (of, target) => {
    const agreement = new Agreement();
    const run = agreeing(byTable, byXstate, agreement)(regions(target, of));
    let place = run.start(undefined as never);
    for (const type of ['Right', 'Move', 'Right']) place = run.step(place, { type }, []) ?? place;
    expect([agreement.first, agreement.agreed]).toEqual([undefined, 3]);
  });
});

describe('a runner that differs is noticed', () => {
  const wrong: Readonly<Record<string, Runner>> = {
    'takes what xstate refuses': (machine) => ({
      ...byTable(machine),
      step: (from, event, effects) => byTable(machine).step(from, event, effects) ?? from,
    }),
    'has other effects': (machine) => ({
      ...byTable(machine),
      step: (from, event) => byTable(machine).step(from, event, []),
    }),
    'is elsewhere': (machine) => ({
      ...byTable(machine),
      step(from, event, effects) {
        const next = byTable(machine).step(from, event, effects);
        return next && { ...next, value: 'blown' as never };
      },
    }),
    'knows otherwise': (machine) => ({
      ...byTable(machine),
      step(from, event, effects) {
        const next = byTable(machine).step(from, event, effects);
        return next && { ...next, context: { ...(next.context as object), presses: -1 } as never };
      },
    }),
  };
  const parts = ['whether it is taken', 'the effects', 'the next states', 'the context'];
  test.each(Object.entries(wrong).map(([name, runner], i) => [name, runner, parts[i]] as const))(
    '%s',
    (_, runner, part) => {
      const { first, disagreements } = comparedOn([{ type: 'Right' }, { type: 'Left' }], runner);
      expect(first).toContain(part);
      expect(disagreements).toBeGreaterThan(0);
    },
  );
});

describe('a table has no place for', () => {
  const on = { E: 'b' };
  const refused: Readonly<Record<string, readonly [AnyStateMachine, string]>> = {
    'an entry action': [
      createMachine({ initial: 'a', states: { a: { entry: () => {} } } }),
      '(machine).a has more',
    ],
    'an exit action': [
      createMachine({ initial: 'a', states: { a: { exit: () => {} } } }),
      '(machine).a has more',
    ],
    'a transition by itself': [
      createMachine({ initial: 'a', states: { a: { always: 'b' }, b: {} } }),
      'has more',
    ],
    'a timer': [createMachine({ initial: 'a', states: { a: { after: { 5: 'b' } }, b: {} } }), 'has more'],
    'a final state': [createMachine({ initial: 'a', states: { a: { type: 'final' } } }), 'has more'],
    'an effect on entering': [
      createMachine({ initial: { target: 'a', actions: 'act' } as never, states: { a: {} } }),
      'has more',
    ],
    'a transition with nothing': [
      createMachine({ initial: 'a', states: { a: { on: { E: {} } } } }),
      'has more',
    ],
    'a guard that is made of others under a name': [
      setup({ guards: { g: and([() => true]) } }).createMachine({
        initial: 'a',
        states: { a: { on: { E: { guard: 'g', target: 'b' } } }, b: {} },
      }),
      'a guard that is made of others, g',
    ],
    'a wildcard': [createMachine({ initial: 'a', states: { a: { on: { '*': 'b' } }, b: {} } }), 'has more'],
    'an event of two regions': [
      createMachine({
        type: 'parallel',
        states: {
          one: { initial: 'a', states: { a: { on }, b: {} } },
          two: { initial: 'a', states: { a: { on }, b: {} } },
        },
      }),
      'run side by side and take the same event, E',
    ],
    'two targets': [
      createMachine({
        initial: 'a',
        states: {
          a: { on: { E: { target: ['#one', '#two'] } } },
          b: {
            type: 'parallel',
            states: {
              x: { initial: 'o', states: { o: {}, p: { id: 'one' } } },
              y: { initial: 'o', states: { o: {}, p: { id: 'two' } } },
            },
          },
        },
      }),
      '2 targets',
    ],
    'a guard that there is not': [
      createMachine({ initial: 'a', states: { a: { on: { E: { guard: 'g', target: 'b' } } }, b: {} } }),
      'a guard that there is not, g',
    ],
    'an action that there is not': [
      createMachine({ initial: 'a', states: { a: { on: { E: { actions: 'act' } } } } }),
      'no action act',
    ],
    'a function among the actions': [
      createMachine({ initial: 'a', states: { a: { on: { E: { actions: () => {} } } } } }),
      'a function is among the actions',
    ],
  };
  test.each(Object.entries(refused).map(([what, [machine, why]]) => [what, machine, why] as const))(
    '%s',
    (_, machine, why) => {
      expect(() => byTable(machine)).toThrow(why);
    },
  );
});
