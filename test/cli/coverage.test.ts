/** A line of the specification that no model reaches is a finding, unless it is listed; and so is a list that is out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { definitionAt } from '../../cli/coverage/count.js';
import { coverageFindings, readUnreached } from '../../cli/coverage/unreached.js';
import { readReport } from '../../cli/report-file.js';
import { lift, type Project } from '../fixtures/cli/netfront.js';

const LIST = 'spec/unreached.json';
const falls = {
  module: 'Lift',
  in: 'Down',
  line: "THEN floor' = 0",
  why: 'It falls only where it is broken.',
};
const breaks = ["/\\ broken' = TRUE", '/\\ UNCHANGED floor'].map((line) => ({
  ...{ module: 'Lift', in: 'Break', line, why: 'No model of a lift that breaks is here.' },
}));

test('what our own list names stands in the definition that it names', async () => {
  const list = await readUnreached('.');
  expect(list.length).toBeGreaterThan(0);
  for (const { module, in: name, line } of list) {
    const lines = (await readFile(`spec/${module}.tla`, 'utf8')).split('\n');
    const found = lines.filter((text, i) => text.trim() === line && definitionAt(lines, i + 1) === name);
    expect(found, `${module}, ${name}: ${line}`).not.toEqual([]);
  }
});

describe('the lines that no model reaches', () => {
  let project: Project;
  beforeAll(async () => {
    project = await lift();
    const { status, stderr } = await project.run('check', '--report', 'build/report.json');
    expect(status, stderr).toBe(0);
    return project.remove;
  });

  const list = (lines: readonly unknown[]) =>
    writeFile(project.at(LIST), JSON.stringify({ version: 1, lines }));
  const counted = async () => (await readReport(project.at('build/report.json'))).coverage!;
  const findings = async () => coverageFindings(project.root, await counted());

  test('are counted over the models in which TLC can count', async () => {
    const { models, actions, places } = await counted();
    expect(models).toBe(1);
    expect(actions).toEqual({ 'Lift Up': 2, 'Lift Down': 2, 'Lift Break': 0 });
    expect(places).toMatchObject({ 'Lift 18:6-18:23': 2, 'Lift 25:11-25:20': 0 });
  });

  test('are named with file, line, text, and what to do', async () => {
    await list([]);
    const [first, ...others] = await findings();
    expect(first).toBe(
      "spec/Lift.tla:25: in Down, no model reaches «floor' = 0». " +
        'Add a model that does (it is counted once netfront check --record has its figures), ' +
        'or list the line in spec/unreached.json with the reason',
    );
    expect(others).toHaveLength(2);
    const { status, stdout } = await project.run('report', 'build/report.json');
    expect(status).toBe(1);
    expect(stdout).toContain(`not ok  ${first}`);
    expect(stdout).toMatch(/^Lift +16 +3 +3 +1$/m);
  });

  test('are no finding where they are listed with a reason', async () => {
    await list([falls, ...breaks]);
    expect(await findings()).toEqual([]);
  });

  test.each([
    ['is reached', { ...falls, line: "ELSE floor' = floor - 1" }],
    ['is gone', { ...falls, line: "THEN floor' = 1" }],
    ['is in another definition', { ...falls, in: 'Up' }],
    ['is in no module', { ...falls, module: 'Life' }],
  ])('may not be listed where the line %s', async (_, entry) => {
    await list([falls, ...breaks, entry]);
    expect(await findings()).toEqual([
      `spec/unreached.json: the line «${entry.line}» of ${entry.in} in ${entry.module} is reached, or is gone. Remove the entry`,
    ]);
  });

  test('are listed with a reason of some words, or the list cannot be used', async () => {
    await list([{ ...falls, why: 'No.' }]);
    const { status, stderr } = await project.run('report', 'build/report.json');
    expect(status).toBe(2);
    expect(stderr).toContain('spec/unreached.json cannot be used');
  });

  test('are not asked for in a text that is not the one that was counted', async () => {
    await list([falls, ...breaks]);
    const text = await readFile(project.at('spec/Lift.tla'), 'utf8');
    await writeFile(project.at('spec/Lift.tla'), `\n${text}`);
    expect(await findings()).toEqual([
      'spec/Lift.tla is not the text that was counted: run make check again',
    ]);
    await writeFile(project.at('spec/Lift.tla'), text);
  });

  test('are a finding where nothing was counted', async () => {
    const nothing = ['nothing was counted: the section coverage is empty'];
    const section = await counted();
    expect(await coverageFindings(project.root, undefined)).toEqual(nothing);
    expect(await coverageFindings(project.root, { ...section, places: {} })).toEqual(nothing);
    expect(await coverageFindings(project.root, { ...section, modules: {} })).toContain(
      'spec/Lift.tla: no run of TLC has counted anything of it',
    );
  });

  test('are fewer when a model is added that reaches them', async () => {
    await list([]);
    await project.edit('spec/models/manifest.json', (text) =>
      text.replaceAll('lift_somewhere', 'lift_breaks'),
    );
    await project.run('check', '--report', 'build/report.json');
    expect(await findings()).toEqual([]);
  });
});
