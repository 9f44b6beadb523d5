import { describe, expect, test } from 'vitest';
import { endingOf } from '../../cli/errors.js';
import { netfront, oneSentence } from '../fixtures/cli/netfront.js';

describe('the command line', () => {
  test('tells its version', async () => {
    expect(await netfront(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
  });

  test('has a help that names the first commands to type', async () => {
    const { status, stdout } = await netfront(['--help']);
    expect(status).toBe(0);
    for (const command of ['check', 'explain', 'traces', 'replay', 'report'])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('netfront explain tx_1_4_1');
    // It is for the tests.
    expect(stdout).not.toContain('--root');
  });

  test('without a command prints the help to stderr and exits 2', async () => {
    const { status, stdout, stderr } = await netfront([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: netfront');
  });

  test.each([
    [['chekc'], "unknown command 'chekc' (Did you mean check?)"],
    [['check', '--worker', '2'], "unknown option '--worker'"],
    [['check', '--jobs', '0'], 'a whole number from 1 to 256'],
    [['conform', '--timeout', '1e9', '--', 'true'], 'a number of seconds from 0.1 to 86400'],
    [['check', '--workers', '2', '--record', 'tx_1_4_1'], 'leave --workers out'],
    [['explain'], "missing required argument 'MODEL'"],
    [['explain', 'tx_1_4_1', '--json', '--mermaid'], 'cannot be used with'],
  ])('%j exits 2 with one sentence', async (args, words) => {
    const { status, stdout, stderr } = await netfront(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(words);
  });
});

describe('an error that nobody foresaw', () => {
  test('asks to be reported, without a stack', () => {
    const { status, sentence } = endingOf(new TypeError('x is not a function'), {});
    expect(status).toBe(2);
    expect(sentence).toContain("x is not a function: this is a mistake of netfront's: please report it");
    expect(sentence).not.toContain('    at ');
  });

  test('is no mistake of netfront’s if the system refused something', () => {
    const { status, sentence } = endingOf(
      Object.assign(new Error("EACCES: permission denied, open 'a file'"), {
        code: 'EACCES',
        syscall: 'open',
      }),
      {},
    );
    expect(status).toBe(2);
    expect(sentence).toBe("EACCES: permission denied, open 'a file': mend that, and run the command again.");
  });

  test('has its stack shown to whoever asks for it', () => {
    expect(endingOf(new TypeError('x'), { NETFRONT_DEBUG: '1' }).sentence).toContain('    at ');
  });
});
