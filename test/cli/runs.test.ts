import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestOf } from '../../tlc/models.js';
import { largestFirst } from '../../cli/models.js';
import { clock, netfront, type Project } from '../fixtures/cli/netfront.js';
import { type SpiedJava, spiedJava } from '../fixtures/cli/java.js';

const manifest = 'spec/models/manifest.json';

describe('how TLC is run', () => {
  let project: Project;
  let original: string;
  let java: SpiedJava;

  beforeAll(async () => {
    project = await clock();
    original = await readFile(project.at(manifest), 'utf8');
    java = await spiedJava(project.root);
    return project.remove;
  });
  beforeEach(() => writeFile(project.at(manifest), original));

  const run = async (...args: string[]): Promise<readonly string[]> => {
    await netfront(['--root', project.root, ...args], { cwd: project.root, env: java.env });
    return java.runs();
  };
  const modelsOf = (runs: readonly string[]): readonly (string | undefined)[] =>
    runs.map((line) => /-config \S*?(\w+)\.cfg/.exec(line)?.[1]);

  test.each([
    ['check', 'tick'],
    ['explain', 'tick_two'],
  ])('netfront %s runs a model of a few states with less compilation', async (command, model) => {
    const runs = await run(command, model);
    expect(modelsOf(runs)).toEqual([model]);
    expect(runs[0]).toContain('-XX:TieredStopAtLevel=1');
    expect(runs[0]).toContain('-XX:+UseSerialGC');
  });

  test('a model that is large by the manifest is compiled as well as Java can', async () => {
    await project.edit(manifest, (text) =>
      text.replaceAll(/"generatedStates": \d+/g, '"generatedStates": 400000'),
    );
    const runs = await run('check', 'tick');
    expect(modelsOf(runs)).toEqual(['tick']);
    expect(runs[0]).not.toContain('TieredStopAtLevel');
  });

  test('the largest models begin first, and the table has them in the order of the manifest', async () => {
    const all = (JSON.parse(original) as { models: { name: string; generatedStates: number }[] }).models;
    const chosen = all.filter(({ name }) => ['tick', 'tick_two', 'tick_round'].includes(name));
    const bySize = chosen.toSorted((a, b) => b.generatedStates - a.generatedStates).map(({ name }) => name);
    const named = chosen.map(({ name }) => name);
    expect(bySize).not.toEqual(named);
    expect(modelsOf(await run('check', '--jobs', '1', ...named))).toEqual(bySize);
    const { stdout } = await project.run('check', ...named);
    expect([...stdout.matchAll(/^(tick\w*) /gm)].map(([, name]) => name)).toEqual(named);
  });
});

test('a model is brief if fewer than 400,000 generated states are on record, and not if none are', () => {
  const model = { name: 'tick', module: 'MCClock' };
  const isBrief = (figures: object): boolean => requestOf('.', { ...model, ...figures }).brief;
  expect(isBrief({ generatedStates: 399_999 })).toBe(true);
  expect(isBrief({ generatedStates: 400_000 })).toBe(false);
  expect(isBrief({})).toBe(false);
});

test('what has no figures comes before all others, and what is as large as another stays behind it', () => {
  const sizes = [5, undefined, 7, 5, undefined].map((generatedStates, i) => ({
    i,
    ...(generatedStates !== undefined && { generatedStates }),
  }));
  expect(largestFirst(sizes).map(({ i }) => i)).toEqual([1, 4, 2, 0, 3]);
});
