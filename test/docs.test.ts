import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Figures } from '../cli/docs/figures.js';
import { PEER_TARGET, type Report } from '../cli/report-file.js';
import { claimNames } from '../prove/index.js';
import { netfront, type Ran } from './fixtures/cli/netfront.js';

// The pages for people: what is made of them is what make docs makes, and what is written by hand names what there is.

const BUILT = ['node_modules', 'dist', 'build', 'target', '_build', '.git'];

/** The files of the tree, as paths below the root. */
async function filesIn(folder = '.'): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries
    .filter(({ name }) => !BUILT.includes(name))
    .map((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? filesIn(file) : [file];
    });
  return (await Promise.all(found)).flat();
}

// What has been released stays as it was said then, and a test writes the other.
const NOT_PROSE = ['CHANGELOG.md', path.join('traces', 'recordings', 'TEETH.md')];

const pages = async (): Promise<readonly string[]> =>
  (await filesIn()).filter((file) => file.endsWith('.md') && !NOT_PROSE.includes(file));

/** The lines of prose: neither of code nor of a table. */
function proseOf(text: string): readonly string[] {
  const withoutFences = text.replaceAll(/^```[\s\S]*?^```$|<!--[\s\S]*?-->/gm, '');
  // What is indented is code after an empty line. In a list it is a part of its item, unless it is indented twice.
  let before = '';
  let isList = false;
  let isCode = false;
  return withoutFences.split('\n').filter((line) => {
    if (/^\S/.test(line)) isList = /^([-*]|\d+\.) /.test(line) || (isList && before !== '');
    const isIndented = line.startsWith(isList ? ' '.repeat(8) : ' '.repeat(4));
    isCode = isIndented && (isCode || before === '');
    before = line;
    return !isCode && !/^(\||<!--)/.test(line);
  });
}

