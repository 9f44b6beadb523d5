/** The borders of ARCHITECTURE.md's table, held against the imports of every file. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** The files that a file imports, by its path: those of this project. */
type Imports = ReadonlyMap<string, readonly string[]>;
/** For each folder those that it may use besides itself. */
type Borders = ReadonlyMap<string, ReadonlySet<string>>;

const folderOf = (file: string): string => `${file.split('/')[0]}/`;
const namesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([\w.]+\/)`/g)].map(([, name]) => name!);

/** The table `| folder | what it has | may use |`. */
const bordersIn = (text: string): Borders => {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => /^\| folder +\| what it has +\| may use +\|$/.test(line));
  const rows = lines.slice(head + 2, lines.indexOf('', head));
  return new Map(
    rows.map((row) => {
      const [, folder = '', , mayUse = ''] = row.split('|');
      return [namesIn(folder)[0]!, new Set(namesIn(mayUse))] as const;
    }),
  );
};

const importsOf = (file: string, text: string): readonly string[] =>
  ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name).replace(/\.js$/, '.ts'));

/** The imports that the table does not allow, as `FILE uses FILE`. */
const crossings = (imports: Imports, borders: Borders): readonly string[] =>
  [...imports].flatMap(([file, used]) =>
    used
      .filter((each) => folderOf(each) !== folderOf(file))
      .filter((each) => !borders.get(folderOf(file))?.has(folderOf(each)))
      .map((each) => `${file} uses ${each}`),
  );

/** One circle of imports, as the files along it; undefined if there is none. */
const circle = (imports: Imports): readonly string[] | undefined => {
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const found = walk(next, [...way, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = walk(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
};

const borders = bordersIn(readFileSync('ARCHITECTURE.md', 'utf8'));
const files = [...borders.keys()].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => folder + name),
);
const imports: Imports = new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]));

/** The imports of the tree, and of one file beside. */
const withFile = (file: string, text: string): Imports =>
  new Map([...imports, [file, importsOf(file, text)]]);

describe('the table of ARCHITECTURE.md', () => {
  test('has every folder with TypeScript, and is held against every file', () => {
    const folders = readdirSync('.', { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$|build$)/.test(entry.name))
      .map(({ name }) => `${name}/`)
      .filter((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('.ts')),
      );
    expect(folders.filter((folder) => !borders.has(folder))).toEqual([]);
    expect(files.length).toBeGreaterThan(250);
    expect([...imports.values()].flat().length).toBeGreaterThan(1000);
  });

  test('allows every import that there is', () => {
    expect(crossings(imports, borders)).toEqual([]);
  });

  test('forbids the judge of ports to use the implementation', () => {
    const forbidden = withFile('conform/new.ts', "import { sub } from '../impl/ring.js';\n");
    expect(crossings(forbidden, borders)).toEqual(['conform/new.ts uses impl/ring.ts']);
  });

  test('forbids the implementation to use the wrapper round TLC', () => {
    const forbidden = withFile('impl/new.ts', "export type { Value } from '../tlc/index.js';\n");
    expect(crossings(forbidden, borders)).toEqual(['impl/new.ts uses tlc/index.ts']);
  });
});

describe('imports', () => {
  test('lead to files that there are', () => {
    expect([...imports.values()].flat().filter((file) => !imports.has(file))).toEqual([]);
  });

  test('go in no circle', () => {
    expect(circle(imports)).toBeUndefined();
  });

  test('would be seen to go in one', () => {
    const ring = new Map([...imports, ['impl/ring.ts', ['impl/new.ts']], ['impl/new.ts', ['impl/ring.ts']]]);
    expect(circle(ring)).toEqual(['impl/ring.ts', 'impl/new.ts', 'impl/ring.ts']);
  });
});

/** The rules of eslint.config.js that a line breaks in a file of this name. */
const broken = async (filePath: string, line: string): Promise<readonly (string | null)[]> => {
  const [result] = await new ESLint().lintText(`${line}\n`, { filePath });
  return result!.messages.map(({ ruleId }) => ruleId);
};

describe('eslint', () => {
  test.each([
    ["import 'node:fs';", 'impl/new.ts', 'no-restricted-imports'],
    ["import 'node:net';", 'impl/back/new.ts', 'no-restricted-imports'],
    ['process.cwd();', 'impl/new.ts', 'no-restricted-globals'],
    ["console.log('');", 'impl/new.ts', 'no-console'],
    ["console.log('');", 'conform/new.ts', 'no-console'],
    ["process.stdout.write('');", 'replay/new.ts', 'no-restricted-properties'],
    ['process.exit(1);', 'tlc/new.ts', 'no-restricted-properties'],
    ['process.exitCode = 1;', 'corpus/new.ts', 'no-restricted-properties'],
  ])('does not let %s stand in %s', async (line, file, rule) => {
    expect(await broken(file, line)).toEqual([rule]);
  });

  test.each(['cli/new.ts', 'bench/new.ts'])('lets %s print and exit', async (file) => {
    expect(await broken(file, "console.log('');\nprocess.exit(1);")).toEqual([]);
  });
});
