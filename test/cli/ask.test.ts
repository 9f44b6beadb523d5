import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../tlc/config.js';
import { clock, netfront, oneSentence, type Project, type Ran } from '../fixtures/cli/netfront.js';

// Questions to the clock, which has a model for each kind of verdict, and bad input to the modules of netfront.

let project: Project;
const ask = (...args: string[]): Promise<Ran> => project.run('ask', 'Tick', ...args);

beforeAll(async () => {
  project = await clock();
});
afterAll(() => project.remove());

describe('netfront ask', () => {
  test('says that a question holds, of how many states, and what was checked', async () => {
    expect(await ask('--set', 'Hours=7')).toMatchObject({
      status: 0,
      stdout:
        'Tick like tick with Hours = 7: it holds. All 7 reachable states were looked at.\nChecked: IsHour.',
      stderr: 'Hours is larger than in tick, which has 4 states. If this takes too long: --for 60s ends it.',
    });
  });

  test('explains what is violated as netfront explain does', async () => {
    const { status, stdout } = await ask('--set', 'Hours=3', '--property', 'NeverTwo');
    expect(status).toBe(1);
    const [title, ...rest] = stdout.split('\n');
    expect(title).toBe('Tick like tick with Hours = 3: NeverTwo is violated');
    const explained = (await project.run('explain', 'tick_two')).stdout.split('\n');
    expect(explained[0]).toBe('tick_two: NeverTwo is violated');
    // Its second line is what the manifest says of the model.
    expect(rest).toEqual(explained.slice(2));
    expect(rest[0]).toBe('R1: The second hour comes.');
  });

  test('makes a table of several values: the smallest counterexample first, and what is no model last', async () => {
    const { status, stdout } = await ask('--set', 'Hours=0,1,4', 'Sticks=true', '--jobs', '1');
    expect(status).toBe(1);
    const lines = stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines).toEqual([
      'Hours Sticks verdict steps states seconds',
      expect.stringMatching(/^1 TRUE it deadlocks 1 1 [\d.]+$/),
      expect.stringMatching(/^4 TRUE it deadlocks 4 4 [\d.]+$/),
      '0 TRUE no model: HoursAreThere is false',
      '',
      'To see how, of the first: netfront ask Tick --like tick --set Hours=1 --set Sticks=TRUE',
    ]);
  });

  test('knows a temporal property from an invariant', async () => {
    const { status, stdout } = await ask('--property', 'Stops', 'IsHour');
    expect(status).toBe(1);
    expect(stdout).toContain('Tick like tick: Stops is violated');
  });

  test('never says «holds» where the time was up', async () => {
    const { status, stdout } = await ask('--set', 'Hours=2000000000', '--for', '2s');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Tick like tick with Hours = 2000000000: none found in [\d,]{5,} states \(\d[\d.]* s\)\. There are states that were not looked at/,
    );
    expect(stdout).not.toContain('holds');
  });

  test('lists constants: what they mean, what they may be, and which models set them', async () => {
    const { status, stdout } = await ask('--list');
    expect(status).toBe(0);
    expect(stdout).toContain('\nHours\n    how many there are\n    must be: Hours > 0\n    4 in tick');
    const tx = await netfront(['ask', 'NetfrontTx', '--list']);
    expect(tx.stdout).toMatch(/^ {4}"early_free": frees a block when its request is written$/m);
    expect(tx.stdout).toMatch(/^ {4}"counter" in tx_counter_in_order, tx_counter$/m);
  });

  test('saves a question as a model, which check then finds as expected', async () => {
    const saved = await ask('--set', 'Hours=3', '--property', 'NeverTwo', '--save', 'tick_again');
    expect(saved.status).toBe(1);
    const text = await readFile(project.at('spec/models/tick_again.cfg'), 'utf8');
    expect(text.split('\n')[0]).toBe('\\* Expected: NeverTwo is violated.  As tick, with Hours = 3.');
    expect(await project.run('check', 'tick_again')).toMatchObject({ status: 0 });
    const twice = await ask('--save', 'tick_again');
    expect(twice).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('There is a model tick_again'),
    });
  });
});