/** The anchors of the headings of a page, as GitHub makes them. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('netfront docs', () => {
  let root: string;
  const docs = (...args: string[]): Promise<Ran> => netfront(['--root', root, 'docs', ...args]);
  const at = (file: string): string => path.join(root, file);
  const edit = async (file: string, change: (text: string) => string): Promise<void> =>
    writeFile(at(file), change(await readFile(at(file), 'utf8')));

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'netfront-docs-'));
    for (const file of [
      'spec',
      'docs',
      'README.md',
      'traces/README.md',
      'traces/PORTING.md',
      'bench/README.md',
      'traces/manifest.json',
      'traces/invalid',
      'traces/valid/tx',
      'ports/faults.json',
    ])
      await cp(file, at(file), { recursive: true });
    for (const file of ['manifest.json', 'versions.json'])
      await cp(path.join('traces/port', file), at(path.join('traces/port', file)));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test('finds the committed pages as it would write them', async () => {
    expect(await netfront(['docs', '--check'])).toMatchObject({ status: 0, stderr: '' });
  });

  test('names each page that differs, and writes it again', async () => {
    await edit('spec/models/manifest.json', (text) =>
      text.replace('"distinctStates": 1852', '"distinctStates": 1853'),
    );
    await edit('spec/models/second-opinion.json', (text) => text.replace('"states": 1852', '"states": 1853'));
    const { status, stderr } = await docs('--check');
    expect(status).toBe(1);
    expect(stderr.split('\n')).toEqual([
      'spec/models/README.md differs from what make docs writes',
      'spec/SECOND-OPINION.md differs from what make docs writes',
      'README.md differs from what make docs writes',
    ]);
    expect(await docs()).toMatchObject({ status: 0, stdout: '3 pages written' });
    expect(await docs('--check')).toMatchObject({ status: 0 });
    expect(await readFile(at('README.md'), 'utf8')).toContain('| 1,853 |');
  });

  test.each([
    [
      'is of other figures',
      (text: string) => text.replace('"states": 1852', '"states": 1851'),
      'tx_1_4_1 has changed: it had 1,851 states',
    ],
    [
      'is of another text',
      (text: string) => text.replace(/("tx_1_4_1": \{[^}]*"text": ")\w/, '$1x'),
      'tx_1_4_1 has changed: its configuration or a module of it has another text',
    ],
    [
      'differs',
      (text: string) =>
        text.replace(
          /("tx_1_4_1": \{\s*"opinion": )"agrees"([^}]*\},\s*)"compared": "counterexample"/,
          '$1"differs"$2"in": "the length."',
        ),
      'of tx_1_4_1 it differs from TLC: the length.',
    ],
    ['is missing', (text: string) => text.replace('"tx_1_4_1": {', '"tx_1_4_0": {'), 'tx_1_4_1 has no row'],
    [
      'is of no model',
      (text: string) =>
        text.replace(
          '"models": {',
          '"models": { "none": {"opinion":"not asked","of":{"expected":"holds","states":1,"depth":1,"text":""},"why":"So."},',
        ),
      'there is no model none',
    ],
    [
      'is of another version',
      (text: string) => text.replace(/"version": "[^"]*"/, '"version": "0.1.0"'),
      'it is of tla-checker 0.1.0',
    ],
  ])('fails where a second opinion %s, also when the pages are written', async (_, change, sentence) => {
    await edit('spec/models/second-opinion.json', change);
    expect(await docs()).toMatchObject({ status: 0, stderr: expect.stringContaining(sentence) });
    expect(await docs('--check')).toMatchObject({
      status: 1,
      stdout: 'NOT ok  the second opinions on record are not of these models',
      stderr: expect.stringContaining(`spec/models/second-opinion.json: ${sentence}`),
    });
  });

  test('finds what was changed by hand', async () => {
    await edit('spec/README.md', (text) => text.replace('| P2 |', '| P3 |'));
    expect(await docs('--check')).toMatchObject({
      status: 1,
      stderr: 'spec/README.md differs from what make docs writes',
    });
  });

  test('draws the family of the modules anew where one extends another', async () => {
    await edit('spec/Ring.tla', (text) => text.replace('EXTENDS RingFront', 'EXTENDS SharedRing'));
    const { status, stderr } = await docs('--check');
    // What Ring had from RingFront has no number there any more, and the opinions on its models are of another text.
    expect({ status, lines: stderr.split('\n') }).toEqual({
      status: 1,
      lines: [
        ...['PROPERTIES', 'SECOND-OPINION', 'README'].map(
          (page) => `spec/${page}.md differs from what make docs writes`,
        ),
        expect.stringContaining('ring has changed: its configuration or a module of it has another text'),
      ],
    });
    expect(await docs()).toMatchObject({ status: 0, stdout: '3 pages written' });
    expect(await readFile(at('spec/README.md'), 'utf8')).toContain('\n  Ring --> SharedRing\n');
  });

  test('draws the picture anew where its counterexample is another', async () => {
    await edit('traces/invalid/tx/1-4-1.ndjson', (text) => text.replaceAll('"B"', '"C"'));
    expect(await docs('--check')).toMatchObject({
      status: 1,
      stderr: 'docs/msa00.svg differs from what make docs writes',
    });
    expect(await docs()).toMatchObject({ status: 0, stdout: '1 page written' });
    expect(await readFile(at('docs/msa00.svg'), 'utf8')).toContain('finds frame C');
    await rm(at('traces/invalid/tx/1-4-1.ndjson'));
    expect(await docs('--check')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('docs/msa00.svg is of tx_1_4_1'),
    });
  });

  test('publishes the figures of a whole bench, with its date and machine, and no others', async () => {
    const figure = {
      name: 'ring',
      what: 'a ÷ b',
      value: 0.25,
      goal: { atLeast: 0.1 },
      met: true,
      details: {},
    };
    const machine = { processors: 2, kind: 'A processor of 3 GHz' };
    const whole = {
      version: 1,
      date: '2026-11-28',
      machine,
      node: 'v20.19.0',
      seconds: 321,
      figures: [figure],
    };
    await writeFile(at('bench.json'), JSON.stringify(whole));
    expect(await docs('--bench', at('bench.json'))).toMatchObject({ status: 0, stdout: '1 page written' });
    const page = await readFile(at('bench/README.md'), 'utf8');
    expect(page).toContain(
      'Measured on 2026-11-28, in 321 s, with Node 20.19.0 on 2 processors:\nA processor of 3 GHz.',
    );
    expect(page).toContain('| ring | a ÷ b | 0.25 | at least 0.1 | yes |');
    expect(await docs('--check')).toMatchObject({ status: 0 });
    await writeFile(at('bench.json'), JSON.stringify({ ...whole, figures: [] }));
    expect(await docs('--bench', at('bench.json'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('run npm run bench to its end'),
    });
  });

  test('refuses figures of graphs that are not those of the models', async () => {
    await edit('docs/figures.json', (text) => text.replace('"states": 69913', '"states": 69914'));
    const { status, stderr } = await docs();
    expect(status).toBe(2);
    expect(stderr).toContain('69,914 states of tx_1_4_2_trace, which has 69,913');
  });

  test('refuses a page that asks for what there is not', async () => {
    await edit('README.md', (text) => text.replace('make docs: graphs', 'make docs: graph'));
    expect(await docs('--check')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('README.md wants graph:'),
    });
    await edit('README.md', (text) => text.replaceAll('made by', 'written by'));
    expect(await docs('--check')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('README.md has no part,'),
    });
  });

  test('refuses a page that has lost a part, or the end of one', async () => {
    const whole = await readFile(at('README.md'), 'utf8');
    await edit('README.md', (text) =>
      text.replace(/<!-- made by make docs: graphs[\s\S]*?<!-- end -->\n/, ''),
    );
    expect(await docs('--check')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        'README.md has the parts models, totals, and make docs writes models, graphs',
      ),
    });
    const cut = whole.replace(/(?<=make docs: graphs[\s\S]*?)<!-- end -->\n/, '');
    await edit('README.md', () => cut);
    const line = cut.slice(0, cut.indexOf('<!-- made by make docs: totals')).split('\n').length;
    expect(await docs()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`README.md:${line}: a part begins inside of graphs`),
    });
    expect(await readFile(at('README.md'), 'utf8')).toBe(cut);
  });

  test('takes the figures of a good report, and of no other', async () => {
    const figures = JSON.parse(await readFile('docs/figures.json', 'utf8')) as Figures;
    const report = reportOf(figures);
    const file = at('report.json');
    await writeFile(file, JSON.stringify(report));
    expect(await docs('--from', file)).toMatchObject({ status: 0 });
    expect(JSON.parse(await readFile(at('docs/figures.json'), 'utf8'))).toMatchObject({
      graphs: figures.graphs,
    });
    const [first, ...others] = report.conformance;
    await writeFile(
      file,
      JSON.stringify({ ...report, conformance: [{ ...first!, divergences: 1 }, ...others] }),
    );
    const { status, stderr } = await docs('--from', file);
    expect(status).toBe(2);
    expect(stderr).toContain('diverged on 1 path');
  });

  test('holds the length of each run without an end against a report', async () => {
    const figures = JSON.parse(await readFile('docs/figures.json', 'utf8')) as Figures;
    const [name, steps] = Object.entries(figures.counterexamples)[0]!;
    const file = at('report.json');
    const written = async (row: Report['models'][number]): Promise<void> =>
      writeFile(file, JSON.stringify({ ...reportOf(figures), models: [row] }));
    await written(endless(name, steps));
    expect(await docs('--against', file)).toMatchObject({ status: 0, stderr: '' });
    await written(endless(name, steps + 1));
    expect(await docs('--against', file)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        `the counterexample of ${name} is ${steps} steps, and ${steps + 1} steps in the report`,
      ),
    });
    expect(await docs('--from', file)).toMatchObject({ status: 0 });
    const now = JSON.parse(await readFile(at('docs/figures.json'), 'utf8')) as Figures;
    expect(now.counterexamples).toEqual({ ...figures.counterexamples, [name]: steps + 1 });
  });

  test('holds the figures against a report, and names the first that differs', async () => {
    const figures = JSON.parse(await readFile('docs/figures.json', 'utf8')) as Figures;
    const file = at('report.json');
    await writeFile(file, JSON.stringify(reportOf(figures)));
    expect(await docs('--against', file)).toMatchObject({ status: 0, stderr: '' });
    const [{ model, steps }] = figures.graphs as [Figures['graphs'][number]];
    await edit('docs/figures.json', (text) => text.replace(`"steps": ${steps}`, `"steps": ${steps + 1}`));
    await docs();
    expect(await docs('--check')).toMatchObject({ status: 0 });
    expect(await docs('--check', '--against', file)).toMatchObject({
      status: 1,
      stdout: `NOT ok  the figures are not those of the report: run netfront docs --from ${file}`,
      stderr: expect.stringContaining(`steps of ${model} is ${steps + 1}, and ${steps} in the report`),
    });
    await docs('--from', file);
    const kept = JSON.parse(await readFile(at('docs/figures.json'), 'utf8')) as Figures;
    expect(kept.counterexamples).toEqual(figures.counterexamples);
    await edit('docs/figures.json', (text) => text.replace(/"replaySeconds": \d+/, '"replaySeconds": 9'));
    await docs();
    expect(await docs('--against', file)).toMatchObject({ status: 0 });
  });
});

/** A row of a model that shows what never happens in the end, in a run of so many steps. */
const endless = (name: string, steps: number): Report['models'][number] => ({
  ...{ name, expected: 'NothingMissed', verdict: 'NothingMissed', ok: true, steps },
  ...{ distinctStates: 1, generatedStates: 1, depth: 1, seconds: 1 },
});

