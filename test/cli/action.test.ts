/** What action.yml runs, with the variables set that GitHub sets. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readVersions } from '../../conform/versions.js';
import { clock, netfront, type Ran } from '../fixtures/cli/netfront.js';

const root = path.resolve('.');
const c = path.resolve('ports/c');
const { failed: hasNoC } = await execa('make', ['-s', '-C', c, 'toolchain'], { reject: false });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-action-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);
const read = (name: string): Promise<string> => readFile(at(name), 'utf8');

const action = (inputs: Record<string, string>, ...options: string[]): Promise<Ran> =>
  netfront([...options, 'action'], {
    cwd: folder,
    env: {
      ...{ GITHUB_WORKSPACE: folder, GITHUB_STEP_SUMMARY: at('summary.md'), GITHUB_OUTPUT: at('output') },
      ...inputs,
    },
  });

describe('the action', () => {
  test('hands each of its inputs on, and runs the program of the package', async () => {
    const yaml = await readFile('action.yml', 'utf8');
    const inputs = [...yaml.split('\noutputs:')[0]!.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name!);
    expect(inputs).toEqual(['driver', 'check', 'options', 'reports']);
    const source = await readFile('cli/action.ts', 'utf8');
    for (const name of inputs) {
      expect(yaml).toContain(`INPUT_${name.toUpperCase()}: \${{ inputs.${name} }}`);
      expect(source).toContain(`env.INPUT_${name.toUpperCase()}`);
    }
    const [, program] = /node "\$GITHUB_ACTION_PATH\/(\S+)" action/.exec(yaml)!;
    const { bin } = JSON.parse(await readFile('package.json', 'utf8')) as { bin: { netfront: string } };
    expect(path.normalize(program!)).toBe(path.normalize(bin.netfront));
    // Without its devDependencies it cannot be built, and a job may have set NODE_ENV to production.
    expect(yaml).toMatch(/run: npm ci\b.* --include=dev && npm run .*build$/m);
  });

  test.runIf(!hasNoC)('tells a sound driver in C from one with a fault', async () => {
    await execa('make', ['-s', '-C', c, 'build/driver', 'build/faults/no-final-check']);
    const options = { INPUT_OPTIONS: '--case tx/final-check tx/out-of-order --jobs 1 --json out.json' };
    const sound = await action({ ...options, INPUT_DRIVER: `${c}/build/driver` });
    expect(sound).toMatchObject({ status: 0, stderr: '' });
    expect(sound.stdout).not.toContain('::error');
    expect(await read('summary.md')).toMatch(/ok {2}netfront in C: 2 cases passed/);
    const { versions } = await readVersions('traces');
    const { version } = versions.at(-1)!;
    expect(sound.stdout).toContain(`\nCorpus version ${version}.\n`);
    expect(await read('summary.md')).toContain(`\nCorpus version ${version}.\n`);
    expect(await read('netfront-reports/conform.xml')).toContain(
      `<property name="corpus" value="${version}"/>`,
    );
    expect(JSON.parse(await read('out.json'))).toMatchObject({
      corpus: String(version),
      cases: [
        { name: 'tx/out-of-order', since: 1 },
        { name: 'tx/final-check', since: 1 },
      ],
    });
    expect(await read('output')).toBe(
      'junit=netfront-reports/conform.xml\nsarif=netfront-reports/conform.sarif\n',
    );

    await rm(at('summary.md'));
    const faulty = await action({ ...options, INPUT_DRIVER: `${c}/build/faults/no-final-check` });
    expect(faulty.status).toBe(1);
    expect(faulty.stdout).toContain(`::error file=${root}/spec/Ring.tla,line=`);
    expect(await read('summary.md')).toMatch(
      /NOT ok {2}netfront in C: 1 case failed of 2[\s\S]*\| tx \| 2 \| 1 \| 1 \|[\s\S]*NOT ok {2}tx\/final-check\n {2}steps /,
    );
    expect(await read('netfront-reports/conform.xml')).toContain('<failure');
    expect(await read('netfront-reports/conform.sarif')).toContain('"ruleId": "P16"');
  });

  test('checks a model of the repository', async () => {
    const config = await readFile('spec/models/tx_1_4_1_ids.cfg', 'utf8');
    await writeFile(at('my.cfg'), config.replace(/^.*\n/, '\\* Mine.\n'));
    const { status, stdout } = await action({ INPUT_CHECK: 'my.cfg' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=my\.cfg,line=\d+,title=P1 UniqueOutstandingId%3A my::/m);
    expect(await read('summary.md')).toContain('| my | holds | UniqueOutstandingId |');
    expect(await read('netfront-reports/check.sarif')).toContain('"uri": "my.cfg"');
  });

  test('works on the project that --root names', async () => {
    const project = await clock();
    try {
      const { status, stdout } = await action({ INPUT_CHECK: 'tick' }, '--root', project.root);
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('tick holds') });
    } finally {
      await project.remove();
    }
  });

  test('names as outputs the files that it has written, and no others', async () => {
    await mkdir(at('netfront-reports'));
    await writeFile(at('netfront-reports/conform.sarif'), 'of an earlier step');
    const driver = path.resolve('test/fixtures/drivers/impl.mjs');
    const misspelt = { INPUT_OPTIONS: '--cases tx', INPUT_DRIVER: `${process.execPath} ${driver}` };
    expect((await action(misspelt)).status).toBe(2);
    await expect(read('output')).rejects.toThrow('ENOENT');

    expect((await action({ INPUT_DRIVER: './there-is-none' })).status).toBe(2);
    expect(await read('output')).toBe(
      'junit=netfront-reports/conform.xml\nsarif=netfront-reports/conform.sarif\n',
    );
    expect(await read('netfront-reports/conform.xml')).toContain('there-is-none');
  });

  test.each([
    [{}, 'neither were given'],
    [{ INPUT_DRIVER: 'a', INPUT_CHECK: 'b' }, 'both were given'],
    [{ INPUT_DRIVER: './there-is-none' }, 'there-is-none'],
    [{ INPUT_CHECK: 'there-is-none.cfg' }, 'There is no file there-is-none.cfg'],
  ] as [Record<string, string>, string][])(
    '%j: one sentence, as an annotation too',
    async (inputs, sentence) => {
      const { status, stdout, stderr } = await action(inputs);
      expect(status).toBe(2);
      expect(stderr).toContain(sentence);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stdout).toMatch(/^::error title=netfront::/);
      expect(stdout).toContain(sentence);
    },
  );
});