describe('a path in place of a name', () => {
  test('is checked and explained, and what it expects is what its first line says', async () => {
    const text = await readFile(project.at('spec/models/tick_two.cfg'), 'utf8');
    await writeFile(project.at('mine.cfg'), text.replace(/^.*\n/, '\\* Holds.\n'));
    const checked = await project.run('check', 'mine.cfg');
    expect(checked.status).toBe(1);
    expect(checked.stderr).toContain('mine.cfg is taken for a model of Tick.');
    expect(checked.stdout).toContain('To see how: netfront explain mine.cfg');
    await writeFile(project.at('mine.cfg'), text.replace(/^.*\n/, '\\* Expected: NeverTwo is violated.\n'));
    const explained = await project.run('explain', 'mine.cfg');
    expect(explained.status).toBe(0);
    expect(explained.stdout.split('\n')[0]).toBe('mine: NeverTwo is violated');
  });

  test('of a model is that model', async () => {
    expect(await project.run('check', 'spec/models/tick.cfg')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('tick holds, as expected'),
    });
  });

  test.each([
    [
      'SPECIFICATION Spec\nCONSTANTS\n  Hours = 4\n  Stick = TRUE\n',
      'mine.cfg:4:3: Tick has no constant Stick: did you mean Sticks?',
    ],
    ['SPECIFICATION Spec\nCONSTANTS\n  Hours = 4\n', 'mine.cfg: Tick needs a value for Sticks.'],
    ['SPECIFICATION Spec\nCONSTANTS\n  Hours 4\n', 'mine.cfg:3:9: = or <- is missing behind Hours.'],
    [
      'SPECIFICATION Spec\nINVARIENTS\n  IsHour\n',
      'mine.cfg:2:1: INVARIENTS is no keyword of a configuration: did you mean INVARIANTS?',
    ],
    [
      'SPECIFICATION Spec\nCONSTANTS\n  Hours = 4\n  Sticks = FALSE\nINVARIANTS\n  IsHuor\n',
      'mine.cfg:6:3: Tick has no property IsHuor: did you mean IsHour?',
    ],
  ])('is refused with line and column: %j', async (text, sentence) => {
    await writeFile(project.at('mine.cfg'), text);
    for (const command of ['check', 'explain'])
      expect(await project.run(command, 'mine.cfg')).toEqual({
        status: 2,
        stdout: '',
        stderr: `netfront: ${sentence}`,
      });
    await rm(project.at('mine.cfg'));
  });

  test('that does not exist', async () => {
    const { status, stderr } = await project.run('check', 'none.cfg');
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(oneSentence) });
  });
});

describe('each of these is refused with a sentence before TLC runs', () => {
  const many = Array.from({ length: 1001 }, (_, i) => i + 1).join();
  test.each([
    [['NetfronTx'], 'did you mean NetfrontTx?'],
    [['NetfrontTx', '--set', 'Id=2'], 'netfront: NetfrontTx has no constant Id: did you mean Ids?'],
    [['NetfrontTx', '--set', 'First=-1'], '--set First=-1: a .cfg can have no negative number'],
    [['NetfrontTx', '--set', 'Page={0,-1}'], 'a .cfg can have no negative number'],
    [['NetfrontTx', '--property', 'Init'], 'NetfrontTx has no property Init, only a definition'],
    [['NetfrontTx', '--property', 'TxFill'], 'NetfrontTx has no property TxFill'],
    [['NetfrontTx', '--set', 'N=two'], 'The constant N is a whole number, and two is not.'],
    [['NetfrontTx', '--set', 'OutOfOrder=2'], 'The constant OutOfOrder is TRUE or FALSE, and 2 is not.'],
    [['NetfrontTx', '--set', 'Block={0,a}'], 'The constant Block is a set, and each element a whole number'],
    [['NetfrontTx', '--set', 'Block={0'], '--set Block={0: '],
    [['NetfrontTx', '--set', 'IdScheme=conter'], 'did you mean "counter"?'],
    [['NetfrontTx', '--set', 'N'], 'it has to be NAME=VALUE'],
    [['NetfrontTx', '--set', 'N='], 'the value is missing'],
    [['RxPackets', '--set', 'Packets=ShortPacket'], 'did you mean ShortPackets?'],
    [
      ['NetfrontTx', '--property', 'BufferStabel'],
      'has no property BufferStabel: did you mean BufferStable?',
    ],
    [['NetfrontTx', '--like', 'tx_1_4_3'], 'has no model tx_1_4_3: did you mean tx_1_4_'],
    [['NetfrontTx', '--set', `Ids=${many}`], 'That is 1001 questions, and a sweep has at most 1000'],
    [['NetfrontTx', '--set', 'Ids=1,2', '--save', 'tx_mine'], '--save takes one question'],
    [['NetfrontTx', '--save', '../tx'], 'A model cannot be called ../tx'],
    [['NetfrontTx', '--for', '0s'], 'It must be a time from 1s'],
    [['NetfrontTx', '--list', '--set', 'N=1'], '--list'],
  ])('%j', async (args, said) => {
    const { status, stdout, stderr } = await netfront(['ask', ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(said);
  });
});

test('an ASSUME that is false is named, with what it says of the constants that were chosen', async () => {
  expect(await ask('--set', 'Hours=0')).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'netfront: Tick like tick with Hours = 0 is no model: Tick assumes HoursAreThere, which is false and says that ' +
      'Hours > 0.',
  });
});

