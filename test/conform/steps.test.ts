import { describe, expect, test } from 'vitest';
import { needsOf, stepsOf } from '../../conform/steps.js';
import { netfront } from '../fixtures/cli/netfront.js';

describe('the words of a case', () => {
  test('loops are written out', () => {
    const words = stepsOf('(send take*2)*2 answer:2:ERROR', 'tx').map(({ text }) => text);
    expect(words).toEqual(['send', 'take*2', 'send', 'take*2', 'answer:2:ERROR']);
  });

  test.each([
    ['sent', 'there are send, event'],
    ['answer:1:MAYBE', 'write answer'],
    ['answer:ERROR', 'write answer'],
    ['return:0', 'a number from 1'],
    ['take:2', 'nothing stands behind it'],
    ['(send', 'a bracket is not closed'],
    ['send)', 'a bracket is closed'],
    ['take', 'which ring'],
    ['rx.null', 'a word of the ring tx'],
    ['send:25', '24 slots at most'],
    ['event*99999', 'at most 65536 times'],
    ['(send)*100001', 'more than 100000 steps'],
    ['()*9999999999', 'more than 100000 steps'],
    ['(((send)*999)*999)*999', 'more than 100000 steps'],
  ])('%s is refused, with a reason', (text, why) => {
    expect(() => stepsOf(text, undefined)).toThrow(why);
  });

  test('are of rings that the case has', () => {
    expect(() => stepsOf('fill:1', 'tx')).toThrow('the case has no ring rx');
    expect(stepsOf('take', 'rx')).toMatchObject([{ do: 'take', ring: 'rx' }]);
  });
});

describe('the words for packets', () => {
  test('say how many requests, which slots, and how many of them now', () => {
    const [send, packet, all, rest] = stepsOf('send:3:gso*2 packet:dxud:2 packet:d rest', undefined);
    expect(send).toMatchObject({ do: 'send', requests: 3, offload: 'gso', times: 2 });
    expect(packet).toMatchObject({ do: 'packet', letters: 'dxud', count: 2 });
    expect(all).toMatchObject({ letters: 'd', count: 1 });
    expect(rest).toMatchObject({ do: 'rest', count: 24 });
  });

  test.each([
    ['packet', 'd, b, n or e first'],
    ['packet:', 'no word'],
    ['packet:xd', 'd, b, n or e first'],
    ['packet:ddx', 'd, b, n or e first'],
    ['packet:db', 'd, b, n or e first'],
    ['packet:dq', 'd, b, n or e first'],
    ['packet:dxx', 'one extra of segmentation at most'],
    ['packet:dd:3', 'fewer slots'],
    ['packet:dd:0', 'd, b, n or e first'],
    [`packet:${'d'.repeat(25)}`, '24 slots at most'],
    ['send:0', 'write send'],
    ['send:2:tso', 'write send'],
    ['send:gso', 'write send'],
    ['null:1', 'nothing stands behind it'],
    ['rest:dd', 'only how many'],
  ])('%s is refused, with a reason', (text, why) => {
    expect(() => stepsOf(text, 'rx')).toThrow(why);
  });

  test('need the features that are asked of a port for them', () => {
    const start = { tx: { nr_ents: 4, first: 0, buffers: 4, ids: 4 } };
    expect(needsOf(start, 'send send:1')).toEqual(['tx']);
    expect(needsOf(start, 'send:2')).toEqual(['tx', 'tx-chains']);
    expect(needsOf(start, 'send:1:gso')).toEqual(['tx', 'tx-gso']);
    expect(needsOf(start, 'send:1:csum')).toEqual(['tx', 'tx-csum']);
    const rx = { rx: { ...start.tx, copy: false } };
    expect(needsOf(rx, 'packet:d event:pause')).toEqual(['rx', 'lend', 'pause']);
    expect(needsOf(rx, 'packet:du')).toEqual(['rx', 'lend', 'rx-gso']);
    expect(needsOf(rx, 'packet:b')).toEqual(['rx', 'lend', 'rx-csum']);
    expect(needsOf(rx, 'packet:exd')).toEqual(['rx', 'lend', 'rx-chains', 'rx-gso']);
  });

  test('that are wrong are a mistake of the user, in one sentence', async () => {
    const { status, stderr } = await netfront([
      ...['conform', '--start', '{"rx":{"nr_ents":4,"first":0,"buffers":4,"ids":4,"copy":true}}'],
      ...['--steps', 'packet:xd', '--', 'no-such-driver'],
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('the step packet:xd cannot be used');
  });
});
