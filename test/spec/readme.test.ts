import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Model, readManifest } from '../../tlc/models.js';

// spec/README.md, the manifest and the configurations say the same three times: here they are held against each other.

let models: readonly Model[];
let readme: string;
const configOf = (name: string): Promise<string> => readFile(`spec/models/${name}.cfg`, 'utf8');

beforeAll(async () => {
  ({ models } = await readManifest('.'));
  readme = await readFile('spec/README.md', 'utf8');
});

const verdict = ({ expected }: Model): string =>
  expected === 'holds' ? 'holds' : `\`${expected}\` is violated`;

/** The names in backticks. */
const named = (text: string): readonly string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name!);

describe('the models', () => {
  /** A barrier left out: these stand in a table of their own, by barrier and processor. */
  const isCell = ({ name }: Model): boolean => name.startsWith('ring_weak_no_');

  test('stand in the README, each once, with what they are and their verdicts', () => {
    const rows = readme.split('\n').filter((line) => /^\| `(tx|rx|txrx|ring)\w*`( \*)? \| /.test(line));
    expect(rows.toSorted()).toEqual(
      models
        .filter((model) => !isCell(model))
        .map(
          (model) =>
            `| \`${model.name}\`${model.when === undefined ? '' : ' *'} | ${model.about} | ${verdict(model)} |`,
        )
        .toSorted(),
    );
  });

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
    for (const { name, about, expected } of models) {
      const says = expected === 'holds' ? 'Holds.' : `Expected: ${expected} is violated.`;
      expect(`${name}: ${(await configOf(name)).split('\n')[0]}`).toBe(`${name}: \\* ${says}  ${about}`);
    }
  });

  test('are all that there are configurations for', async () => {
    const files = (await readdir('spec/models')).filter((file) => file.endsWith('.cfg'));
    expect(files.toSorted()).toEqual(models.map(({ name }) => `${name}.cfg`).toSorted());
  });
});

describe('the properties', () => {
  const rows = (): readonly (readonly string[])[] =>
    readme
      .split('\n')
      .filter((line) => /^\| P\d+ \|/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));

  test('have each a number of its own, in ascending order', () => {
    const numbers = rows().map(([, number]) => Number(number!.slice(1)));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(numbers.length).toBeGreaterThanOrEqual(31);
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