test.each([
  // The other conditions of both are true of these constants, or come later.
  ['M=3', 'SharedRing assumes SizesMakeSense, which is false and says that M % N = 0.'],
  ['N=3', 'SharedRing assumes SizesMakeSense, which is false and says that \\E k \\in 0..8 : N = 2^k.'],
  [
    'BlocksPerPage=3',
    'NetfrontTx assumes NetfrontTxConstants, which is false and says that BlocksPerPage \\in 1..2.',
  ],
])('of the conditions of an ASSUME the false one is named: %s', async (set, said) => {
  const { status, stderr } = await netfront(['ask', 'NetfrontTx', '--like', 'tx_1_4_2', '--set', set]);
  expect(stderr.split('\n').at(-1)).toBe(
    `netfront: NetfrontTx like tx_1_4_2 with ${set.replace('=', ' = ')} is no model: ${said}`,
  );
  expect(status).toBe(2);
});

test('equal values of a sweep are one question', async () => {
  const { status, stdout } = await ask('--set', 'Hours=4,4', '--set', 'Hours=4');
  expect(status).toBe(0);
  expect(stdout).toContain('Tick like tick with Hours = 4: it holds.');
});

describe('netfront models', () => {
  test('finds models by what they show, properties, and faults', async () => {
    const { status, stdout } = await netfront(['models', 'final', 'CHECK']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ring_no_final_check +Ring +NothingMissed +2,032 +The front sleeps without/m);
    expect(stdout).toMatch(/^no_final_check +Ring +/m);
    expect(stdout).not.toContain('tx_1_4_1');
    expect((await netfront(['models', 'P2', 'BufferStable'])).stdout).toMatch(
      /^P2 BufferStable, TxBufferStable +What the backend reads/m,
    );
  });

  test('has nothing to show where a word stands nowhere', async () => {
    const { status, stderr } = await netfront(['models', 'zebra']);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(oneSentence) });
  });
});

test('netfront explain of a model that holds names the runs into the corners of its module', async () => {
  const { status, stdout } = await project.run('explain', 'tick');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^tick holds: there is no counterexample to explain\. All 4 reachable states/);
  expect(stdout).toMatch(/^netfront explain tick_two +The second hour comes\.$/m);
});

test('a mistake in a configuration has a line and a column', () => {
  expect(() => parseConfig('CONSTANTS\n  P = {0, 1\n', 'a.cfg')).toThrow(
    'a.cfg:2:7: the bracket { is not closed',
  );
  expect(() => parseConfig('CONSTANTS\n  P = {0, 1,}\n', 'a.cfg')).toThrow(
    'a.cfg:2:13: a value is missing here',
  );
  expect(() => parseConfig('CONSTANTS\n  N = 1\n  N = 2\n', 'a.cfg')).toThrow(
    'a.cfg:3:3: N has a value already, in line 2',
  );
});
