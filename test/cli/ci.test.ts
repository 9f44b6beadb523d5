/** What the command says to the programs of continuous integration around it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Log } from 'sarif';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { annotations, fenced, withoutCommands } from '../../cli/ci/github.js';
import { clock, netfront, type Ran } from '../fixtures/cli/netfront.js';

const root = path.resolve('.');
const driver = (name: string, ...args: string[]): readonly string[] => [
  ...['--', process.execPath, path.resolve('test/fixtures/drivers', `${name}.mjs`), ...args],
];
const file = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
// zod takes a reference, which may be relative, for a whole URL.
const text = (await readFile(file, 'utf8')).replaceAll('"format": "uri-reference"', '"minLength": 1');
const schema = z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'netfront-ci-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> => {
  await writeFile(at('summary.md'), 'What an earlier step wrote.\n');
  return netfront(args, { cwd: folder, env: { GITHUB_STEP_SUMMARY: at('summary.md'), ...env } });
};
const summary = (): Promise<string> => readFile(at('summary.md'), 'utf8');
const sarifIn = async (file = at('out.sarif')): Promise<Log> => {
  const log: unknown = JSON.parse(await readFile(file, 'utf8'));
  expect(schema.safeParse(log).error).toBeUndefined();
  // GitHub refuses the whole file for one result without.
  for (const { message, locations } of (log as Log).runs[0]!.results!)
    expect(locations, message.text).not.toHaveLength(0);
  return log as Log;
};

/** An annotation as GitHub's runner reads it. */
interface Annotation {
  readonly level: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}
const decoded = (text: string): string =>
  text
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%25', '%');

/** What the runner takes for annotations: nothing between `::stop-commands::TOKEN` and `::TOKEN::`. */
function annotationsIn(stdout: string): readonly Annotation[] {
  let token: string | undefined;
  return stdout.split('\n').flatMap((line) => {
    const [, command, properties = '', message = ''] = /^\s*::([\w-]+)(?: ([^:]*))?::(.*)$/.exec(line) ?? [];
    if (token !== undefined) {
      if (line.trim() === `::${token}::`) token = undefined;
      return [];
    }
    if (command === 'stop-commands') token = message;
    if (command !== 'error' && command !== 'warning') return [];
    const pairs = properties.split(',').map((pair) => pair.split('='));
    return [
      {
        level: command,
        properties: Object.fromEntries(pairs.map(([name, value]) => [name, decoded(value!)])),
        message: decoded(message),
      },
    ];
  });
}

/** The line that an annotation is at. */
const lineOf = async ({ properties: { file, line } }: Annotation, from = root): Promise<string> =>
  (await readFile(path.resolve(from, file!), 'utf8')).split('\n')[Number(line) - 1]!;

describe('annotations', () => {
  const rule = { id: 'P1', name: 'UniqueOutstandingId', says: '' };

  test('have no character that GitHub would take for the end of a value', () => {
    const title = '50% of: a, b';
    const message = 'one\ntwo: 100%\r, and so on::';
    const places = [{ file: path.join(root, 'a,b:c.cfg'), line: 3 }];
    const text = annotations([{ level: 'error', rule, title, message, places }], { GITHUB_WORKSPACE: root });
    expect(text).toBe(
      '::error file=a%2Cb%3Ac.cfg,line=3,title=50%25 of%3A a%2C b::one%0Atwo: 100%25%0D, and so on::',
    );
    expect(annotationsIn(text)).toEqual([
      { level: 'error', properties: { file: 'a,b:c.cfg', line: '3', title }, message },
    ]);
  });

  test('name a file outside of the workspace by its whole path', () => {
    const places = [{ file: path.join(root, 'spec/Ring.tla'), line: 1 }];
    const finding = { level: 'warning', rule, title: 't', message: 'm', places } as const;
    expect(annotations([finding], { GITHUB_WORKSPACE: path.join(root, 'ports') })).toBe(
      `::warning file=${root}/spec/Ring.tla,line=1,title=t::m`,
    );
  });

  test('a block of text is ended by nothing in it', () => {
    expect(fenced('a\n````\nb')).toBe('`````text\na\n````\nb\n`````');
  });
});

describe('what a runner is to take for no command', () => {
  test.each([true, false])('ends where the work throws: %j', async (github) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const work = withoutCommands(github, () => Promise.reject(new Error('stopped')));
      await expect(work).rejects.toThrow('stopped');
      const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
      expect(text).toMatch(github ? /^::stop-commands::(\S+)\n::\1::\n$/ : /^$/);
    } finally {
      write.mockRestore();
    }
  });
});

