/** Files and streams that results are written to, whatever they are. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mustBeWritable, writeResult } from '../../cli/output-file.js';
import { clock, oneSentence, type Project } from '../fixtures/cli/netfront.js';

const program = path.resolve('dist/bin/main.js');

let project: Project;
beforeAll(async () => {
  project = await clock();
});
afterAll(() => project.remove());

/** Runs a line of the shell in which $N is netfront. */
const sh = async (line: string) => {
  const env = { N: `${process.execPath} ${program} --root ${project.root}`, NO_COLOR: '1' };
  const ran = await execa('bash', ['-c', line], { cwd: project.root, env, reject: false, timeout: 60_000 });
  return { status: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
};

describe.skipIf(process.platform !== 'linux')('a file to be written', () => {
  test.each(['/dev/null', '/dev/zero'])('%s is written through, and stays a device', async (file) => {
    await mustBeWritable(file);
    await writeResult(file, 'text');
    expect((await stat(file)).isCharacterDevice()).toBe(true);
  });

  test('/dev/full is refused with a sentence that says what to do', async () => {
    await expect(writeResult('/dev/full', 'text')).rejects.toThrow(
      /full cannot be written \(.*ENOSPC.*: make room there/,
    );
    expect((await stat('/dev/full')).isCharacterDevice()).toBe(true);
  });

  test.each(['/proc/x', '/proc/x/y/z', '/proc/self/x'])('%s is refused at once', async (file) => {
    await expect(mustBeWritable(file)).rejects.toThrow('cannot be written');
    await expect(writeResult(file, 'text')).rejects.toThrow('cannot be written');
  });

  test('below a file is refused, and the file stays', async () => {
    await writeFile(project.at('file'), 'old');
    await expect(mustBeWritable(project.at('file', 'x'))).rejects.toThrow('cannot be written');
    await expect(mustBeWritable(project.at('spec'))).rejects.toThrow('it is a folder');
    expect(await readFile(project.at('file'), 'utf8')).toBe('old');
  });

  test('in folders that are not there has them made, and nothing else is left', async () => {
    const file = project.at('a', 'b', 'c.json');
    await mustBeWritable(file);
    expect(await readdir(project.at('a', 'b'))).toEqual([]);
    await writeResult(file, 'new');
    expect(await readdir(project.at('a', 'b'))).toEqual(['c.json']);
  });

  test('that is a FIFO goes to its reader, however long the text', async () => {
    const fifo = project.at('fifo');
    execFileSync('mkfifo', [fifo]);
    const reader = execa('sh', ['-c', `sleep 0.3; cat ${fifo}`]);
    const text = 'line\n'.repeat(100_000);
    await mustBeWritable(fifo);
    await writeResult(fifo, text);
    expect((await reader).stdout.length).toBe(text.length - 1);
    expect((await lstat(fifo)).isFIFO()).toBe(true);
  });

  test('that is a FIFO which nobody reads is refused', async () => {
    await expect(writeResult(project.at('fifo'), 'text')).rejects.toThrow('nobody reads from it');
  });

  test('that is a link to a file has the file replaced', async () => {
    await writeFile(project.at('target'), 'old');
    await symlink('target', project.at('link'));
    await writeResult(project.at('link'), 'new');
    expect(await readFile(project.at('target'), 'utf8')).toBe('new');
    expect((await lstat(project.at('link'))).isSymbolicLink()).toBe(true);
  });

  test.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('%s is our stdout', async (file) => {
    const wanted = await sh(`$N check tick --json ${file} >out; echo $?; cat out`);
    expect(wanted.stdout).toMatch(/^0\n\{[\s\S]*"name": "tick"[\s\S]*\}\nmodel +/);
    expect((await stat(file)).isFile()).toBe(false);
  });

  test('on a full disk leaves the old one as it was', async () => {
    const disk = project.at('disk');
    await mkdir(disk);
    if ((await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk], { reject: false })).failed)
      return; // only root has small disks to fill
    try {
      const file = path.join(disk, 'result');
      await writeResult(file, 'old');
      await expect(writeResult(file, 'x'.repeat(100_000))).rejects.toThrow('make room there');
      expect(await readFile(file, 'utf8')).toBe('old');
      expect(await readdir(disk)).toEqual(['result']);
    } finally {
      await execa('umount', [disk]);
    }
  });
});

describe.skipIf(!existsSync('/dev/full'))('stdout', () => {
  const trace = path.resolve('traces/valid/tx/batch-is-notified-once.ndjson');
  test.each(['--version', '--help', 'report build/report.json', 'check tick', `replay ${trace}`])(
    'that is full: %s exits 2 with a sentence',
    async (args) => {
      await mkdir(project.at('build'), { recursive: true });
      const report = { version: 1, models: [], graphs: [], conformance: [] };
      await writeFile(project.at('build/report.json'), JSON.stringify(report));
      const { status, stderr } = await sh(`$N ${args} >/dev/full`);
      expect(status).toBe(2);
      expect(stderr.split('\n').at(-1)).toMatch(oneSentence);
      expect(stderr).toContain('The result cannot be written');
    },
  );

  test('whose reader goes away is no error', async () => {
    expect(await sh('$N check --help | head -1; echo ${PIPESTATUS[0]}')).toMatchObject({
      stdout: expect.stringMatching(/^Usage: .*\n0$/),
      stderr: '',
    });
    for (const args of ['check tick', `replay ${trace} ${trace}`])
      expect(await sh(`$N ${args} 2>&1 | true; echo \${PIPESTATUS[0]}`)).toMatchObject({ stdout: '0' });
  });

  test('that is closed, or full together with stderr, ends in no crash', async () => {
    expect(await sh('$N --version >&-; echo $?')).toMatchObject({ stdout: '0', stderr: '' });
    expect(await sh('$N --version >/dev/full 2>/dev/full; echo $?')).toMatchObject({ stdout: '2' });
    expect(await sh('$N nonsense 2>/dev/full; echo $?')).toMatchObject({ stdout: '2' });
    expect(await sh('$N nonsense 2>&-; echo $?')).toMatchObject({ stdout: '2' });
  });
});
