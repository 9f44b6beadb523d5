import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../cli/second-opinion/tla-checker.js';
import { clock, netfront, oneSentence, type Project } from '../fixtures/cli/netfront.js';

/** What the real one prints of the clock; the counts are what the tests change. */
const answer = (changes: object = {}) => ({
  status: 'ok',
  stats: { states_explored: 4, transitions: 4, max_depth: 4, elapsed_secs: 0.1, ...changes },
});

describe('netfront second-opinion', () => {
  let project: Project;
  beforeAll(async () => {
    project = await clock();
  });
  afterAll(() => project.remove());

  /** Puts a program where the checker would be built that prints this, whatever it is asked. */
  const checkerSays = async (text: string): Promise<string> => {
    const file = project.at('build', `tla-checker-${VERSION}`, 'bin', 'tla');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho Checking\ncat <<'EOF'\n${text}\nEOF\n`, { mode: 0o755 });
    return file;
  };

  test('without cargo, and nothing built, it is one sentence and exit status 2', async () => {
    const { status, stderr } = await netfront(['--root', project.root, 'second-opinion', 'tick'], {
      env: { PATH: project.root },
    });
    expect(status).toBe(2);
    const lines = stderr.split('\n');
    expect(lines.at(-1)).toMatch(oneSentence);
    expect(lines.at(-1)).toContain('cargo was not found');
  });

  test('agrees where every count is the same, that of the transitions included', async () => {
    await checkerSays(JSON.stringify(answer()));
    const { status, stdout } = await project.run('second-opinion', 'tick');
    expect(stdout).toMatch(/^tick +holds +4 +4 +yes$/m);
    expect(status).toBe(0);
  });

  test.each([
    ['states_explored', 5, 'tick: distinct states: TLC 4, tla-checker 5'],
    ['max_depth', 3, 'tick: depth: TLC 4, tla-checker 3'],
    ['transitions', 3, 'tick: transitions: TLC 4, tla-checker 3'],
  ])('a different count of %s is a finding', async (name, value, finding) => {
    await checkerSays(JSON.stringify(answer({ [name]: value })));
    const { status, stdout } = await project.run('second-opinion', 'tick');
    expect(status).toBe(1);
    expect(stdout).toContain(finding);
  });

  test('of a violated model the property and the length of the counterexample are compared', async () => {
    const violated = (length: number) =>
      JSON.stringify({
        ...answer(),
        status: 'invariant_violation',
        invariant_name: 'NeverTwo',
        trace: Array.from({ length }, () => ({})),
      });
    await checkerSays(violated(3));
    expect((await project.run('second-opinion', 'tick_two')).status).toBe(0);
    await checkerSays(violated(2));
    expect(await project.run('second-opinion', 'tick_two')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('tick_two: steps of the counterexample: TLC 3, tla-checker 2'),
    });
    await checkerSays(JSON.stringify(answer()));
    expect(await project.run('second-opinion', 'tick_two')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('tick_two: verdict: TLC NeverTwo, tla-checker holds'),
    });
  });

  test('of a model with a lasso the states are compared, not the lasso: there is no shortest one', async () => {
    const lasso = (states: number) =>
      JSON.stringify({
        ...answer({ states_explored: states, max_depth: 3 }),
        ...{ status: 'liveness_violation', property: 'Stops', prefix: 7, cycle: 9 },
      });
    await checkerSays(lasso(3));
    expect(await project.run('second-opinion', 'tick_round')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^tick_round +Stops +3 +- +yes$/m),
    });
    await checkerSays(lasso(4));
    expect(await project.run('second-opinion', 'tick_round')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('tick_round: distinct states: TLC 3, tla-checker 4'),
    });
  });

  test.each([
    [JSON.stringify({ status: 'next_error', error: 'undefined variable x' }), 'undefined variable x'],
    ['error: there is no such module', 'error: there is no such module'],
    [JSON.stringify({ status: 'max_states_exceeded', stats: answer().stats }), 'max_states_exceeded'],
  ])('%s is no verdict, and exit status 2', async (text, why) => {
    await checkerSays(text);
    const { status, stdout, stderr } = await project.run('second-opinion', 'tick');
    expect(status).toBe(2);
    expect(stderr.split('\n').at(-1)).toMatch(oneSentence);
    expect(stdout).toContain(`tick: ${why}`);
  });

  test('a model on which it has no verdict does not hide the others', async () => {
    const [good, bad] = [answer(), { status: 'next_error', error: 'undefined variable x' }];
    const file = await checkerSays('');
    const says = `case "$*" in *tick_two*) echo '${JSON.stringify(bad)}';; *) echo '${JSON.stringify(good)}';; esac`;
    await writeFile(file, `#!/bin/sh\n${says}\n`, { mode: 0o755 });
    const { status, stdout, stderr } = await project.run('second-opinion', 'tick_two', 'tick');
    expect(status).toBe(2);
    expect(stdout).toMatch(/^tick +holds +4 +4 +yes$/m);
    expect(stdout).toMatch(/^tick_two +no verdict/m);
    expect(stderr.split('\n').at(-1)).toContain('tla-checker has no verdict on tick_two');
  });
});
