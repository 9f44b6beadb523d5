import { appendFile, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findingsOf } from '../../cli/report.js';
import { readReport } from '../../cli/report-file.js';
import { findJar } from '../../tlc/index.js';
import { fingerprintOf } from '../../tlc/fingerprint.js';
import { readManifest } from '../../tlc/models.js';
import { clock, netfront, oneSentence, type Project, start } from '../fixtures/cli/netfront.js';
import { type SpiedJava, spiedJava } from '../fixtures/cli/java.js';

const tick = 'spec/models/Tick.tla';
const config = 'spec/models/tick.cfg';
const manifest = 'spec/models/manifest.json';

describe('netfront check --changed', () => {
  let project: Project;
  let java: SpiedJava;
  let env: Record<string, string>;
  const originals = new Map<string, string>();

  beforeAll(async () => {
    project = await clock();
    java = await spiedJava(project.root);
    // The module is in two files, and names the second in another line than that of EXTENDS.
    await project.edit(tick, (text) => text.replace('EXTENDS Integers', 'EXTENDS Integers,\n  Bounds'));
    await writeFile(
      project.at('spec', 'Bounds.tla'),
      '---- MODULE Bounds ----\nEXTENDS Integers\n(* The last one. *)\nLast(n) == n - 1\n====\n',
    );
    for (const file of [tick, config, manifest, 'spec/Bounds.tla'])
      originals.set(file, await readFile(project.at(file), 'utf8'));
    return project.remove;
  });

  beforeEach(async () => {
    for (const [file, text] of originals) await writeFile(project.at(file), text);
    const cache = project.at('cache');
    await rm(cache, { recursive: true, force: true });
    env = { ...java.env, NETFRONT_CACHE: cache, TLA2TOOLS_JAR: (await findJar()).path };
    await java.runs();
  });

  const check = (...args: string[]) =>
    netfront(['--root', project.root, 'check', ...args], { cwd: project.root, env });
  const records = (): Promise<string[]> => readdir(project.at('cache', 'checked')).catch(() => []);

  test('runs what is not on record, then leaves it out, says since when, and does not say ok', async () => {
    const first = await check('--changed', 'tick', 'tick_two');
    expect(first).toMatchObject({ status: 0 });
    expect(first.stdout).toMatch(/^tick +holds.* ok$/m);
    expect(first.stdout).toContain('2 models run, 0 unchanged.');
    expect(await java.runs()).toHaveLength(2);

    const files = ['--json', 'r.json', '--junit', 'r.xml', '--report', 'report.json'];
    const second = await check('--changed', 'tick', 'tick_two', ...files);
    expect(second.status).toBe(0);
    expect(await java.runs()).toEqual([]);
    const today = new Date().toISOString().slice(0, 10);
    expect(second.stdout).toMatch(new RegExp(`^tick +holds +holds +4 +4 +unchanged since ${today}$`, 'm'));
    expect(second.stdout).not.toMatch(/^tick.*\bok\b/m);
    expect(second.stdout).toContain('No model was run, 2 unchanged.');
    const report = await readReport(project.at('report.json'));
    expect(report.models).toMatchObject([
      { name: 'tick', ok: false, unchangedSince: today },
      { name: 'tick_two', ok: false, unchangedSince: today },
    ]);
    expect(findingsOf(report)).toContain(`tick was not run: it is unchanged since ${today}`);
    expect(await readFile(project.at('r.xml'), 'utf8')).toMatch(/tests="2" failures="0".*skipped="2"/);
    // It is another colour than that of what was run.
    const { stdout } = await netfront(['--root', project.root, 'check', '--changed', 'tick'], {
      cwd: project.root,
      env: { ...env, NO_COLOR: '', FORCE_COLOR: '1' },
    });
    expect(stdout).toContain(`\u001b[33munchanged since ${today}`);
  });

  test('without it every model is run, whatever is on record', async () => {
    await check('tick');
    expect(await java.runs()).toHaveLength(1);
    expect((await check('tick')).stdout).toMatch(/^tick .* ok$/m);
    expect(await java.runs()).toHaveLength(1);
  });

  test.each([
    ['a module that is extended, in a comment', 'spec/Bounds.tla', 'last one.', 'last one!'],
    ['the module', tick, 'The second hour comes.', 'The second hour comes!'],
    ['the configuration', config, 'Holds.', 'Holds!'],
  ])('runs it again when one octet is another: %s', async (_, file, from, to) => {
    await check('tick');
    expect(await java.runs()).toHaveLength(1);
    await project.edit(file, (text) => text.replace(from, to));
    expect((await check('--changed', 'tick')).stdout).toMatch(/^tick .* ok$/m);
    expect(await java.runs()).toHaveLength(1);
  });

  test('is red when the octet is one that makes the model wrong', async () => {
    await project.edit(tick, (text) => text.replace('0..(Hours - 1)', '0..Last(Hours)'));
    expect(await check('tick')).toMatchObject({ status: 0 });
    await project.edit('spec/Bounds.tla', (text) => text.replace('n - 1', 'n - 2'));
    const { status, stdout } = await check('--changed', 'tick');
    expect(status).toBe(1);
    expect(stdout).toContain('tick: expected it holds, found that IsHour is violated');
  });

  test('runs it again when the manifest expects something else', async () => {
    await check('tick');
    await project.edit(manifest, (text) => text.replace('"depth": 4', '"depth": 5'));
    const { status, stdout } = await check('--changed', 'tick');
    expect(status).toBe(1);
    expect(stdout).toContain('depth: expected 5, found 4');
  });

  test('nothing is on record of a run that fails, or that is not as expected', async () => {
    expect(await check('tick_nonsense')).toMatchObject({ status: 2 });
    await project.edit(manifest, (text) => text.replace('"NeverTwo"', '"holds"'));
    expect(await check('tick_two')).toMatchObject({ status: 1 });
    expect(await records()).toEqual([]);
  });

  test('nothing is on record of a run that is interrupted', async () => {
    // Enough hours for minutes.
    await project.edit(config, (text) => text.replace('Hours = 4', 'Hours = 100000000'));
    const child = start(['--root', project.root, 'check', 'tick'], { cwd: project.root, env });
    while ((await java.runs()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(130);
    expect(await records()).toEqual([]);
  });

  test('nothing is on record of a run during which a file was changed', async () => {
    const slow = project.at('slow');
    await cp(project.at('java'), slow, { recursive: true });
    // As if someone saved a file while TLC ran.
    const script = await readFile(path.join(slow, 'bin', 'java'), 'utf8');
    const saving = `case "$*" in *tlc2.TLC*) echo >> '${project.at('spec', 'Bounds.tla')}';; esac\nexec`;
    await writeFile(path.join(slow, 'bin', 'java'), script.replace('exec', saving));
    env = { ...env, JAVA_HOME: slow };
    expect(await check('tick')).toMatchObject({ status: 0 });
    expect(await records()).toEqual([]);
  });

  test('records no figures of what it does not run', async () => {
    const { status, stderr } = await check('--changed', '--record', 'tick');
    expect(status).toBe(2);
    expect(stderr).toMatch(oneSentence);
  });
});

describe('the checksum of all that a run depends on', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'netfront-fingerprint-'));
    await cp('spec', path.join(root, 'spec'), { recursive: true });
  });
  afterAll(() => rm(root, { recursive: true }));

  const java = { path: 'java', version: 17 };
  const jar = { path: 'tla2tools.jar', sha256: 'a' };
  const of = async (name: string, runner = {}, at = root): Promise<string> => {
    const { models } = await readManifest(at);
    const model = models.find((each) => each.name === name)!;
    return fingerprintOf(at, model, { java, jar, workers: 1, ...runner });
  };

  test('is the same in another checkout, and another with another jar, Java or number of workers', async () => {
    const sum = await of('tx_1_4_2');
    expect(sum).toMatch(/^[0-9a-f]{64}$/);
    expect(await of('tx_1_4_2', {}, '.')).toBe(sum);
    const others = await Promise.all([
      of('tx_1_4_2', { jar: { ...jar, sha256: 'b' } }),
      of('tx_1_4_2', { java: { ...java, version: 21 } }),
      of('tx_1_4_2', { workers: 2 }),
      of('tx_1_5_0'),
    ]);
    expect(new Set([sum, ...others]).size).toBe(5);
  });

  test.each([
    ['tx_1_4_2', 'SharedRing', true],
    ['tx_1_4_2', 'PacketChannel', true],
    ['tx_1_4_2', 'NetfrontRx', false],
    ['txrx_one_channel', 'NetfrontRx', true],
    ['txp_one_slot', 'NetfrontTx', false],
    ['ring_weak', 'RingFront', false],
  ])('%s depends on %s: %s', async (model, module, depends) => {
    const file = path.join(root, 'spec', `${module}.tla`);
    const text = await readFile(file, 'utf8');
    const before = await of(model);
    await writeFile(file, `${text}\n`);
    expect((await of(model)) !== before).toBe(depends);
    await writeFile(file, text);
    expect(await of(model)).toBe(before);
  });

  test.each([
    ['that reads what TLC prints', 'tlc/stats.js'],
    ['that says what it comes to', 'cli/judge.js'],
  ])('is another when the code of ours %s is another', async (_, file) => {
    const copy = path.join(root, path.basename(file));
    for (const folder of ['tlc', 'cli'])
      await cp(path.join('dist', folder), path.join(copy, folder), { recursive: true });
    await symlink(path.resolve('node_modules'), path.join(copy, 'node_modules'));
    await writeFile(path.join(copy, 'package.json'), '{ "type": "module" }');
    const model = { name: 'tx_1_4_2', module: 'MCNetfrontTx', expected: 'holds' };
    const script =
      `import { fingerprintOf } from ${JSON.stringify(path.join(copy, 'tlc/fingerprint.js'))};\n` +
      `console.log(await fingerprintOf(${JSON.stringify(root)}, ${JSON.stringify(model)}, ${JSON.stringify({ java, jar })}));`;
    const sum = async (): Promise<string> =>
      (await execa(process.execPath, ['--input-type=module', '--eval', script])).stdout;
    const before = await sum();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await sum()).toBe(before);
    await appendFile(path.join(copy, file), '\n');
    expect(await sum()).not.toBe(before);
  });

  test('is not to be had without the configuration, which is said as everywhere', async () => {
    const file = path.join(root, 'spec', 'models', 'tx_1_4_2.cfg');
    const text = await readFile(file, 'utf8');
    await rm(file);
    await expect(of('tx_1_4_2')).rejects.toThrow(/^the configuration .* cannot be read/);
    await writeFile(file, text);
  });

  test('a new module that would hide one of TLA+ itself makes a difference', async () => {
    const before = await of('tx_1_4_2');
    const file = path.join(root, 'spec', 'models', 'FiniteSets.tla');
    await writeFile(file, '---- MODULE FiniteSets ----\n====\n');
    expect(await of('tx_1_4_2')).not.toBe(before);
    await rm(file);
  });
});
