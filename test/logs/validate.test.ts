import { beforeAll, describe, expect, test } from 'vitest';
import type { Event, LogHeader } from '../../logs/event.js';
import type { JudgeOptions } from '../../logs/judge.js';
import { validate } from '../../logs/validate.js';
import { findJar, findJava } from '../../tlc/index.js';

let options: JudgeOptions;
beforeAll(async () => {
  options = { java: await findJava(), jar: await findJar({}), spec: 'spec' };
});

const header: LogHeader = {
  format: 'netfront-log',
  version: 1,
  name: 'a log',
  driver: 'any',
  rings: { tx: { nr_ents: 4, ids: 'unique', shows: ['grants'] } },
};
const MORE_DATA = 4;

const verdictOn = async (...events: readonly Omit<Event, 'ring'>[]) => {
  const log = {
    ...{ header, skipped: new Map<string, number>(), lines: events.map((_, i) => i + 2) },
    events: events.map((event) => ({ ring: 'tx', ...event }) as Event),
  };
  const { rings } = await validate(log, options);
  return rings[0]!;
};

const grant: Omit<Event, 'ring'> = { side: 'front', op: 'GNT_GRANT', gref: 8 };
/** A request; of a page that is not granted where `gref` is another one. */
const request = (idx: number, size: number, flags: number, gref = 8): Omit<Event, 'ring'> => ({
  ...{ side: 'front', op: 'REQ_WRITE', idx },
  halves: [gref, 0, 0, flags, idx, size],
});
const push = (count: number): Omit<Event, 'ring'> => ({
  ...{ side: 'front', op: 'SET_REQ_PROD', old: 0, new: count },
});

describe('a slot without octets', () => {
  test('may be behind the first, whatever page it names (XSA-448)', async () => {
    const verdict = await verdictOn(grant, request(0, 60, MORE_DATA), request(1, 0, 0, 9), push(2));
    expect(verdict).toEqual({ ring: 'tx', events: 4 });
  });

  test('may not be the first', async () => {
    const { impossible } = await verdictOn(grant, request(0, 0, 0), push(1));
    expect(impossible).toMatchObject({ number: 2, complaint: 'the first fragment is not empty' });
  });
});