const PORTING = [
  {
    physicalLocation: {
      artifactLocation: expect.objectContaining({ uri: 'traces/PORTING.md' }) as unknown,
      region: { startLine: 1 },
    },
  },
];

describe('netfront conform --github', () => {
  const conform = (command: readonly string[], ...options: string[]): Promise<Ran> =>
    run(
      [
        'conform',
        '--github',
        '--sarif',
        at('out.sarif'),
        '--case',
        'tx/out-of-order',
        ...options,
        ...command,
      ],
      { GITHUB_WORKSPACE: root },
    );

  test('says of a sound driver that it is, and annotates nothing', async () => {
    const { status, stdout, stderr } = await conform(driver('impl'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(annotationsIn(stdout)).toEqual([]);
    expect(await summary()).toMatch(
      /^What an earlier step wrote\.\n## netfront conform\n\n```text\nok {2}.*1 case passed/,
    );
    expect(await summary()).toContain('| tx | 1 | 1 | 0 | 0 |');
    const { runs } = await sarifIn();
    expect(runs[0]!.results).toEqual([]);
    expect(runs[0]!.tool.driver.rules!.find(({ id }) => id === 'P1')).toMatchObject({
      name: 'UniqueOutstandingId',
    });
  });

  test('annotates the property that fails and the case, and draws the failure', async () => {
    const { status, stdout } = await conform(driver('useless', 'tx'));
    expect(status).toBe(1);
    const found = annotationsIn(stdout);
    expect(found.map(({ level }) => level)).toEqual(['error', 'error']);
    const [property, line] = found as [Annotation, Annotation];
    const [, number, name] = /^(P\d+) (\w+): tx\/out-of-order$/.exec(property.properties.title!)!;
    expect(await lineOf(property)).toMatch(new RegExp(`^${name}\\b.*==`));
    expect(await lineOf(line)).toMatch(/^\{"name":"tx\/out-of-order",/);
    expect(property.message).toMatch(/^step \d+: .*\nexpected: .*\nactual: /);
    const text = await summary();
    expect(text).toContain('| tx | 1 | 0 | 1 | 0 |');
    expect(text).toContain('NOT ok  tx/out-of-order\n  steps ');
    const [{ results, originalUriBaseIds }] = (await sarifIn()).runs as [Log['runs'][0]];
    expect(originalUriBaseIds!.NETFRONT!.uri).toBe(`file://${root}/`);
    expect(results).toMatchObject([{ ruleId: number, level: 'error' }]);
    expect(results![0]!.locations![0]!.physicalLocation).toEqual({
      artifactLocation: { uri: property.properties.file, uriBaseId: '%SRCROOT%' },
      region: { startLine: Number(property.properties.line) },
    });
    expect(results![0]!.relatedLocations![0]!.physicalLocation!.artifactLocation!.uri).toBe(
      'traces/port/tx.ndjson',
    );
  });

  test('says of a driver that does not introduce itself that nothing was tested', async () => {
    const { status, stdout } = await conform(driver('rude', 'another version'));
    expect(status).toBe(1);
    expect(annotationsIn(stdout)).toMatchObject([
      { level: 'error', message: expect.stringMatching(/version.*Nothing was tested\.$/) },
    ]);
    expect(await summary()).toContain('Nothing was tested.');
    expect((await sarifIn()).runs[0]!.results).toMatchObject([{ ruleId: 'run', locations: PORTING }]);
  });

  test('names the page about drivers where neither a property nor a case is in a file', async () => {
    const command = driver('rude', 'exits after three answers');
    const options = ['--random', '9', '--sarif', at('out.sarif'), ...command];
    expect(await run(['conform', ...options])).toMatchObject({ status: 1, stderr: '' });
    const { results } = (await sarifIn()).runs[0]!;
    expect(results!.length).toBeGreaterThan(0);
    for (const result of results!) expect(result).toMatchObject({ ruleId: 'driver', locations: PORTING });
  });

  test('names the file of the driver first where it is in a repository of its own', async () => {
    const useless = path.resolve('test/fixtures/drivers/useless.mjs');
    await writeFile(at('mine.mjs'), `await import(${JSON.stringify(useless)});`);
    const options = ['--case', 'tx/out-of-order', '--sarif', at('out.sarif')];
    const { status } = await run(['conform', ...options, '--', process.execPath, 'mine.mjs', 'tx']);
    expect(status).toBe(1);
    const [result] = (await sarifIn()).runs[0]!.results!;
    expect(result!.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: 'mine.mjs', uriBaseId: '%SRCROOT%' } } },
    ]);
    expect(result!.relatedLocations).toMatchObject([
      { physicalLocation: { artifactLocation: { uriBaseId: 'NETFRONT' } } },
      { physicalLocation: { artifactLocation: { uri: 'traces/port/tx.ndjson' } } },
    ]);
  });

  test.each([
    [['rude', 'another version'], 1],
    [['there-is-none'], 2],
  ] as [[string, ...string[]], number][])(
    'writes every report of a driver that nothing can be asked of: %j',
    async (which, status) => {
      const reports = ['junit', 'tap', 'json', 'sarif'].flatMap((kind) => [`--${kind}`, at(`out.${kind}`)]);
      const command = which[1] === undefined ? ['--', at(which[0])] : driver(...which);
      expect((await run(['conform', ...reports, ...command])).status).toBe(status);
      const read = (kind: string): Promise<string> => readFile(at(`out.${kind}`), 'utf8');
      expect(await read('junit')).toMatch(/<testsuites tests="1" failures="1".*/);
      expect(await read('tap')).toMatch(/^TAP version 14\n1\.\.1\nnot ok 1 - the run as a whole\n/);
      expect(JSON.parse(await read('json'))).toEqual({
        ...{ version: 1, cases: [], shortcoming: expect.stringMatching(/Nothing was tested\.$/) },
      });
      expect((await sarifIn()).runs[0]!.results).toMatchObject([{ ruleId: 'run', locations: PORTING }]);
    },
  );

  test('takes no line that a driver writes for a command', async () => {
    const says = `process.stderr.write('begin\\n::error::from the driver\\n'); await import(${JSON.stringify(path.resolve('test/fixtures/drivers/useless.mjs'))});`;
    await writeFile(at('loud.mjs'), says);
    const { stdout } = await conform(['--', process.execPath, at('loud.mjs'), 'tx']);
    expect(stdout).toMatch(/^\s+::error::from the driver$/m);
    expect(annotationsIn(stdout).map(({ message }) => message)).not.toContain('from the driver');
  });

  test('says by hand that there is no summary to write to', async () => {
    const { status, stderr } = await netfront(
      ['conform', '--github', '--case', 'tx/out-of-order', ...driver('impl')],
      { env: { GITHUB_STEP_SUMMARY: '' } },
    );
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'GITHUB_STEP_SUMMARY names no file, so no summary was written.',
    });
  });

  test('exits 2 if the summary cannot be written', async () => {
    const { status, stderr } = await run(
      ['conform', '--github', '--case', 'tx/out-of-order', ...driver('impl')],
      {
        GITHUB_STEP_SUMMARY: folder,
      },
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/^netfront: .* cannot be written \(EISDIR.*GitHub's environment names\.$/);
  });
});

