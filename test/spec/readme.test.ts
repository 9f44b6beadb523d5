import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Huge, type Model, readManifest } from '../../tlc/models.js';

// spec/README.md has tables of models and properties, in part made by make docs. What they say is held against the manifest,
// the configurations and the modules, independently of the program that makes them.

let models: readonly Model[];
let huge: readonly Huge[];
let readme: string;
const configOf = (name: string): Promise<string> => readFile(`spec/models/${name}.cfg`, 'utf8');

beforeAll(async () => {
  ({ models, huge } = await readManifest('.'));
  readme = await readFile('spec/README.md', 'utf8');
});

/** The names in backticks. */
const named = (text: string): readonly string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name!);

describe('the models', () => {
  /** A barrier left out: these stand in a table of their own, by barrier and processor. */
  const isCell = ({ name }: Model): boolean => name.startsWith('ring_weak_no_');

  test('of a barrier left out stand in the table of barriers, and nothing goes wrong where they hold', () => {
    const from = readme.indexOf('| left out |');
    const table = readme.slice(from, readme.indexOf('\n\n', from));
    const cells = models.filter(isCell);
    expect(cells.length).toBeGreaterThanOrEqual(16);
    for (const { name, expected } of cells) {
      const cell = table.split('|').find((text) => named(text).includes(name)) ?? '';
      expect(`${name}: ${/^ nothing: /.test(cell)}`).toBe(`${name}: ${expected === 'holds'}`);
    }
  });

  test('have a configuration each that begins with the same sentence', async () => {
    for (const { name, about, expected } of [...models, ...huge]) {
      const says = expected === 'holds' ? 'Holds.' : `Expected: ${expected} is violated.`;
      expect(`${name}: ${(await configOf(name)).split('\n')[0]}`).toBe(`${name}: \\* ${says}  ${about}`);
    }
  });

  test('are all that there are configurations for', async () => {
    const files = (await readdir('spec/models')).filter((file) => file.endsWith('.cfg'));
    expect(files.toSorted()).toEqual([...models, ...huge].map(({ name }) => `${name}.cfg`).toSorted());
  });
});

/** P1, P2 and so on, as the comments of the modules have them. */
async function numbersInModules(): Promise<ReadonlySet<string>> {
  const files = (await Promise.all(['spec', 'spec/models'].map(modulesIn))).flat();
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/^\(\* (P\d+)\. /gm)].map(([, number]) => number!)),
  );
}

const modulesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((file) => file.endsWith('.tla')).map((file) => `${folder}/${file}`);

const valueOf = (number: string): number => Number(number.slice(1));

describe('the properties', () => {
  /** Of the table of properties. That of proofs is another. */
  const rows = (): readonly (readonly string[])[] =>
    readme
      .slice(readme.indexOf('<!-- made by make docs: properties -->'))
      .split('<!-- end -->')[0]!
      .split('\n')
      .filter((line) => /^\| P\d+ \|/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));

  test('are all that the modules number, each once, in ascending order', async () => {
    const numbers = rows().map(([, number]) => number!);
    expect(numbers).toEqual([...(await numbersInModules())].toSorted((a, b) => valueOf(a) - valueOf(b)));
    expect(numbers.length).toBeGreaterThanOrEqual(49);
  });

  /** The property as a model of that name has it: in NetfrontTxRx the ring's name may be in front. */
  const isOneOf = (properties: readonly string[], found: string): boolean =>
    properties.some((property) => [property, `Tx${property}`, `Rx${property}`].includes(found));

  test('are checked by the models that are said to, which hold', async () => {
    for (const [, number, name, , , checkedBy] of rows()) {
      expect(`${number}: ${named(checkedBy!).length > 0}`).toBe(`${number}: true`);
      for (const model of named(checkedBy!)) {
        expect(models.find((each) => each.name === model)).toMatchObject({ name: model, expected: 'holds' });
        const words = (await configOf(model)).split(/\s+/);
        expect(`${number} in ${model}: ${words.some((word) => isOneOf(named(name!), word))}`).toBe(
          `${number} in ${model}: true`,
        );
      }
    }
  });

  test('have a trace that violates them where one is named', async () => {
    const withTrace = rows().filter(([, , , , , , , trace]) => trace !== '');
    expect(withTrace.length).toBeGreaterThanOrEqual(30);
    for (const [, number, name, , , , , trace] of withTrace) {
      const [header] = (await readFile(`traces/${trace!.replaceAll('`', '')}.ndjson`, 'utf8')).split('\n');
      const { kind, model } = JSON.parse(header!) as { kind: string; model: string };
      expect(`${number}: ${kind}`).toBe(`${number}: counterexample`);
      const expected = models.find((each) => each.name === model)?.expected ?? 'no such model';
      expect(`${number}: ${isOneOf(named(name!), expected) || expected}`).toBe(`${number}: true`);
    }
  });

  test('are broken by the models that are said to', () => {
    for (const [, number, name, , , , brokenBy] of rows()) {
      expect(`${number}: ${named(brokenBy!).length > 0}`).toBe(`${number}: true`);
      for (const model of named(brokenBy!)) {
        const expected = models.find((each) => each.name === model)?.expected ?? 'no such model';
        expect(`${number} in ${model}: ${isOneOf(named(name!), expected) || expected}`).toBe(
          `${number} in ${model}: true`,
        );
      }
    }
  });
});

describe('the table of releases', () => {
  test('has in each cell a model that make check runs, with the verdict that it has', () => {
    const from = readme.indexOf('| release |');
    const table = readme.slice(from, readme.indexOf('\n\n', from)).split('\n').slice(2);
    expect(table.map((line) => line.split('|')[1]!.trim())).toEqual([
      'before 1.4.2',
      '1.4.2',
      '1.5.0, 1.6.0',
      '1.6.1',
    ]);
    const cells = table.flatMap((line) => line.split('|').slice(2, 5));
    expect(cells).toHaveLength(12);
    for (const cell of cells) {
      const model = models.find(({ name }) => name === named(cell)[0])!;
      expect(model.when).toBeUndefined();
      expect(cell.trim()).toBe(`\`${model.name}\`: ${model.expected === 'holds' ? 'holds' : 'violated'}`);
    }
  });
});
