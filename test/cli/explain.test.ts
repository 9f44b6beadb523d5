import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ringWords } from '../../replay/modules/ring/words.js';
import { rxWords } from '../../replay/modules/rx/words.js';
import { txWords } from '../../replay/modules/tx/words.js';
import { txrxWords } from '../../replay/modules/txrx/words.js';
import type { State, Value } from '../../tlc/index.js';
import type { Words } from '../../replay/words/words.js';
import { clock, netfront, type Project } from '../fixtures/cli/netfront.js';
import { closing, never } from '../fixtures/cli/sentences.js';

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

describe('of the receive ring', () => {
  test('netfront explain rx_1_4_1_mutated speaks of pages, and says what the application sees', async () => {
    const { status, stdout } = await netfront(['explain', 'rx_1_4_1_mutated']);
    expect(status).toBe(0);
    expect(stdout).toContain('req 0 is a request with id 0, rsp 0 A the response to id 0');
    expect(stdout).toMatch(/^ +id 0 in flight for pages 0 and 1 /m);
    expect(stdout).toMatch(/^ +15 +front +RxDeliver +the application is given no frame for a /m);
    expect(stdout).not.toContain('block');
    expect(lines(stdout).at(-1)).toBe(
      'Step 16: page 1 had no frame in it when the application was given it, and has frame A now: ' +
        'what the application reads changes under its eyes.',
    );
  });

  test('netfront explain rx_leak_on_error_starves says what never comes about', async () => {
    const { status, stdout } = await netfront(['explain', 'rx_leak_on_error_starves']);
    expect(status).toBe(0);
    expect(lines(stdout).at(-1)).toBe(
      'Step 21: from here on nothing happens any more: no page is posted, and none is free to be: ' +
        'the backend has nowhere to put a frame.',
    );
  });
});

describe('of both rings', () => {
  test('netfront explain txrx_event_taken_by_one draws both, and says on which something is wrong', async () => {
    const { status, stdout } = await netfront(['explain', 'txrx_event_taken_by_one']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ +3 +front +TxEnqueue +ring\[0\] := request id 0 .* TX \[req 0 A\]$/m);
    expect(stdout).toMatch(
      /^ +6 +back +TxBackRespond\(1,ERROR\) +event to the front .* TX \[rsp 0 ERROR\]$/m,
    );
    expect(stdout).toMatch(/^ +RX \[-\]$/m);
    expect(stdout).not.toMatch(/\b[tr]x_(req|rsp|pool|poller)/);
    expect(lines(stdout).at(-1)).toMatch(/^Step 7: on the TX ring, the frontend sleeps on 1 response, /);
  });

  test('a step of neither ring says what became of each', async () => {
    const { stdout } = await netfront(['explain', 'txrx_reach_one_event', '--json']);
    const { steps } = JSON.parse(stdout) as { steps: { slots: string; changes: string[] }[] };
    expect(steps.at(-1)!.slots).toMatch(/^TX \[rsp 0 \w+\] RX \[rsp 0 \w+\]$/);
  });
});

