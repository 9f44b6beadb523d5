import { expect, test } from 'vitest';
import { commandLine, type RunRequest } from '../../tlc/command-line.js';

const here = { given: 'test/fixtures/tlc', real: '/modules' };

const given = async (more: Partial<RunRequest> = {}): Promise<readonly string[]> =>
  commandLine(
    {
      java: { path: 'java' },
      jar: { path: 'tla2tools.jar' },
      spec: 'test/fixtures/tlc/Counter.tla',
      config: 'test/fixtures/tlc/lasso.cfg',
      ...more,
    },
    '/temporary',
    [here],
  );

/** What follows an option. */
const after = (args: readonly string[], option: string): string | undefined => args[args.indexOf(option) + 1];

test('TLC is told all that makes its figures the same each time', async () => {
  const args = await given();
  expect(after(args, '-fp')).toBe('0');
  expect(after(args, '-workers')).toBe('1');
  // By its own choice TLC looks at temporal properties by the clock, and stops wherever it then is.
  expect(after(args, '-lncheck')).toBe('final');
});

test('a run has one garbage collector, and a brief one has one compiler', async () => {
  const java = (args: readonly string[]) => args.filter((arg) => /^-XX:(\+Use\w+GC|Tiered)/.test(arg));
  expect(java(await given({ brief: true }))).toEqual(['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']);
  expect(java(await given())).toEqual(['-XX:+UseSerialGC']);
  expect(java(await given({ workers: 2 }))).toEqual(['-XX:+UseParallelGC']);
});
