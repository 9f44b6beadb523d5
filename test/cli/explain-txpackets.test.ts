/** netfront explain where packets have several slots on the transmit ring: the chain is seen, and what becomes of it. */
import { describe, expect, test } from 'vitest';
import { txPacketsWords } from '../../replay/modules/txpackets/words.js';
import type { State } from '../../tlc/index.js';
import { netfront } from '../fixtures/cli/netfront.js';
import { closing, never } from '../fixtures/cli/sentences.js';

const told = async (model: string): Promise<{ readonly text: string; readonly last: string }> => {
  const { status, stdout } = await netfront(['explain', model]);
  expect(status).toBe(0);
  return { text: stdout, last: stdout.split('\n').at(-1)! };
};

describe('netfront explain', () => {
  test('of a chain without an end says which flag promises more', async () => {
    const { text, last } = await told('txp_unended');
    expect(text).toMatch(/^ +2 +front +TxFill\(1,1\) +block 0 := fragment 1 of 1 /m);
    expect(text).toMatch(/^ +a chain of 2 slots opens: 1 fragment and 1 /m);
    expect(text).toMatch(/^ +4 +front +TxAbandon +what was written of the chain stays on the ring /m);
    expect(text).toContain('[-|req 0 1 extra_info]');
    expect(last).toBe(
      'Step 5: the last slot that is published says extra_info, and nothing follows it: the backend is shown 1 slot of a packet that has no end.',
    );
  });

  test('of a NULL that is looked up by id shows the extra, and says what the id is worth', async () => {
    const { text, last } = await told('txp_null_by_id');
    expect(text).toMatch(/^ +4 +front +TxEnqueueExtra +ring\[0\] := extra +\[extra\|req 0 1 extra_info\]$/m);
    expect(text).toMatch(/^ +the chain is closed: a packet of 1 /m);
    expect(text).toMatch(/^ +7 +back +BackRespondNull\(0\) +ring\[1\] := response id 0 status NULL /m);
    expect(text).toContain('extra an extra_info');
    expect(last).toMatch(/^Step 10: a NULL has the id 0, which means nothing, and /);
  });

  test('of a packet that is told of too early shows its slots, and names the block that is left', async () => {
    const { text, last } = await told('txp_told_early');
    expect(text).toContain('[req 1 2|req 0 3 more_data]');
    expect(text).toMatch(/^ +the application is told OKAY of a packet of 2 /m);
    expect(last).toMatch(/^Step 12: block 1 is with the backend, and the application was already told /);
  });

  test.each([
    ['txp_too_many_slots', /: a packet of 2 slots is published: the backend has not promised /],
    ['txp_first_size_own', /: the first slot of a packet has size 1, where 3 is meant: /],
    ['txp_first_size_own_assembled', /: the backend takes block 0 for a fragment of -1 octets, /],
    [
      'txp_last_status',
      /: the application is told OKAY of a packet of 2 fragments, and a slot .* with ERROR\.$/,
    ],
    ['txp_null_by_id_reuse', /: block 0 is free again while the request for block 0 \(size 1, taken /],
    ['txp_one_slot_null', /: a request is answered with NULL, and there is no such answer /],
  ])('%s ends with what went wrong', async (model, sentence) => {
    expect((await told(model)).last).toMatch(sentence);
  });
});

describe('a chain without an end', () => {
  const constants = { N: 2, M: 4, First: 3 };
  const empty = { kind: 'empty' };
  const more = { kind: 'request', id: 0, gref: 0, size: 3, more_data: true, extra_info: false };
  const one = { ...more, size: 1, more_data: false };
  const state = (first: object): State => ({
    ring: {
      '#map': [
        [0, empty],
        [1, first],
      ],
    } as never,
    ...{ req_prod: 0, req_cons: 3, rsp_prod: 3, rsp_cons: 3, req_prod_pvt: 0 },
  });
  const behaviour = (first: object) => ({
    trace: [{ index: 7, action: 'TxPushRequests', state: state(first) }],
    constants,
  });

  test('is waited for, for ever', () => {
    expect(never(txPacketsWords, 'PublishedIsTold', behaviour(more))).toBe(
      '1 slot of a packet is published, and the backend waits for the rest: nothing behind is answered, and the application is never told.',
    );
  });

  test('is not seen where each has one', () => {
    expect(never(txPacketsWords, 'PublishedIsTold', behaviour(one))).toBe(
      'property PublishedIsTold is violated.',
    );
    expect(closing(txPacketsWords, 'PublishedWhole', behaviour(one))).toBe(
      'Step 7: property PublishedWhole is violated in this state.',
    );
  });

  test('of which extras are to come names the flag of the extra', () => {
    const extra = { kind: 'extra', more: true };
    const ring = {
      '#map': [
        [0, extra],
        [1, { ...one, extra_info: true }],
      ],
    } as never;
    const both = { ...state(one), ring, req_prod: 1, req_prod_pvt: 1 };
    expect(
      closing(txPacketsWords, 'PublishedWhole', {
        trace: [{ index: 9, action: '', state: both }],
        constants,
      }),
    ).toBe(
      'Step 9: the last slot that is published says EXTRA_FLAG_MORE, and nothing follows it: the backend is shown 2 slots of a packet that has no end.',
    );
  });
});
