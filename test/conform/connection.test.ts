/** The judge of a device: a right front passes, and each fault is told by its own property. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../conform/case.js';
import { connectionCases } from '../../conform/cases/connection.js';
import { conform } from '../../conform/conform.js';
import { deviceSteps } from '../../conform/connection/words.js';
import { failureIn } from '../../conform/verdict.js';
import type { Property } from '../../conform/violation.js';

const DRIVER = path.resolve('test/fixtures/drivers/impl.mjs');

const run = async (cases: readonly Case[], fault?: string) => {
  const env = fault === undefined ? [] : [`FAULT=${fault}`];
  const command = ['env', ...env, process.execPath, DRIVER] as const;
  return conform(cases, { command, jobs: 2, timeoutMs: 60_000 });
};

const FAULTS: readonly (readonly [fault: string, property: Property, shortest: string])[] = [
  ['says Connected first', 'KeysBeforeConnected', 'connection/connects'],
  ['grants to domain 0', 'KeysBeforeConnected', 'connection/connects'],
  ['numbers one queue', 'QueuesAgreed', 'connection/connects'],
  ['takes sg for granted', 'FeaturesFresh', 'connection/one-slot-after-several-migrated'],
  ['writes without asking', 'OwnDirectoryOnly', 'connection/removed-as-it-connects'],
  ['closes twice', 'StateGraph', 'connection/connects'],
  ['frees what is mapped', 'NoFreeWhileMapped', 'connection/backend-crashed-up'],
  ['uses mapped pages again', 'NoFreeWhileMapped', 'connection/backend-restarted-and-its-pages-mapped'],
  ['ends grants twice', 'ReleasedOnce', 'connection/connects'],
  ['keeps grants', 'NothingLeaks', 'connection/connects'],
  ['keeps ports', 'NothingLeaks', 'connection/connects'],
  ['knocks on closed ports', 'FrameOnlyOnLiveRing', 'connection/connects'],
  ['tells twice', 'ToldWhenDone', 'connection/connects'],
  ['drops in silence', 'ToldWhenDone', 'connection/migrated-in-flight'],
  ['tells dropped frames as sent', 'NoAnswerOfOldConnection', 'connection/migrated-in-flight'],
  ['sends again', 'ShownAtMostOnce', 'connection/migrated-in-flight'],
  ['is deaf to a loss', 'LossNoticed', 'connection/backend-crashed-up'],
  ['is closed from the start', 'ConnectsOrFails', 'connection/connects'],
  ['waits for ever', 'CloseCompletes', 'connection/closed-with-a-dead-backend-up'],
  ['loses frames', 'PutIsSeen', 'connection/connects'],
  ['cuts frames', 'DeliveredIntact', 'connection/connects'],
];

const TELLING = connectionCases.filter(({ name }) => FAULTS.some(([, , shortest]) => shortest === name));

describe('a front with a device', () => {
  test('that is right passes all cases written by hand', async () => {
    const { results } = await run(connectionCases);
    expect(results).toHaveLength(connectionCases.length);
    const wrong = results.filter(({ verdict }) => verdict.kind !== 'passed');
    expect(wrong.map(({ case: { name }, verdict }) => ({ name, verdict }))).toEqual([]);
  });

  test.each(FAULTS)('that %s breaks %s, as %s tells', async (fault, property, name) => {
    const { results } = await run(TELLING, fault);
    const broken = results.flatMap(({ case: given, verdict }) => {
      const failure = failureIn(verdict);
      return failure === undefined ? [] : [{ name: given.name, property: failure.property }];
    });
    expect(broken).toContainEqual({ name, property });
  });
});

test('a word that is none is refused with what there is', () => {
  expect(() => deviceSteps('back.dances')).toThrow(/there are back, back\.look/);
  expect(() => deviceSteps('back.offer:9')).toThrow(/a number of queues up to 8/);
  expect(() => deviceSteps('front.fail:luck')).toThrow(/write front\.fail:grant or port or commit/);
  expect(() => deviceSteps('race:won')).toThrow(/write race:unplug/);
});
