import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VERSION } from '../../cli/second-opinion/tla-checker.js';
import { clock, netfront, oneSentence, type Project } from '../fixtures/cli/netfront.js';

/** What the real one prints of the clock; the counts are what the tests change. */
const answer = (changes: object = {}) => ({
  status: 'ok',
  stats: { states_explored: 4, transitions: 4, max_depth: 4, elapsed_secs: 0.1, ...changes },
});

/** The graph of a clock with so many hours, as the real one draws it. A step is an hour, an action and an hour. */
const graph = (
  hours: number,
  steps = Array.from({ length: hours }, (_, hour) => `${hour} Next ${(hour + 1) % hours}`),
): string =>
  [
    'digraph StateGraph {',
    ...Array.from({ length: hours }, (_, hour) => `  s${hour} [label="hour=${hour}"];`),
    ...steps.map((step) => step.replace(/^(\d+) (\w+) (\d+)$/, '  s$1 -> s$3 [label="$2"];')),
    '}',
  ].join('\n');

/** A script of shell that prints an answer, and writes a graph where it is told to. */
const script = (text: string, dot: string, complaint = ''): string => `
while [ $# -gt 0 ]; do
  if [ "$1" = --export-dot ]; then cat >"$2" <<'EOF'
${dot}
EOF
  fi
  shift
done
cat >&2 <<'EOF'
${complaint}
EOF
echo Checking
cat <<'EOF'
${text}
EOF
`;

