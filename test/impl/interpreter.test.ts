import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { effect, Interpreter } from '../../impl/interpreter.js';
import { byTable } from '../../impl/machine-table.js';
import { byXstate, type Runner } from '../../impl/runner.js';

const effects = { ring: effect<{ readonly times: number }>(), light: effect() };

const machine = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'Press' | 'Ping' | 'Reset' } },
  actions: effects,
}).createMachine({
  context: { count: 0 },
  initial: 'off',
  states: {
    off: {
      on: {
        Press: {
          target: 'on',
          actions: [
            { type: 'ring', params: ({ context }) => ({ times: context.count }) },
            assign({ count: ({ context }) => context.count + 1 }),
            { type: 'ring', params: ({ context }) => ({ times: context.count }) },
            'light',
          ],
        },
      },
    },
    on: { on: { Ping: { actions: 'light' } } },
  },
});

const runners = { byTable, byXstate };

const interpretedBy =
  (runner: Runner) =>
  (perform: (what: string) => void): Interpreter<typeof machine, typeof effects> =>
    new Interpreter<typeof machine, typeof effects>(
      machine,
      undefined,
      { ring: ({ times }) => perform(`ring ${times}`), light: () => perform('light') },
      runner,
    );

const stateOf = ({ snapshot }: Interpreter<typeof machine, typeof effects>) => [
  snapshot.value,
  snapshot.context.count,
];

describe.each(Object.entries(runners))('an interpreter that runs a machine %s', (_, runner) => {
  const interpreted = interpretedBy(runner);

  test('performs effects in their order, with what each knows by then', () => {
    const done: string[] = [];
    const it = interpreted((what) => done.push(what));
    expect(it.send({ type: 'Press' })).toBe(true);
    expect([done, stateOf(it)]).toEqual([
      ['ring 0', 'ring 1', 'light'],
      ['on', 1],
    ]);
  });

  test('does nothing with an event that the machine does not take', () => {
    const done: string[] = [];
    const it = interpreted((what) => done.push(what));
    const before = it.snapshot;
    expect(it.send({ type: 'Reset' })).toBe(false);
    expect([done, it.snapshot === before]).toEqual([[], true]);
  });

  test('takes an event that has effects and changes no state', () => {
    const done: string[] = [];
    const it = interpreted((what) => done.push(what));
    it.send({ type: 'Press' });
    expect(it.send({ type: 'Ping' })).toBe(true);
    expect(done.at(-1)).toBe('light');
    expect(done).toHaveLength(4);
  });

  test('leaves the machine where it was if an effect throws, and goes on afterwards', () => {
    let isBroken = true;
    const it = interpreted((what) => {
      if (isBroken && what === 'light') throw new Error('no bulb');
    });
    expect(() => it.send({ type: 'Press' })).toThrow('no bulb');
    expect(stateOf(it)).toEqual(['off', 0]);
    isBroken = false;
    expect(it.send({ type: 'Press' })).toBe(true);
    expect(stateOf(it)).toEqual(['on', 1]);
  });

  test('refuses an event that one of its effects sends, and nothing of the step is lost', () => {
    const refused: string[] = [];
    const it = interpreted((what) => {
      if (what !== 'light') return;
      try {
        it.send({ type: 'Ping' });
      } catch (error) {
        refused.push((error as Error).message);
      }
    });
    expect(it.send({ type: 'Press' })).toBe(true);
    expect(refused).toEqual(['Ping is sent while an effect is performed: send it after the step']);
    expect(stateOf(it)).toEqual(['on', 1]);
  });

  test('says what it would take, and performs nothing', () => {
    const done: string[] = [];
    const it = interpreted((what) => done.push(what));
    expect([it.can({ type: 'Press' }), it.can({ type: 'Ping' })]).toEqual([true, false]);
    expect([done, stateOf(it)]).toEqual([[], ['off', 0]]);
  });
});
