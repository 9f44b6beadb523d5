import { describe, expect, test } from 'vitest';
import { classify, type Run } from '../../tlc/classify.js';
import type { Message } from '../../tlc/messages.js';
import { sources } from '../../tlc/sources.js';
import { parserError } from '../../tlc/spec-error.js';
import { progress } from '../../tlc/stats.js';

const message = (code: number, text = '', kind = 0): Message => ({
  kind: 'message',
  code,
  class: kind,
  text,
});

const success = message(2193, 'Model checking completed. No error has been found.');
const finished = message(2186, 'Finished in 1ms');
const violated = message(2110, 'Invariant I is violated.', 1);

const parserOutput = `Parsing file /real/M.tla
Parsing file /real/lib/N.tla
Parsing file /elsewhere/Naturals.tla
`;

const known = sources(parserOutput, [
  { given: 'spec', real: '/real' },
  { given: 'spec/lib', real: '/real/lib' },
]);

const outcome = (exitCode: number | undefined, messages: readonly Message[], more: Partial<Run> = {}) =>
  classify({
    ...(exitCode !== undefined && { exitCode }),
    seconds: 1,
    messages,
    parserOutput,
    tail: '',
    sources: known,
    config: 'M.cfg',
    temporalProperties: [],
    ...more,
  });

describe('a verdict', () => {
  test('is believed if status and messages agree', () => {
    expect(outcome(0, [success, finished]).kind).toBe('holds');
    expect(outcome(12, [violated, finished]).kind).toBe('violated');
  });

  test.each<[string, number | undefined, readonly Message[]]>([
    ['a status of 0 and nothing else', 0, []],
    ['success without an end', 0, [success]],
    ['an end without success', 0, [finished]],
    ['success and a complaint', 0, [success, violated, finished]],
    ['success with the status of a crash', 1, [success, finished]],
    ['a violation with a status of 0', 0, [violated, finished]],
    ['a violation with the status of a crash', 1, [violated, finished]],
    ['the status of a violated invariant alone', 12, [finished]],
    ['the status of a violated property alone', 13, [finished]],
    ['the status of a violated property with an invariant', 13, [violated, finished]],
    ['the status of a deadlock alone', 11, [finished]],
    ['the status of a false assumption alone', 10, [finished]],
    ['no status', undefined, [success, finished]],
  ])('is not made of %s', (_, exitCode, messages) => {
    expect(outcome(exitCode, messages).kind).toBe('failed');
  });

  test('is not made of a violation found as the heap ran full', () => {
    expect(outcome(12, [violated, message(1001, 'Java ran out of memory.', 1)]).kind).toBe('outOfMemory');
    const tail = 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space';
    expect(outcome(12, [violated], { tail }).kind).toBe('outOfMemory');
  });

  test('is not made by a signal', () => {
    expect(outcome(undefined, [], { signal: 'SIGTERM' })).toEqual({ kind: 'interrupted' });
    expect(outcome(143, [])).toEqual({ kind: 'interrupted' });
    expect(outcome(undefined, [], { signal: 'SIGKILL' })).toEqual({
      kind: 'failed',
      message: 'Java was ended by SIGKILL',
    });
  });

  test('is not made of a state that cannot be read', () => {
    const state = message(2217, '1: <Initial predicate>\nx = SUBSET (1..40)', 4);
    expect(outcome(12, [violated, message(2121, '', 1), state])).toMatchObject({
      kind: 'failed',
      exitCode: 12,
      message: expect.stringMatching(/cannot be read/),
    });
  });
});

describe('a temporal property', () => {
  const unnamed = message(2116, 'Temporal properties were violated.', 1);

  test('has the name that TLC gives it', () => {
    const named = message(2116, 'Temporal property Live was violated.', 1);
    expect(outcome(13, [named], { temporalProperties: ['A', 'Live'] })).toMatchObject({ property: 'Live' });
  });

  test('has the only name there is', () => {
    expect(outcome(13, [unnamed], { temporalProperties: ['A'] })).toMatchObject({ property: 'A' });
  });

  test('has no name if none is known', () => {
    expect(outcome(13, [unnamed])).toMatchObject({ property: 'unknown', candidates: [] });
  });
});

describe('a step', () => {
  const trace = (head: string): unknown =>
    outcome(12, [violated, message(2121, '', 1), message(2217, `${head}\nx = 1`, 4)]);

  test('may have parameters and a module of its own', () => {
    expect(trace('2: <Send(1, "a>b") line 4, col 3 to line 5, col 20 of module N>')).toHaveProperty('trace', [
      {
        index: 2,
        action: 'Send(1, "a>b")',
        location: { file: 'spec/lib/N.tla', line: 4, column: 3 },
        state: { x: 1 },
      },
    ]);
  });
});

describe('counts', () => {
  test('are read with their separators', () => {
    const text =
      'Progress(1,234) at 2024-01-01 00:00:00: 5,092,469 states generated (1,000 s/min), ' +
      '5,092,468 distinct states found (5,092,468 ds/min), 7 states left on queue.';
    expect(progress(message(2200, text))).toEqual({
      generatedStates: 5092469,
      distinctStates: 5092468,
      queue: 7,
      depth: 1234,
      statesPerMinute: 1000,
    });
  });

  test('of initial states are read where some were found twice', () => {
    const text =
      'Finished computing initial states: 6 states generated, with 4 of them distinct at 2024-01-01.';
    expect(progress(message(2191, text))).toMatchObject({ generatedStates: 6, distinctStates: 4, queue: 4 });
  });
});

describe('an error of the parser', () => {
  test('is the first after any warnings', () => {
    const output = `${parserOutput}Semantic errors:

*** Warnings: 1

line 1, col 1 to line 1, col 2 of module M

Something is unusual.


*** Errors: 2

line 7, col 5 to line 7, col 9 of module N

Multiply-defined symbol 'A':
this definition or declaration conflicts with another.


line 8, col 1 to line 8, col 2 of module N

Unknown operator: \`B'.
`;
    expect(parserError(output, known)).toEqual({
      kind: 'specError',
      message: "Multiply-defined symbol 'A': this definition or declaration conflicts with another.",
      file: 'spec/lib/N.tla',
      line: 7,
      column: 5,
    });
  });

  test('in a module that comes with TLC has the bare name of the module', () => {
    const output = `${parserOutput}Lexical error at line 3, column 4.  Encountered: "?" (63), after : ""\n`;
    expect(parserError(output, known)).toMatchObject({ file: 'Naturals.tla', line: 3, column: 4 });
  });

  test('of no kind we know comes with what the parser said', () => {
    expect(parserError('Something new.', known)).toMatchObject({
      kind: 'specError',
      message: 'The parser of TLA+ gave up: Something new.',
    });
  });
});