describe('netfront second-opinion', () => {
  let project: Project;
  beforeAll(async () => {
    project = await clock();
  });
  afterAll(() => project.remove());

  /** Puts a program where the checker would be built that runs this, whatever it is asked. */
  const checkerRuns = async (shell: string): Promise<void> => {
    const file = project.at('build', `tla-checker-${VERSION}`, 'bin', 'tla');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${shell}\n`, { mode: 0o755 });
  };

  /** Puts one there that prints this, and writes the graph. */
  const checkerSays = (text: string, dot = graph(4)): Promise<void> => checkerRuns(script(text, dot));

  const record = (): string => project.at('spec', 'models', 'second-opinion.json');
  const onRecord = async (): Promise<Record<string, unknown>> =>
    (JSON.parse(await readFile(record(), 'utf8')) as { models: Record<string, unknown> }).models;

  test('without cargo, and nothing built, it is one sentence and exit status 2', async () => {
    const { status, stderr } = await netfront(['--root', project.root, 'second-opinion', 'tick'], {
      env: { PATH: project.root },
    });
    expect(status).toBe(2);
    const lines = stderr.split('\n');
    expect(lines.at(-1)).toMatch(oneSentence);
    expect(lines.at(-1)).toContain('cargo was not found');
  });

  test('agrees where every figure is the same, and every transition', async () => {
    await checkerSays(JSON.stringify(answer()));
    const { status, stdout } = await project.run('second-opinion', 'tick');
    expect(stdout).toMatch(/^tick +holds +4 +4 +yes$/m);
    expect(status).toBe(0);
  });

  test.each([
    ['states_explored', 5, 'tick: distinct states: TLC 4, tla-checker 5'],
    ['max_depth', 3, 'tick: depth: TLC 4, tla-checker 3'],
  ])('a different count of %s is a finding', async (name, value, finding) => {
    await checkerSays(JSON.stringify(answer({ [name]: value })));
    const { status, stdout } = await project.run('second-opinion', 'tick');
    expect(status).toBe(1);
    expect(stdout).toContain(finding);
  });

  test('a transition that one has and the other lacks is a finding, though both count as many', async () => {
    const steps = ['0 Next 1', '1 Next 2', '2 Next 3', '3 Next 1'];
    await checkerSays(JSON.stringify(answer()), graph(4, steps));
    const { status, stdout } = await project.run('second-opinion', 'tick');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^tick +holds +4 +- +NO$/m);
    expect(stdout).toContain(
      'tick: transitions: TLC 4, of which tla-checker lacks 1 (1 Next); tla-checker 4, of which TLC lacks 1 (1 Next)',
    );
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
      stdout: expect.stringContaining('tick_two: states of the counterexample: TLC 3, tla-checker 2'),
    });
    await checkerSays(JSON.stringify(answer()));
    expect(await project.run('second-opinion', 'tick_two')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('tick_two: verdict: TLC NeverTwo, tla-checker holds'),
    });
  });

  test('of a deadlock the length of the run to it is compared', async () => {
    const stuck = (length: number) =>
      JSON.stringify({ ...answer(), status: 'deadlock', trace: Array.from({ length }, () => ({})) });
    await checkerSays(stuck(2));
    expect((await project.run('second-opinion', 'tick_sticks')).status).toBe(0);
    await checkerSays(stuck(3));
    expect((await project.run('second-opinion', 'tick_sticks')).status).toBe(1);
  });

  test('of a model with a lasso states and transitions are compared, not the lasso: there is no shortest one', async () => {
    const lasso = (states: number) =>
      JSON.stringify({
        ...answer({ states_explored: states, max_depth: 3 }),
        ...{ status: 'liveness_violation', property: 'Stops', prefix: 7, cycle: 9 },
      });
    await checkerSays(lasso(3), graph(3));
    expect(await project.run('second-opinion', 'tick_round')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^tick_round +Stops +3 +3 +yes$/m),
    });
    await checkerSays(lasso(3), graph(3, ['0 Next 1', '1 Next 2']));
    expect(await project.run('second-opinion', 'tick_round')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(
        'tick_round: transitions: TLC 3, of which tla-checker lacks 1 (1 Next)',
      ),
    });
    await checkerSays(lasso(4));
    expect(await project.run('second-opinion', 'tick_round')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('tick_round: distinct states: TLC 3, tla-checker 4'),
    });
  });

  test.each([
    [JSON.stringify({ status: 'next_error', error: 'undefined variable x' }), 'undefined variable x'],
    [
      JSON.stringify({ status: 'liveness_error', property: null, error: 'no value', stats: answer().stats }),
      'no value.',
    ],
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
    const bad = { status: 'next_error', error: 'undefined variable x' };
    await checkerRuns(
      `case "$*" in *tick_two*) echo '${JSON.stringify(bad)}'; exit;; esac\n${script(JSON.stringify(answer()), graph(4))}`,
    );
    const { status, stdout, stderr } = await project.run('second-opinion', 'tick_two', 'tick');
    expect(status).toBe(2);
    expect(stdout).toMatch(/^tick +holds +4 +4 +yes$/m);
    expect(stdout).toMatch(/^tick_two +no verdict/m);
    expect(stderr.split('\n').at(-1)).toContain('tla-checker has no verdict on tick_two');
  });

  test('a model of which it ignores a part is one without a verdict', async () => {
    const complaint = "  Warning: ACTION_CONSTRAINT 'Plain' is not yet supported, ignoring";
    await checkerRuns(script(JSON.stringify(answer()), graph(4), complaint));
    const { status, stdout } = await project.run('second-opinion', 'tick');
    expect(status).toBe(2);
    expect(stdout).toContain('tick: It ignores ACTION_CONSTRAINT, and looks at another model than TLC.');
  });

  test('a checker that is ended has no verdict', async () => {
    await checkerRuns('[ "$1" = --version ] || kill -XCPU $$');
    const { status, stdout } = await project.run('second-opinion', 'tick');
    expect(status).toBe(2);
    expect(stdout).toMatch(/tick: It was ended by SIGXCPU; it has \d+ s of processor time\./);
  });

  describe('with a record', () => {
    const good = JSON.stringify(answer());
    beforeEach(() => rm(record(), { force: true }));

    test('what is written has the figures, and the transitions that were compared', async () => {
      await checkerSays(good);
      expect((await project.run('second-opinion', 'tick', '--write')).status).toBe(0);
      expect(await onRecord()).toEqual({
        tick: {
          opinion: 'agrees',
          of: { expected: 'holds', states: 4, depth: 4, text: expect.stringMatching(/^[0-9a-f]{12}$/) },
          ...{ compared: 'transitions', transitions: 4 },
        },
      });
    });

    test('what is without a verdict there may be without one, and is no longer exit status 2', async () => {
      await checkerSays('no such module');
      expect((await project.run('second-opinion', 'tick')).status).toBe(2);
      expect((await project.run('second-opinion', 'tick', '--write')).status).toBe(0);
      expect((await project.run('second-opinion', 'tick')).status).toBe(0);
      await project.edit('spec/models/second-opinion.json', (text) =>
        text.replace('"states": 4', '"states": 5'),
      );
      expect((await project.run('second-opinion', 'tick')).status).toBe(2);
    });

    test('what was read and is not any more is exit status 2', async () => {
      await checkerSays(good);
      await project.run('second-opinion', 'tick', '--write');
      await checkerSays('no such module');
      expect((await project.run('second-opinion', 'tick')).status).toBe(2);
    });

    test('what differs is exit status 1, written or not', async () => {
      await checkerSays(JSON.stringify(answer({ max_depth: 3 })));
      expect((await project.run('second-opinion', 'tick', '--write')).status).toBe(1);
      expect(await onRecord()).toMatchObject({
        tick: { opinion: 'differs', in: 'depth: TLC 4, tla-checker 3.' },
      });
      expect((await project.run('second-opinion', 'tick')).status).toBe(1);
      expect((await project.run('second-opinion', 'tick', '--changed')).status).toBe(1);
      await checkerSays(good);
      expect((await project.run('second-opinion', 'tick', '--changed', '--write')).status).toBe(0);
      expect(await onRecord()).toMatchObject({ tick: { opinion: 'agrees' } });
    });

    test('an opinion of another text that is too large to be asked again is lost, and that is exit status 1', async () => {
      await checkerSays(good);
      await project.run('second-opinion', 'tick', '--write');
      const bounded = ['second-opinion', '--changed', '--write', '--most-states', '1'];
      expect((await project.run(...bounded)).stderr).not.toContain('are lost');
      const edit = (change: (text: string) => string) => project.edit('spec/models/Tick.tla', change);
      await edit((text) => text.replace(/^====/m, 'Noon == 12\n===='));
      const { status, stderr } = await project.run(...bounded);
      await edit((text) => text.replace(/^Noon == 12\n/gm, ''));
      expect(status).toBe(1);
      expect(stderr).toContain(
        'Opinions of another text are lost, since these are too large to be asked again: tick.',
      );
    });

    test('--changed asks about a model whose module is another, and not for a comment', async () => {
      await checkerSays(good);
      await project.run('second-opinion', 'tick', '--write');
      const asked = async (): Promise<string> =>
        (await project.run('second-opinion', 'tick', '--changed')).stdout;
      const edit = (change: (text: string) => string) => project.edit('spec/models/Tick.tla', change);
      await edit((text) => text.replace(/^====/m, '\\* A comment.\n===='));
      expect(await asked()).not.toMatch(/^tick /m);
      await edit((text) => text.replace(/^====/m, 'Noon == 12\n===='));
      expect(await asked()).toMatch(/^tick +holds/m);
      await edit((text) => text.replace(/^(\\\* A comment\.|Noon == 12)\n/gm, ''));
    });

    test('--changed asks about what has no row, or other figures, and keeps the others', async () => {
      await checkerSays(good);
      await project.run('second-opinion', 'tick', '--write');
      await checkerSays('no such module');
      const first = await project.run('second-opinion', 'tick', 'tick_two', '--changed', '--write');
      expect(first.stdout).not.toMatch(/^tick /m);
      expect(first.stdout).toMatch(/^tick_two +no verdict/m);
      expect(await onRecord()).toMatchObject({
        tick: { opinion: 'agrees' },
        tick_two: { opinion: 'unread' },
      });
      await project.edit('spec/models/second-opinion.json', (text) =>
        text.replace('"depth": 4', '"depth": 5'),
      );
      expect((await project.run('second-opinion', 'tick', 'tick_two', '--changed')).stdout).toMatch(
        /^tick +no verdict/m,
      );
    });

    test('without a name it is every model, but for those that are too large', async () => {
      await checkerSays('no such module');
      const edit = (change: (text: string) => string) => project.edit('spec/models/manifest.json', change);
      await edit((text) => text.replace('"distinctStates": 4', '"distinctStates": 4000000'));
      await project.run('second-opinion', '--write');
      await edit((text) => text.replace('"distinctStates": 4000000', '"distinctStates": 4'));
      const models = await onRecord();
      expect(Object.keys(models)).toHaveLength(7);
      expect(models).toMatchObject({
        tick: { opinion: 'not asked', why: expect.stringMatching(/^It has 4,000,000 states/) },
        tick_two: { opinion: 'unread' },
      });
    });

    test('a bound of states can be given, and --changed asks later about what was above it', async () => {
      await checkerSays('no such module');
      await project.run('second-opinion', '--write', '--most-states', '3');
      expect(await onRecord()).toMatchObject({
        tick: { opinion: 'not asked', why: 'It has 4 states, and the bound was 3.' },
        tick_two: { opinion: 'unread' },
      });
      await project.run('second-opinion', '--write', '--changed');
      expect(await onRecord()).toMatchObject({ tick: { opinion: 'unread' } });
      // What was asked stays, whatever the bound is later.
      await project.run('second-opinion', '--write', '--most-states', '3');
      expect(await onRecord()).toMatchObject({ tick: { opinion: 'unread' } });
    });

    test('where nobody is asked nothing is built, and that is said', async () => {
      await checkerSays('no such module');
      await project.run('second-opinion', '--write');
      await rm(project.at('build'), { recursive: true });
      const asked = (...args: readonly string[]) =>
        netfront(['--root', project.root, 'second-opinion', ...args], { env: { PATH: project.root } });
      const nothing = await asked('--changed');
      expect(nothing.status).toBe(0);
      expect(nothing.stderr).toContain('nothing is asked');
      const manifest = 'spec/models/manifest.json';
      const text = await readFile(project.at(manifest), 'utf8');
      await project.edit(manifest, () => text.replace(/"distinctStates": \d+/g, '"distinctStates": 4'));
      const none = await asked('--most-states', '3');
      await project.edit(manifest, () => text);
      expect(none.status).toBe(2);
      expect(none.stderr).toMatch(oneSentence);
      expect(none.stderr).toContain('No model has as few as 3 states:');
    });

    test('one that cannot be used is one sentence', async () => {
      await writeFile(record(), '{ "version": 1 }');
      const { status, stderr } = await project.run('second-opinion', 'tick');
      expect(status).toBe(2);
      expect(stderr).toMatch(oneSentence);
      expect(stderr).toContain('second-opinion.json cannot be used');
    });
  });
});
