/** The game against the reference front, without a browser: what the judge finds along a way. */
import { describe, expect, test } from 'vitest';
import { Chance } from '../../conform/chance.js';
import { SENTENCES } from '../../conform/violation.js';
import { brokenBy } from '../../page/backend/moves.js';
import { played } from '../../page/backend/play.js';

const last = async (...[kind, ring, way]: [...Parameters<typeof played>]) =>
  (await played(kind, ring, way)).at(-1)!;

describe('a game against the reference', () => {
  test('sends a frame there and back, over octets that both ends see', async () => {
    const shots = await played('reference', 'tx', ['send', 'take', 'answer:1', 'event']);
    expect(shots.map(({ did }) => did.at(-1))).toEqual([
      expect.stringContaining('grants gref'),
      'the front sends an event to you',
      'req_cons 0 -> 1',
      'rsp_prod_pvt 0 -> 1',
      'the application is told that send 1 is finished: OKAY',
    ]);
    const [slot] = shots[1]!.scene.rings[0]!.slots;
    expect(slot).toMatchObject({ kind: 'request', stage: 'request published' });
    expect(shots[3]!.scene.rings[0]!.slots[0]).toMatchObject({
      kind: 'response',
      stage: 'response published',
    });
    expect(shots.every(({ failure }) => failure === undefined)).toBe(true);
  });

  test('can repeat no answer before there was one', async () => {
    const sent = await last('reference', 'tx', ['send']);
    expect(sent.moves.map(({ word }) => word)).not.toContain('repeat');
    // With the id of a request in flight it would be that request's answer.
    expect((await last('reference', 'tx', ['send', 'repeat', 'event'])).failure).toBeUndefined();
    const answered = await last('reference', 'tx', ['send', 'take', 'answer:1']);
    expect(answered.moves.map(({ word }) => word)).toContain('repeat');
  });

  test('delivers a packet of two slots', async () => {
    const { did } = await last('reference', 'rx', ['packet:dd', 'event']);
    expect(did.join()).toMatch(/the application is given frame 1, of \d+ octets/);
  });

  test('does not hear of an answer until the event arrives', async () => {
    const { did, moves } = await last('reference', 'tx', ['send', 'take', 'answer:1:ERROR']);
    expect(did.join()).not.toContain('finished');
    expect(moves.map(({ word }) => word)).toContain('event');
  });

  test('ends for the front where rsp_prod passes what was asked for', async () => {
    const before = await last('reference', 'tx', ['send', 'overrun:1']);
    expect(before.hasGivenUp).toBe(false);
    const { hasGivenUp, did, failure } = await last('reference', 'tx', ['send', 'overrun:1', 'event']);
    expect([hasGivenUp, failure]).toEqual([true, undefined]);
    expect(did.join()).toContain('reports that the backend broke the ring protocol');
  });

  test.each(['tx', 'rx'] as const)(
    'breaks nothing on the ring %s, whatever the reader does',
    async (ring) => {
      const taken = new Set<string>();
      for (let seed = 1; seed <= 12; seed++) {
        const chance = new Chance(seed);
        const way: string[] = [];
        for (let step = 0; step < 14; step++) {
          const { moves, failure } = await last('reference', ring, way);
          expect(failure, way.join(' ')).toBeUndefined();
          const { word } = chance.of(moves);
          taken.add(word.split(':')[0]!);
          way.push(word);
        }
      }
      const all =
        ring === 'tx' ? ['send', 'take', 'answer', 'event'] : ['take', 'packet', 'event', 'oversized'];
      for (const word of [...all, 'spurious', 'unknown', 'repeat', 'overrun', 'mapped'])
        expect([...taken]).toContain(word);
    },
  );
});

test('a front with the ids of MSA00 breaks P1 by its second request', async () => {
  const { failure, moves } = await last('msa00', 'tx', ['send', 'send']);
  expect(failure).toMatchObject({ property: 'UniqueOutstandingId', grade: 'unsafe', step: 2, doing: 'send' });
  expect(moves).toEqual([]);
  await expect(played('msa00', 'tx', ['send', 'send', 'take'])).rejects.toThrow(
    'the game is over before take',
  );
});

test.each([
  [['sned'], 'sned'],
  [['send', 'packet:d'], 'packet:d'],
  [['event:pause'], 'event:pause is no step here'],
  [['send*9'], 'send*9 is no step here'],
  [Array.from({ length: 201 }, () => 'send'), '200 steps at most'],
])('%j is no way', async (way, why) => {
  await expect(played('reference', 'tx', way)).rejects.toThrow(why);
});

test('what the reader breaks is a sentence of a header', () => {
  const sentences = Object.values(SENTENCES).map(([, sentence]) => sentence as string);
  for (const word of ['unknown:7', 'repeat', 'overrun:1', 'oversized:1'])
    expect(sentences).toContain(brokenBy(word)!.sentence);
  expect(brokenBy('answer:1')).toBeUndefined();
});