describe('netfront check --github', () => {
  test('annotates the line of the configuration, and the property, and draws the run', async () => {
    const project = await clock();
    try {
      await project.edit('spec/models/manifest.json', (text) => text.replace('"NeverTwo"', '"holds"'));
      const { status, stdout } = await run(
        ['--root', project.root, 'check', 'tick', 'tick_two', '--github', '--sarif', at('out.sarif')],
        { GITHUB_WORKSPACE: project.root },
      );
      expect(status).toBe(1);
      const found = annotationsIn(stdout);
      expect(found.map(({ properties }) => properties.title)).toEqual(
        Array.from({ length: 2 }, () => 'R1 NeverTwo: tick_two'),
      );
      expect(await lineOf(found[0]!, project.root)).toContain('NeverTwo');
      expect(found[0]!.properties.file).toBe('spec/models/tick_two.cfg');
      expect(await lineOf(found[1]!, project.root)).toMatch(/^NeverTwo ==/);
      const text = await summary();
      expect(text).toContain('| tick | holds | holds | 4 | 4 |');
      expect(text).toContain('tick_two: expected it holds, found that NeverTwo is violated');
      expect(text).toMatch(
        /What is wrong first:\n\n```text\ntick_two: NeverTwo is violated\n[\s\S]*initial state/,
      );
      const { results } = (await sarifIn()).runs[0]!;
      expect(results).toMatchObject([{ ruleId: 'R1', level: 'error' }]);
    } finally {
      await project.remove();
    }
  });
});
