/** What a log has of models that run: a line for each that ends, and about one a minute for each that runs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forEachModel } from '../../cli/progress.js';
import type { Progress } from '../../tlc/index.js';

vi.mock('node:tty', async (original) => ({ ...(await original<object>()), isatty: () => false }));

let lines: string[];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  lines = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const now: Progress = {
  generatedStates: 4000,
  distinctStates: 1500,
  queue: 20,
  depth: 9,
  statesPerMinute: 3000,
};

/** One model that reports at these seconds after its beginning. */
const run = (names: readonly string[], seconds: readonly number[]): Promise<void> =>
  forEachModel(
    names.map((name) => ({ name })),
    1,
    ({ name }, onProgress) => {
      let at = 0;
      for (const second of seconds) {
        vi.advanceTimersByTime((second - at) * 1000);
        at = second;
        onProgress(now);
      }
      return Promise.resolve(`${name} ok`);
    },
    () => {},
  );

test('a run of minutes has a line a minute, with its name', async () => {
  await run(['tx'], [3, 63, 122.9, 183]);
  const line = 'tx  1,500 states, 3,000 generated a minute, 20 in the queue\n';
  expect(lines).toEqual([line, line, line, 'tx ok\n']);
});

test('the first report, and those at the end of a short run, are no lines', async () => {
  await run(['one', 'two'], [3, 30, 31]);
  expect(lines).toEqual(['[1/2] one ok\n', '[2/2] two ok\n']);
});