describe('netfront explain of a model of memory order', () => {
  test('tells what was issued, what was performed ahead of what, and what was found in the slot', async () => {
    const { status, stdout } = await netfront(['explain', 'ring_weak_no_back_push_wmb']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^ +\d+ +back +BackPushResponses +issues rwmb, store rsp_prod := 1, mb, load +\[/m,
    );
    expect(stdout).toMatch(/ BackStoreArrives +performs store rsp_prod := 1, ahead of store +\[/);
    expect(stdout).toMatch(/ FrontLoadReturns +performs load ring\[0\] /);
    expect(lines(stdout).at(-1)).toBe(
      'Step 19: the front takes slot 0 for response 0 and finds request id 0 there: ' +
        'it saw that rsp_prod is 1 before it saw the response.',
    );
  });

  test('says of a lost wake-up who looked before what had arrived', async () => {
    const { status, stdout } = await netfront(['explain', 'ring_weak_no_back_final_mb_tso', '--mermaid']);
    expect(status).toBe(0);
    expect(stdout).toContain('BackLoadReturns<br/>performs load req_prod, ahead of store req_event :');
    expect(lines(stdout).at(-1)).toContain(
      'Step 31: the back sleeps at req_cons 1 while req_prod is 2, and no event is on its way',
    );
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
    expect(stdout).toMatch(/^ +24 .*\nloop /m);
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
      stdout: expect.stringMatching(
        /^tick holds: there is no counterexample to explain\. All 4 reachable states were looked at\.\n\nThe shortest runs into the corners of Tick:\n[^]*netfront explain tick_two/,
      ),
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

const sentence = (words: Words, property: string, changes: Record<string, Value>): string =>
  closing(words, property, { trace: [{ index: 9, action: 'TxRelease', state: state(changes) }], constants });

describe('the closing sentence of the ring itself', () => {
  const ring = { taker: 'asleep', poller: 'asleep', frontPending: false, backPending: false };

  test('says which end sleeps on what', () => {
    expect(sentence(ringWords, 'NoLostWakeUp', { ...ring, rsp_prod: 0 })).toBe(
      'Step 9: the front sleeps while a response waits for it, and no event is on its way.',
    );
    expect(sentence(ringWords, 'NoLostWakeUp', { ...ring, req_prod: 0 })).toBe(
      'Step 9: the back sleeps while a request waits for it, and no event is on its way.',
    );
  });

  test('says which slot was written over', () => {
    const slots = map([0, { kind: 'request' }], [1, { kind: 'request' }]);
    expect(sentence(ringWords, 'SlotsAsIndexed', { ring: slots, rsp_prod_pvt: 0 })).toBe(
      'Step 9: slot 1 should hold a response, and does not: it was written over.',
    );
  });

  test('says who was not notified of what', () => {
    const before = state({ ...ring, rsp_event: 0, rspChecked: 3, rsp_prod: 1 });
    const trace = [
      { index: 8, action: 'BackPushResponses', state: before },
      { index: 9, action: 'BackCheckNotify', state: { ...before, rspChecked: 1 } },
    ];
    expect(closing(ringWords, 'NotifyExact', { trace, constants })).toBe(
      'Step 9: the front is not notified: it waits for index 0, and those after 3 and up to 1 were published.',
    );
  });

  test('says what the application was given in place of what the backend put in', () => {
    expect(sentence(rxWords, 'RxRefinesChannel', { delivered: { size: 'A', got: 'B' } })).toContain(
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
    [
      'NoLostWakeUp',
      { poller: 'asleep', rspChecked: 0, rsp_prod: 0, frontPending: false },
      'the frontend sleeps on 1 response, and no event is on its way: the backend has decided not to notify it, or the event is spent.',
    ],
    // An event is on its way.
    [
      'NoLostWakeUp',
      { poller: 'asleep', rspChecked: 0, rsp_prod: 0, frontPending: true },
      'property NoLostWakeUp is violated in this state.',
    ],
    ['SomethingElse', {}, 'property SomethingElse is violated in this state.'],
    // A state that does not show what it should is described no further.
    ['BufferStable', {}, 'property BufferStable is violated in this state.'],
  ])('of %s', (property, changes, expected) => {
    expect(sentence(txWords, property, changes)).toBe(`Step 9: ${expected}`);
  });
});

/** The same of NetfrontRx. */
const received = (changes: Record<string, Value>): State => {
  const { filling: _, ...rest } = state({ done: { page: -1, status: 'ERROR' }, poster: 'idle', posting: -1 });
  const frames = { delivered: { size: '-', got: '-' }, held: map([0, '.'], [1, '.']) };
  return { ...rest, ...frames, ...changes };
};

const rxSentence = (property: string, changes: Record<string, Value>): string =>
  closing(rxWords, property, {
    trace: [{ index: 9, action: 'RxRelease', state: received(changes) }],
    constants: { N: 2, M: 4 },
  });

describe('the closing sentence of the receive ring', () => {
  test.each<[string, Record<string, Value>, string]>([
    [
      'DeliveredIntact',
      { delivered: { size: 'A', got: '-' } },
      'the response promised frame A, and the application is given a page that no frame was written to: what was in it before is delivered.',
    ],
    [
      'DeliveredIntact',
      { delivered: { size: 'A', got: 'B' } },
      'the response promised frame A, and the application is given frame B: the data of one frame is taken for that of another.',
    ],
    [
      'NoMutationAfterDelivery',
      { held: map([0, '.'], [1, 'A']), contents: map([0, 'A'], [1, 'B']) },
      'page 1 had frame A in it when the application was given it, and has frame B now: what the application reads changes under its eyes.',
    ],
    [
      'ErrorNeverDelivered',
      { delivered: { size: 'ERROR', got: 'A' } },
      'the application is given a page for a response with the status ERROR: read as unsigned, an error is a length.',
    ],
    [
      'RxResponseBound',
      { rspSeen: 0 },
      'the frontend believes rsp_prod 0, which promises 1 response, while req_prod 3 allows 0: it will read a response to a request it never made.',
    ],
    [
      'NoReuseBeforeResponse',
      // The page that was mapped counts, whatever its gref grants by now.
      { held: map([0, '.'], [1, '-']), pool: [0], taken: [{ id: 1, gref: 0, page: 1, wrote: '-' }] },
      'page 1 is read by the application while the request for page 1 (taken by the backend) still waits for its response.',
    ],
    [
      'LinearOwnership',
      { pool: [0, 1], posting: 0, held: map([0, 'A'], [1, '.']) },
      'page 0 has 3 owners (the pool, the poster, the application): two frames will be written over each other.',
    ],
    ['Conservation', { pool: [1] }, 'page 0 belongs to nobody: the pool will never have it back.'],
    [
      'IdHeldOnce',
      { inFlight: map([0, [1, 0]], [1, []]) },
      'the frontend has pages 1 and 0 in flight under id 0: no response can tell which it is for.',
    ],
    ['DeliveredIntact', {}, 'property DeliveredIntact is violated in this state.'],
    ['NoMutationAfterDelivery', {}, 'property NoMutationAfterDelivery is violated in this state.'],
  ])('of %s', (property, changes, expected) => {
    expect(rxSentence(property, changes)).toBe(`Step 9: ${expected}`);
  });
});

describe('what never comes about', () => {
  const course = (
    property: string,
    states: readonly State[],
    loopsTo?: number,
    words: Words = rxWords,
  ): string =>
    never(
      words,
      property,
      { trace: states.map((each, i) => ({ index: i + 1, action: 'RxArm', state: each })), constants: {} },
      loopsTo,
    );
  const response: Value = { kind: 'response', id: 0, status: 'A' };
  const waiting = received({ pool: [1], inFlight: map([0, [0]], [1, []]) });
  const answered = received({
    ...{ pool: [1], ring: map([0, response], [1, { kind: 'empty' }]) },
    inFlight: map([0, [0]], [1, []]),
  });

  test('is told of the page that does not come back', () => {
    expect(course('AnsweredComesBack', [received({}), waiting, answered])).toBe(
      'page 0 is answered, and comes back neither to the pool nor to the application.',
    );
  });

  test('is not told of a page that is back in the loop', () => {
    expect(course('AnsweredComesBack', [received({}), answered, received({})], 2)).toBe(
      'property AnsweredComesBack is violated.',
    );
  });

  test('is told of pages that stay free, and of pages that are lost', () => {
    expect(course('RxNeverStarves', [received({})])).toBe(
      'pages 0 and 1 are free, and none is posted: the backend has nowhere to put a frame.',
    );
    expect(course('RxNeverStarves', [received({ pool: [] })])).toBe(
      'no page is posted, and none is free to be: the backend has nowhere to put a frame.',
    );
    // One is posted: then this is not what is wrong.
    expect(course('RxNeverStarves', [received({ req_prod: 0 })])).toBe(
      'property RxNeverStarves is violated.',
    );
  });

  test('is told of the page of an error', () => {
    const error = received({ pool: [1], done: { page: 0, status: 'ERROR' } });
    expect(course('ErrorFreesPage', [error, received({ pool: [1] })])).toBe(
      'page 0 is answered with ERROR, and never free again.',
    );
    expect(course('ErrorFreesPage', [received({})])).toBe('property ErrorFreesPage is violated.');
  });

  test('is told of the receive ring where there are two', () => {
    const both = (state: State): State => ({
      frontPending: false,
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`rx_${name}`, value])),
      tx_pool: [0],
    });
    expect(course('RxAnsweredComesBack', [waiting, answered].map(both), undefined, txrxWords)).toBe(
      'page 0 is answered, and comes back neither to the pool nor to the application.',
    );
  });
});

test('a page that is returned is cleared, and one that is granted is told of once', () => {
  const before = received({ held: map([0, 'A'], [1, '.']), contents: map([0, 'A'], [1, '-']), pool: [1] });
  expect(rxWords.changes(before, received({ pool: [0, 1] }))).toEqual([
    'page 0 is cleared',
    'the application returns page 0',
    'pool [1] -> [0 1]',
  ]);
  expect(rxWords.changes(received({}), received({ pool: [1], poster: 'granted', posting: 0 }))).toEqual([
    'pool [0 1] -> [1]',
    'poster idle -> granted',
  ]);
});

describe('the ring drawn', () => {
  test('has one line for all indices while they are one', () => {
    expect(txWords.drawing(state({}), constants)).toBe('[-|-]\n3 all indices');
  });

  test('has the indices in the order in which they stand, across the wrap', () => {
    const now = state({ req_prod_pvt: 1, req_prod: 0, ring: map([0, request(1, 1)], [1, request(0, 0)]) });
    expect(txWords.drawing(now, constants)).toBe(
      '[req 1 A|req 0 A]\n3 rsp_cons rsp_prod req_cons\n0 req_prod\n1 req_prod_pvt',
    );
  });
});
