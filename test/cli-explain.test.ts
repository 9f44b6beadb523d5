import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closing } from '../cli/explain/closing.js';
import { drawing } from '../cli/explain/ring.js';
import { Sizes } from '../cli/explain/values.js';
import type { State, Value } from '../tlc/index.js';
import { clock, netfront, type Project } from './fixtures/cli/netfront.js';

const lines = (text: string): readonly string[] => text.split('\n');

describe('netfront explain tx_1_4_1', () => {
  test('tells the story of MSA00 and ends with what went wrong', async () => {
    const { status, stdout } = await netfront(['explain', 'tx_1_4_1']);
    expect(status).toBe(0);
    expect(lines(stdout).at(-1)).toBe(
      "Step 16: the backend reads block 1 for the request that promised frame A and finds frame B: another recipient's data is sent.",
    );
    expect(stdout).toMatch(
      /^ +5 +front +TxEnqueue +ring\[0\] := request id 0 gref 0 offset 1 size A +\[req 0 A\|req 0 A\]$/m,
    );
    expect(stdout).toMatch(/^ +6 +front +TxPushRequests +req_prod 3 -> 1 /m);
    expect(stdout).toMatch(/^ +15 +front +TxFill\(B\) +block 1 := frame B /m);
    expect(stdout).toContain('|rsp 0 ERROR]');
    expect(
      Math.max(
        ...lines(stdout)
          .slice(0, -1)
          .filter((line) => !line.startsWith('P2:'))
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(120);
  });

  test('draws a sequence diagram', async () => {
    const { status, stdout } = await netfront(['explain', 'tx_1_4_1', '--mermaid']);
    expect(status).toBe(0);
    const drawn = lines(stdout);
    expect(drawn[0]).toBe('sequenceDiagram');
    expect(drawn.slice(1, 4)).toEqual(['  participant front', '  participant ring', '  participant back']);
    for (const line of drawn.slice(4))
      expect(line).toMatch(
        /^ {2}(Note over front,back|(front|ring|back)(->>|-->>|-\))(front|ring|back)): [^#;]+$/,
      );
    expect(drawn.at(-1)).toContain('Note over front,back: Step 16: the backend reads block 1');
    expect(drawn).toContain('  front-)back: event');
  });
});

test('netfront explain tx_1_4_1_ids names the two requests that share an id', async () => {
  const { stdout } = await netfront(['explain', 'tx_1_4_1_ids']);
  expect(lines(stdout).at(-1)).toBe(
    'Step 5: the request for block 0 (frame A, in slot 1) and the request for block 1 (frame A, in slot 0) ' +
      'both wait for a response and both have id 0: one response will speak for both.',
  );
});

test('netfront explain tx_reach_ring_full says what was reached, also as JSON', async () => {
  const { status, stdout } = await netfront(['explain', 'tx_reach_ring_full', '--json']);
  expect(status).toBe(0);
  const told = JSON.parse(stdout) as { steps: unknown[] };
  expect(told).toMatchObject({ version: 1, model: 'tx_reach_ring_full', verdict: 'NeverRingFull' });
  expect(told).toMatchObject({
    sentence: expect.stringMatching(/^Step 5: reached: the ring can be full while a block is free/),
  });
  expect(told.steps[4]).toMatchObject({
    step: 5,
    actor: 'front',
    action: 'TxEnqueue',
    slots: '[req 1 A|req 0 A]',
  });
});

describe('netfront explain, of the ring itself', () => {
  test('marks where the loop begins, and says what goes round in it', async () => {
    const { status, stdout } = await netfront(['explain', 'ring_less_than']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ +15 +front +FrontReadRspProd .*\nloop /m);
    expect(stdout).toContain('req is a request, rsp a response,');
    expect(lines(stdout).at(-1)).toBe(
      'Step 17: from here back to step 15 (FrontReadRspProd), and so on for ever: 1 response on the ring, ' +
        'and the front looks and consumes none.',
    );
  });

  test('says who sleeps where nothing happens any more', async () => {
    const { stdout } = await netfront(['explain', 'ring_no_final_check_back']);
    expect(lines(stdout).at(-1)).toBe(
      'Step 24: from here on nothing happens any more: 2 requests on the ring, and the back sleeps.',
    );
  });

  test("an event that nobody sent is Xen's, and a note in the diagram", async () => {
    const { stdout } = await netfront(['explain', 'ring_signed_notify', '--mermaid']);
    expect(stdout).toContain('  Note over front: 2 SpuriousEventToFront');
    expect(stdout).not.toContain('back-)front: event');
    expect(lines(stdout).at(-1)).toContain(
      'the back is notified: it waits for index 0, and nothing was published.',
    );
  });
});

describe('other kinds of verdict', () => {
  let project: Project;
  beforeAll(async () => {
    project = await clock();
  });
  afterAll(() => project.remove());

  test('a model that holds has no counterexample', async () => {
    expect(await project.run('explain', 'tick')).toEqual({
      status: 0,
      stdout: 'tick holds: there is no counterexample to explain.',
      stderr: '',
    });
  });

  test('a lasso has the step marked to which it goes back', async () => {
    const { stdout } = await project.run('explain', 'tick_round');
    expect(stdout).toMatch(/^ +1 +the initial state\nloop$/m);
    expect(lines(stdout).at(-1)).toBe(
      'Step 3: from here back to step 1 (Next), and so on for ever: property Stops is violated.',
    );
    const { stdout: drawn } = await project.run('explain', 'tick_round', '--mermaid');
    expect(drawn).toContain('Note over front,back: the loop begins here');
  });

  test('a deadlock is called one', async () => {
    const { stdout } = await project.run('explain', 'tick_sticks');
    expect(lines(stdout).at(-1)).toBe('Step 2: deadlock: no action is possible in this state.');
  });

  test('a verdict that is not the expected one is explained all the same, and exits 1', async () => {
    await project.edit('spec/models/manifest.json', (text) => text.replace('"NeverTwo"', '"holds"'));
    const { status, stdout, stderr } = await project.run('explain', 'tick_two');
    expect(status).toBe(1);
    expect(stdout).toContain('Step 3: reached: the second hour comes.');
    expect(stderr).toContain('expected it holds, found that NeverTwo is violated');
  });
});

/** A state of NetfrontTx with nothing in flight, in which some variables are others. */
const state = (changes: Record<string, Value>): State => ({
  ...{ req_prod: 3, rsp_prod: 3, req_prod_pvt: 3, rsp_cons: 3, rsp_prod_pvt: 3, req_cons: 3, rspSeen: 3 },
  ring: map([0, { kind: 'empty' }], [1, { kind: 'empty' }]),
  contents: map([0, '-'], [1, '-']),
  granted: map([0, 0]),
  mapped: map([0, 0]),
  inFlight: map([0, []], [1, []]),
  ...{ pool: [0, 1], taken: [], filling: -1, done: { block: -1, status: 'OKAY' } },
  ...changes,
});

const map = (...pairs: [Value, Value][]): Value => ({ '#map': pairs });
const request = (id: number, offset: number): Value => ({ kind: 'request', id, gref: 0, offset, size: 'A' });
const constants = { N: 2, M: 4, BlocksPerPage: 2 };

const sentence = (property: string, changes: Record<string, Value>): string =>
  closing(property, { trace: [{ index: 9, action: 'TxRelease', state: state(changes) }], constants });

describe('the closing sentence of the ring itself', () => {
  const ring = { taker: 'asleep', poller: 'asleep', frontPending: false, backPending: false };

  test('says which end sleeps on what', () => {
    expect(sentence('NoLostWakeUp', { ...ring, rsp_prod: 0 })).toBe(
      'Step 9: the front sleeps while a response waits for it, and no event is on its way.',
    );
    expect(sentence('NoLostWakeUp', { ...ring, req_prod: 0 })).toBe(
      'Step 9: the back sleeps while a request waits for it, and no event is on its way.',
    );
  });

  test('says which slot was written over', () => {
    const slots = map([0, { kind: 'request' }], [1, { kind: 'request' }]);
    expect(sentence('SlotsAsIndexed', { ring: slots, rsp_prod_pvt: 0 })).toBe(
      'Step 9: slot 1 should hold a response, and does not: it was written over.',
    );
  });

  test('says who was not notified of what', () => {
    const before = state({ ...ring, rsp_event: 0, rspChecked: 3, rsp_prod: 1 });
    const trace = [
      { index: 8, action: 'BackPushResponses', state: before },
      { index: 9, action: 'BackCheckNotify', state: { ...before, rspChecked: 1 } },
    ];
    expect(closing('NotifyExact', { trace, constants })).toBe(
      'Step 9: the front is not notified: it waits for index 0, and those after 3 and up to 1 were published.',
    );
  });

  test('says what the application was given in place of what the backend put in', () => {
    expect(sentence('RxRefinesChannel', { delivered: { size: 'A', got: 'B' } })).toContain(
      'the application is given frame B where the response promised A',
    );
  });
});

describe('the closing sentence', () => {
  test.each<[string, Record<string, Value>, string]>([
    [
      'BufferStable',
      { taken: [{ id: 0, gref: 0, offset: 0, size: 'A', got: '-' }] },
      'the backend reads block 0 for the request that promised frame A and finds no frame: what the page held before is sent.',
    ],
    [
      'BufferStable',
      {
        granted: map([0, 0], [1, 1]),
        taken: [
          { id: 0, gref: 0, offset: 0, size: 'A', got: 'A' },
          { id: 1, gref: 1, offset: 1, size: 'A', got: 'B' },
        ],
      },
      "the backend reads block 3 for the request that promised frame A and finds frame B: another recipient's data is sent.",
    ],
    [
      'NoReuseBeforeResponse',
      { pool: [0], req_prod_pvt: 0, ring: map([0, { kind: 'empty' }], [1, request(1, 0)]) },
      'block 0 is free again while the request for block 0 (frame A, in slot 1) still waits for its response.',
    ],
    [
      'NoReuseBeforeResponse',
      { pool: [], filling: 1, taken: [{ id: 1, gref: 0, offset: 1, size: 'A', got: '?' }] },
      'block 1 is being filled again while the request for block 1 (frame A, taken by the backend) still waits for its response.',
    ],
    [
      'NoFreeWhileMapped',
      { granted: map([0, -1]), mapped: map([0, 1]) },
      'the frontend has taken gref 0 back while the backend has its page mapped: whoever owns the page next shares it with the backend.',
    ],
    [
      'LinearOwnership',
      { pool: [0, 0, 1], filling: 0 },
      'block 0 has 3 owners (the pool twice, the sender): two frames will be written over each other.',
    ],
    ['Conservation', { pool: [0] }, 'block 1 belongs to nobody: the pool will never have it back.'],
    [
      'RingBound',
      { req_prod_pvt: 2 },
      'the frontend has 3 requests on a ring of 2 slots: the last one was written over slot 1, which was still in use.',
    ],
    [
      'TxResponseBound',
      { rspSeen: 0 },
      'the frontend believes rsp_prod 0, which promises 1 response, while req_prod 3 allows 0: it will read a response to a request it never made.',
    ],
    [
      'IdHeldOnce',
      { inFlight: map([0, [1, 0]], [1, []]) },
      'the frontend has blocks 1 and 0 in flight under id 0: no response can tell which it is for.',
    ],
    ['SomethingElse', {}, 'property SomethingElse is violated in this state.'],
    // A state that does not show what it should is described no further.
    ['BufferStable', {}, 'property BufferStable is violated in this state.'],
  ])('of %s', (property, changes, expected) => {
    expect(sentence(property, changes)).toBe(`Step 9: ${expected}`);
  });
});

describe('the ring drawn', () => {
  test('has one line for all indices while they are one', () => {
    expect(drawing(state({}), new Sizes(constants))).toBe('[-|-]\n3 all indices');
  });

  test('has the indices in the order in which they stand, across the wrap', () => {
    const now = state({ req_prod_pvt: 1, req_prod: 0, ring: map([0, request(1, 1)], [1, request(0, 0)]) });
    expect(drawing(now, new Sizes(constants))).toBe(
      '[req 1 A|req 0 A]\n3 rsp_cons rsp_prod req_cons\n0 req_prod\n1 req_prod_pvt',
    );
  });
});
