import { describe, expect, test } from 'vitest';
import { writtenCases } from '../../conform/cases/index.js';
import { readPortCorpus } from '../../conform/corpus.js';
import type { Case } from '../../conform/case.js';
import { runCase } from '../../conform/run-case.js';
import { planSend, type Send } from '../../conform/send.js';
import { closeChain, type TxPacket } from '../../conform/tx-packet.js';
import { NETTXF, PAGE } from '../../replay/netif.js';
import { type Habits, SmallFrontend } from '../fixtures/small-frontend.js';

// Frontends differ in the order of what they do. What ring.h and netif.h leave open must not be held against them.

/** A frame is one slot, and the backend keeps to the protocol. */
const isPlain = ({ needs, name, cannot }: Case): boolean =>
  needs.every((need) => need === 'tx' || need === 'pause') &&
  !/hostile|256|65536/.test(name) &&
  cannot !== true;

const failuresOf = async (cases: readonly Case[], habits: Habits) => {
  const found: string[] = [];
  for (const given of cases) {
    const verdict = await runCase(new SmallFrontend(habits), given);
    if (verdict.kind === 'left out') found.push(`${given.name}: ${verdict.why}`);
    if (verdict.kind !== 'failed') continue;
    const { property, expected, actual } = verdict.failure;
    found.push(`${given.name}: ${property}: ${expected}; ${actual}`);
  }
  return found;
};

describe('a frontend that arms, looks once more, and then calls the application', () => {
  test('passes: a response that comes during the call has an event pending', async () => {
    const covers = (await readPortCorpus('traces')).filter(
      ({ see, name }) => see !== undefined && name.startsWith('tx/cover'),
    );
    const cases = [...writtenCases, ...covers].filter(isPlain);
    expect(cases.filter(({ needs }) => needs.includes('pause')).length).toBeGreaterThan(100);
    expect(await failuresOf(cases, { order: 'arm-first' })).toEqual([]);
  });
});

describe('a frontend that calls the application, and then arms without a further look', () => {
  test('fails: nothing wakes it for a response that came during the call', async () => {
    const cases = writtenCases.filter((each) => isPlain(each) && each.needs.includes('pause'));
    const failures = await failuresOf(cases, { order: 'call-first' });
    expect(failures).toEqual([expect.stringContaining('tx/final-check: NoLostWakeUp')]);
  });
});

describe('a frontend that says of each packet that its octets are validated', () => {
  test('passes with frames of one slot', async () => {
    const cases = writtenCases.filter((each) => isPlain(each) && !each.needs.includes('pause'));
    expect(cases.length).toBeGreaterThan(15);
    expect(await failuresOf(cases, { order: 'arm-first', flags: NETTXF.data_validated })).toEqual([]);
  });

  test('fails where it also says that a checksum is blank which is not', async () => {
    const [given] = writtenCases.filter(isPlain);
    const failures = await failuresOf([given!], { order: 'arm-first', flags: NETTXF.csum_blank });
    expect(failures).toEqual([expect.stringContaining('TxRefinesChannel: TX: request 1 to have no flags')]);
  });

  test.each([
    ['passes with packets of several slots, in the first', 0, true],
    ['fails with packets of several slots, in a further one', 1, false],
  ] as const)('%s', (_, validated, isAccepted) => {
    const { more_data, data_validated } = NETTXF;
    const flags = [more_data, 0].map((flag, i) => (i === validated ? flag | data_validated : flag));
    const close = closing(planSend(1, 2, 'none', PAGE), [PAGE], flags);
    if (isAccepted) expect(close).not.toThrow();
    else expect(close).toThrow('AssembledAsSent');
  });
});

describe('a frontend that publishes a slot without octets', () => {
  const { more_data } = NETTXF;

  test('passes where it is behind the first (XSA-448)', () => {
    const send = planSend(1, 1, 'none', PAGE);
    expect(closing(send, [send.frame.length, 0], [more_data, more_data, 0])).not.toThrow();
  });

  test('passes where it ends the grant of that slot before the answer: nobody looks at its page', async () => {
    const tx = { nr_ents: 4, first: 0, buffers: 4, ids: 4 };
    const given = {
      name: 'given/case',
      needs: [],
      start: { tx },
      steps: 'send send take*2 answer:1*3 event',
    };
    expect(await failuresOf([given], { order: 'arm-first', hasEmptySlot: true })).toEqual([]);
  });

  test('fails where it is the first', () => {
    expect(closing(planSend(1, 1, 'none', PAGE), [0], [more_data, 0])).toThrow('SizeRule');
  });
});

/** The end of a chain: so many octets in each slot, and what is left in the last; and the flags of each slot. */
const closing = (send: Send, octets: readonly number[], flags: readonly number[]) => (): void => {
  const { length } = send.frame;
  const sizes = [length, ...octets.slice(1), length - octets.reduce((sum, each) => sum + each, 0)];
  const packet: TxPacket = { send, requests: [], slots: flags.length, statuses: [], lastResponse: 0 };
  flags.forEach((flag, i) =>
    packet.requests.push({
      ...{ n: i + 1, index: i, id: i, gref: 16 + i, offset: 0, length: sizes[i]!, from: 0 },
      ...{ size: sizes[i]!, flags: flag, packet, taken: false, isNamedByNull: false },
    }),
  );
  closeChain(packet, PAGE);
};
