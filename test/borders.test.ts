/** The borders of ARCHITECTURE.md's table, held against the imports of every file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** What each file imports: files of this project by their path, and packages by their name. */
type Imports = ReadonlyMap<string, readonly string[]>;
/** What the files of a folder may use besides it: a folder or a file, and the one file that may if not all do. */
interface Allowed {
  readonly used: string;
  readonly onlyIn: string | undefined;
}
type Borders = ReadonlyMap<string, readonly Allowed[]>;

const folderOf = (file: string): string => `${file.split('/')[0]}/`;
const isOurs = (used: string): boolean => /\.(ts|mjs)$/.test(used);

/** A cell of the last column. It throws where it says what this test does not read. */
const allowedIn = (folder: string, cell: string): readonly Allowed[] =>
  cell.trim() === 'nothing'
    ? []
    : cell.split(',').map((entry) => {
        const [, used, onlyIn] =
          /^ *`([\w.]+\/|[\w./-]+\.ts)`(?: \(only in `([\w./-]+\.ts)`\))? *$/.exec(entry) ?? [];
        if (used === undefined) throw new Error(`${folder} may use${entry}: nothing reads that`);
        return { used, onlyIn: onlyIn && folder + onlyIn };
      });

/** The table `| folder | what it has | may use |`. */
const bordersIn = (text: string): Borders => {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => /^\| folder +\| what it has +\| may use +\|$/.test(line));
  const rows = lines.slice(head + 2, lines.indexOf('', head));
  return new Map(
    rows.map((row) => {
      const [, first = '', , mayUse = ''] = row.split('|');
      const folder = /`(\w+\/)`/.exec(first)![1]!;
      return [folder, allowedIn(folder, mayUse)] as const;
    }),
  );
};

/** What others know this package by, and the source of each: `netfront/tlc` is `tlc/index.ts`. */
const { exports: exported } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Readonly<Record<string, { readonly default: string }>>;
};
const ownNames = new Map(
  Object.entries(exported).map(([name, { default: built }]) => [
    path.posix.join('netfront', name),
    sourceOf(path.posix.normalize(built)),
  ]),
);

/** The source of a file in dist/; any other file as it is, with the ending that it has in the tree. */
function sourceOf(file: string): string {
  const source = file.replace(/^dist\//, '').replace(/\.js$/, '.ts');
  return existsSync(`${source}x`) ? `${source}x` : source;
}

const importsOf = (file: string, text: string): readonly string[] =>
  // The last argument is for calls of `require`, which a file in JavaScript could have.
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (fileName.startsWith('.')) return sourceOf(path.posix.join(path.posix.dirname(file), fileName));
    return fileName.split('/')[0] === 'netfront' ? (ownNames.get(fileName) ?? `${fileName}.ts`) : fileName;
  });