/** A report that says what the figures say. */
function reportOf({ graphs }: Figures): Report {
  const replays = graphs.flatMap(({ model, transitions, steps, refusals, peer }) => {
    const row = { model, transitions, steps, divergences: 0, seconds: 1 };
    return [
      { ...row, target: 'impl', refusals },
      ...(peer ? [{ ...row, target: PEER_TARGET, refusals: 0, backSteps: 1 }] : []),
    ];
  });
  const counts = { distinctStates: 1, generatedStates: 1, depth: 1, seconds: 1 };
  return {
    version: 1,
    models: [{ name: 'tx', expected: 'holds', verdict: 'holds', ok: true, ...counts }],
    graphs: graphs.map(({ refusals: _, peer: __, ...graph }) => ({
      ...{ ...graph, covered: graph.transitions, sha256: 'x' },
    })),
    conformance: replays,
    schedules: [{ model: 'tx', schedules: 1, points: 1, transitions: 1, failures: 0, seconds: 0 }],
    proofs: claimNames.map((name) => ({
      ...{ name, obligations: 1, proved: 1, open: [] },
      ...{ faults: 1, shown: 1, seconds: 0 },
    })),
    ties: [{ model: 'ring', transitions: 1, all: 1, refusals: 1, differences: 0 }],
  };
}

describe('the README', () => {
  test('shows what netfront check prints', async () => {
    const readme = await readFile('README.md', 'utf8');
    const { stdout } = await netfront(['check', 'tx_1_4_1']);
    const untimed = (text: string): string => text.replaceAll(/ +[\d.]+ +ok$/gm, ' …  ok');
    expect(stdout).toContain('BufferStable is violated');
    for (const line of untimed(stdout).split('\n'))
      expect(untimed(readme).split('\n')).toContain(line && `    ${line}`);
  });

  test('has an example that prints what its comments say', async () => {
    const readme = await readFile('README.md', 'utf8');
    const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
    // Below the package, so that its own name leads to it.
    await mkdir('build', { recursive: true });
    const file = path.resolve('build', 'readme-example.mjs');
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    await writeFile(file, ts.transpileModule(example, { compilerOptions: options }).outputText);
    const { stdout } = await execa(process.execPath, [file]);
    await rm(file);
    const comments = [...example.matchAll(/console\.log\(.*\); \/\/ (\w+)/g)].map(([, said]) => said);
    expect(stdout.split('\n')).toEqual(comments);
    expect(comments).toHaveLength(3);
  });
});

describe('the pages', () => {
  test('have no line of prose beyond 100 characters', async () => {
    for (const page of await pages()) {
      const long = proseOf(await readFile(page, 'utf8')).filter((line) => line.length > 100);
      expect(`${page}: ${long.join('\n')}`).toBe(`${page}: `);
    }
  });

  test('are read as what they are: an item of a list is prose, however far it is indented', () => {
    const item = '1. One.\n\n    More of it.\n    - Below it.\n\n        code\n';
    const lines = proseOf(`Text\n    goes on.\n\n    code\n\n    code\n\n${item}\nText.\n\n    code\n`);
    expect(lines.filter((line) => line !== '')).toEqual([
      ...['Text', '    goes on.', '1. One.', '    More of it.', '    - Below it.', 'Text.'],
    ]);
  });

  test('link to headings that there are', async () => {
    for (const page of await pages()) {
      const links = [...(await readFile(page, 'utf8')).matchAll(/\]\(([^)#:]*)#([^)]*)\)/g)];
      for (const [, link, anchor] of links) {
        const file = link === '' ? page : path.join(path.dirname(page), link!);
        expect(anchorsOf(await readFile(file, 'utf8')), `${page} links to ${file}`).toContain(anchor);
      }
    }
  });

  test('link to files that there are', async () => {
    const there = new Set(await filesIn());
    for (const page of await pages()) {
      const links = [...(await readFile(page, 'utf8')).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(
        ([, link]) => link!,
      );
      const broken = links
        .map((link) => path.normalize(path.join(path.dirname(page), link)).replace(/\/$/, ''))
        .filter((file) => ![...there].some((each) => each === file || each.startsWith(`${file}/`)));
      expect(`${page}: ${broken}`).toBe(`${page}: `);
    }
  });

  test('name files and folders that there are', async () => {
    const files = (await filesIn()).map((file) => `/${file}`);
    const folders = new Set(files.map((file) => `${path.dirname(file)}/`));
    // With the folders that have only folders.
    for (const folder of folders) if (folder !== '/') folders.add(path.join(path.dirname(folder), '/'));
    const there = [...files, ...folders];
    for (const page of await pages()) {
      const text = proseAndTables(await readFile(page, 'utf8'));
      const named = [
        ...text.matchAll(/`([\w./-]+(?:\.(?:ts|mjs|tla|cfg|json|md|rs|ml|c|sh|toml|yml)|\/))`/g),
      ].map(([, file]) => file!);
      const missing = named.filter(
        (file) =>
          !file.startsWith('build/') &&
          !PLACEHOLDERS.includes(file) &&
          !there.some((each) => each.endsWith(`/${file.replace(/^(\.\.\/)+/, '')}`)),
      );
      expect(`${page}: ${missing}`).toBe(`${page}: `);
    }
  });
});

/** What somebody who types it puts a name of their own for. */
const PLACEHOLDERS = ['NAME.cfg', 'FILE/'];

const proseAndTables = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '');