/** The same without the imports of types, which are gone when a file runs. */
const valuesOf = (file: string, text: string): readonly string[] => {
  const compilerOptions = { module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  return importsOf(file, ts.transpileModule(text, { compilerOptions }).outputText);
};

/** The imports that the table does not allow, as `FILE uses FILE`. */
const crossings = (imports: Imports, borders: Borders): readonly string[] =>
  [...imports].flatMap(([file, used]) =>
    used
      .filter((each) => isOurs(each) && folderOf(each) !== folderOf(file))
      .filter(
        (each) =>
          !borders
            .get(folderOf(file))
            ?.some(
              ({ used, onlyIn = file }) => onlyIn === file && (used === each || used === folderOf(each)),
            ),
      )
      .map((each) => `${file} uses ${each}`),
  );

/** The packages of Node and of npm that a file may not use, as `FILE uses PACKAGE`. */
const forbiddenPackages = (imports: Imports): readonly string[] =>
  [...imports].flatMap(([file, used]) =>
    used.filter((each) => !isOurs(each) && !mayUsePackage(file, each)).map((each) => `${file} uses ${each}`),
  );

const PROGRAMS = ['cli/', 'bench/', 'ports/', 'test/'];
const mayUsePackage = (file: string, name: string): boolean => {
  if (folderOf(file) === 'impl/') return ['xstate', 'xstate/guards', 'ts-pattern'].includes(name);
  // So that one name is enough to look for: `fs` is `node:fs`.
  if (isBuiltin(name) && !name.startsWith('node:')) return false;
  // createRequire would import what nobody here sees.
  if (name === 'node:module') return file === 'test/borders.test.ts';
  return PROGRAMS.includes(folderOf(file)) || !['node:process', 'node:console'].includes(name);
};

/** The files of a folder that those which are given load when they run, each with the way to it. */
const loaded = (
  from: readonly string[],
  folder: string,
  textOf: (file: string) => string | undefined,
): readonly string[] => {
  const ways = new Map(from.map((file) => [file, file]));
  // A Map gives what is added to it while one goes over it.
  for (const [file, way] of ways)
    for (const next of valuesOf(file, textOf(file) ?? '').filter((each) => isOurs(each) && !ways.has(each)))
      ways.set(next, `${way} > ${next}`);
  return [...ways].filter(([file]) => folderOf(file) === folder).map(([, way]) => way);
};

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
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name) && !/(^|\/)(node_modules|build|target)\//.test(name))
    .map((name) => folder + name),
);
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const imports: Imports = new Map([...texts].map(([file, text]) => [file, importsOf(file, text)]));
const textOf = (file: string): string | undefined => texts.get(file);

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

  test.each([
    ['conform/new.ts', "import { sub } from '../impl/ring.js';", 'impl/ring.ts'],
    ['conform/new.ts', "import type { CorpusFile } from '../corpus/index.js';", 'corpus/index.ts'],
    ['impl/new.ts', "export type { Value } from '../tlc/index.js';", 'tlc/index.ts'],
    ['conform/new.ts', "import { sub } from 'netfront';", 'impl/index.ts'],
    ['impl/new.ts', "import { runModel } from 'netfront/tlc';", 'tlc/index.ts'],
    ['conform/new.ts', "const { readTrace } = await import('netfront/traces');", 'corpus/index.ts'],
    ['conform/new.mjs', "import { sub } from '../dist/impl/ring.js';", 'impl/ring.ts'],
    ['conform/new.cjs', "const { sub } = require('../dist/impl/ring.js');", 'impl/ring.ts'],
    ['logs/new.ts', "import { sub } from '../impl/ring.js';", 'impl/ring.ts'],
    ['bench/new.ts', "import { rig } from '../test/stress/rig.js';", 'test/stress/rig.ts'],
  ])('forbids that %s says %s', (file, line, used) => {
    expect(crossings(withFile(file, `${line}\n`), borders)).toEqual([`${file} uses ${used}`]);
  });

  test('has no words in its last column that nothing reads', () => {
    expect(() => allowedIn('conform/', '`tlc/`, `corpus/` (types only)')).toThrow(
      'conform/ may use `corpus/` (types only)',
    );
  });
});

describe('the judges', () => {
  const inConform = files.filter((file) => folderOf(file) === 'conform/');
  const readings = files.filter((file) =>
    /^replay\/(netif|expected-ring|modules\/\w+\/expected)\.ts$/.test(file),
  );

  test('of a port load nothing of the implementation', () => {
    expect(inConform.length).toBeGreaterThan(20);
    expect(loaded(inConform, 'impl/', textOf)).toEqual([]);
  });

  test('of a replay lay out ring and slots without it', () => {
    expect(readings).toHaveLength(8);
    expect(loaded(readings, 'impl/', textOf)).toEqual([]);
  });

  test('would be seen to load it through another file', () => {
    const text =
      "import type { Port } from '../impl/ring-front.js';\nimport { sub } from '../impl/ring.js';\n";
    const found = loaded(['replay/expected-ring.ts'], 'impl/', (file) =>
      file === 'replay/netif.ts' ? text : textOf(file),
    );
    expect(found[0]).toBe('replay/expected-ring.ts > replay/netif.ts > impl/ring.ts');
  });
});

describe('packages', () => {
  test('are those that a folder may use', () => {
    expect(forbiddenPackages(imports)).toEqual([]);
  });

  test.each([
    ['impl/new.ts', "import { z } from 'zod';", 'zod'],
    ['impl/new.ts', "import { readFileSync } from 'fs';", 'fs'],
    ['impl/back/new.ts', "const { connect } = await import('node:net');", 'node:net'],
    ['replay/new.ts', "import { readFileSync } from 'fs';", 'fs'],
    ['replay/new.ts', "import { stdout } from 'node:process';", 'node:process'],
    ['corpus/new.ts', "import { exit } from 'process';", 'process'],
    ['tlc/new.ts', "import { log } from 'node:console';", 'node:console'],
    ['conform/new.ts', "import { createRequire } from 'node:module';", 'node:module'],
  ])('may not be used as in %s: %s', (file, line, name) => {
    expect(forbiddenPackages(withFile(file, `${line}\n`))).toEqual([`${file} uses ${name}`]);
  });
});

describe('imports', () => {
  test('lead to files that there are', () => {
    expect([...imports.values()].flat().filter((used) => isOurs(used) && !imports.has(used))).toEqual([]);
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
